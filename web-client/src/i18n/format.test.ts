import { beforeEach, describe, expect, test } from "vitest";
import { choose } from "./index";
import { count, distance, minutes, percent, price, relative, remaining, temperature } from "./format";

const NOW = Date.UTC(2026, 0, 5, 12);

describe("in English", () => {
  beforeEach(() => choose("en"));

  test("prices are yuan with two decimals, from fen", () => {
    expect(price(990)).toBe("¥9.90");
    expect(price(123_456_789)).toBe("¥1,234,567.89");
    expect(price(0)).toBe("¥0.00");
  });

  test("large counts are shortened", () => {
    expect(count(9_999)).toBe("9,999");
    expect(count(12_345)).toMatch(/^12\.3[Kk]$/);
  });

  test("lengths, times, parts and temperatures carry their units", () => {
    expect(distance(850)).toBe("850 m");
    expect(distance(1_840)).toBe("1.8 km");
    expect(minutes(420)).toBe("7 minutes");
    expect(minutes(5)).toBe("1 minute");
    expect(percent(0.456)).toBe("46%");
    expect(temperature(4.25)).toMatch(/^4\.[23]°C$/);
  });

  test("ages are told in the largest whole unit", () => {
    expect(relative(NOW - 3_000, NOW)).toBe("now");
    expect(relative(NOW - 42_000, NOW)).toBe("40 seconds ago");
    expect(relative(NOW - 125_000, NOW)).toBe("2 minutes ago");
    expect(relative(NOW + 3 * 3_600_000, NOW)).toBe("in 3 hours");
    expect(relative(NOW - 86_400_000, NOW)).toBe("yesterday");
  });
});

describe("in Chinese", () => {
  beforeEach(() => choose("zh"));

  test("the same figures are written the Chinese way", () => {
    expect(price(990)).toBe("¥9.90");
    expect(relative(NOW - 125_000, NOW)).toBe("2分钟前");
    expect(minutes(420)).toBe("7分钟");
    expect(count(12_345)).toBe("1.2万");
  });
});

describe("a countdown", () => {
  test.each([
    [61_000, "1:01"],
    [60_001, "1:01"],
    [1, "0:01"],
    [0, "0:00"],
    [-5_000, "0:00"],
    [3_600_000, "1:00:00"],
    [3_661_000, "1:01:01"],
  ])("of %i ms reads %s", (millis, text) => {
    expect(remaining(millis)).toBe(text);
  });
});
