import { describe, expect, test } from "vitest";
import { ServerClock } from "./clock";

function clockAt(start: number): { clock: ServerClock; pass: (millis: number) => void } {
  let local = start;
  return {
    clock: new ServerClock(() => local),
    pass: (millis) => {
      local += millis;
    },
  };
}

describe("the server's clock", () => {
  test("is this machine's as long as nothing contradicts it", () => {
    const { clock } = clockAt(1_000_000);
    expect(clock.now()).toBe(1_000_000);
    clock.heard(999_000);
    expect(clock.now()).toBe(1_000_000);
  });

  test("an old stamp says nothing about a fast clock", () => {
    const { clock } = clockAt(1_000_000);
    clock.heard(400_000);
    expect(clock.now()).toBe(1_000_000);
  });

  test("a stamp from the future shows that this machine is behind", () => {
    const { clock, pass } = clockAt(1_000_000);
    clock.heard(1_060_000);
    expect(clock.now()).toBe(1_060_000);
    pass(500);
    expect(clock.now()).toBe(1_060_500);
  });

  test("an answered question shows that this machine is ahead", () => {
    const { clock, pass } = clockAt(1_000_000);
    pass(200);
    clock.answered(880_000, 1_000_000, 1_000);
    expect(clock.now()).toBeGreaterThanOrEqual(880_000);
    expect(clock.now()).toBeLessThanOrEqual(881_200);
  });

  test("a stamp whose whole second contains the truth does not move a right clock", () => {
    const { clock, pass } = clockAt(1_000_900);
    pass(50);
    clock.answered(1_000_000, 1_000_900, 1_000);
    expect(clock.now()).toBe(1_000_950);
  });

  test("later stamps narrow the estimate", () => {
    const { clock, pass } = clockAt(1_000_000);
    clock.answered(1_060_000, 1_000_000, 1_000);
    pass(100);
    clock.heard(1_061_000);
    expect(clock.now()).toBe(1_060_100 + (900 + 1_000) / 2);
  });

  test("a server whose clock was set anew is believed", () => {
    const { clock } = clockAt(1_000_000);
    clock.answered(1_060_000, 1_000_000, 1_000);
    clock.answered(940_000, 1_000_000, 1_000);
    expect(clock.now()).toBe(940_500);
  });
});
