import { describe, expect, test } from "vitest";
import type { Place } from "../api/types";
import { distanceMeters, fit, moved, towards } from "./geo";

const SQUARE: Place = { latitude: 31.2304, longitude: 121.4737 };
const BUND: Place = { latitude: 31.2397, longitude: 121.4906 };

describe("places", () => {
  test("a degree of latitude is about 111 km, one of longitude less so far north", () => {
    const zero = { latitude: 31, longitude: 121 };
    expect(distanceMeters(zero, { latitude: 32, longitude: 121 })).toBeCloseTo(111_195, -1);
    expect(distanceMeters(zero, { latitude: 31, longitude: 122 })).toBeCloseTo(
      111_195 * Math.cos((31 * Math.PI) / 180),
      -2,
    );
  });

  test("moving goes as far as it says", () => {
    expect(distanceMeters(SQUARE, moved(SQUARE, 100, 0))).toBeCloseTo(100, 1);
    expect(distanceMeters(SQUARE, moved(SQUARE, 0, -100))).toBeCloseTo(100, 1);
    expect(moved(SQUARE, 0, -100).longitude).toBeLessThan(SQUARE.longitude);
  });

  test("going towards a target ends exactly there", () => {
    const half = towards(SQUARE, BUND, distanceMeters(SQUARE, BUND) / 2);
    expect(distanceMeters(half, BUND)).toBeCloseTo(distanceMeters(SQUARE, BUND) / 2, 0);
    expect(towards(SQUARE, BUND, 1e6)).toBe(BUND);
    expect(towards(BUND, BUND, 5)).toBe(BUND);
  });
});

describe("the map", () => {
  test("shows every place inside its box, north up and east to the right", () => {
    const { point } = fit([SQUARE, BUND], 360, 220);
    for (const { x, y } of [point(SQUARE), point(BUND)]) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(360);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(220);
    }
    expect(point(BUND).y).toBeLessThan(point(SQUARE).y);
    expect(point(BUND).x).toBeGreaterThan(point(SQUARE).x);
  });

  test("a point goes back to its place", () => {
    const projection = fit([SQUARE, BUND], 360, 220);
    const back = projection.place(projection.point(BUND));
    expect(distanceMeters(back, BUND)).toBeLessThan(0.01);
  });

  test("the scale bar has a round length and is as long as that distance on the map", () => {
    const projection = fit([SQUARE, BUND], 360, 220);
    const { meters, length } = projection.scaleBar;
    expect(String(meters)).toMatch(/^[125]0*$/);
    expect(length).toBeLessThanOrEqual(90);
    const one = projection.point(SQUARE);
    const other = projection.point(moved(SQUARE, 0, meters));
    expect(other.x - one.x).toBeCloseTo(length, 1);
  });

  test("one place alone is in the middle and not magnified without end", () => {
    const projection = fit([SQUARE], 360, 220);
    expect(projection.point(SQUARE)).toEqual({ x: 180, y: 110 });
    expect(projection.scaleBar.meters).toBeGreaterThanOrEqual(50);
  });
});
