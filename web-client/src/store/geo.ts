import type { Place } from "../api/types";

const EARTH_RADIUS_METERS = 6_371_008.8;
const METERS_PER_DEGREE = (EARTH_RADIUS_METERS * Math.PI) / 180;

/** Great-circle distance by the haversine formula (Sinnott, 1984). */
export function distanceMeters(one: Place, other: Place): number {
  const sinLatitude = Math.sin(radians(other.latitude - one.latitude) / 2);
  const sinLongitude = Math.sin(radians(other.longitude - one.longitude) / 2);
  const a = sinLatitude ** 2 + Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude)) * sinLongitude ** 2;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** The place so many metres to the north and to the east; good for the distances of a city. */
export function moved(from: Place, northMeters: number, eastMeters: number): Place {
  const scale = Math.max(0.01, Math.cos(radians(from.latitude)));
  return {
    latitude: clamp(from.latitude + northMeters / METERS_PER_DEGREE, -90, 90),
    longitude: clamp(from.longitude + eastMeters / (METERS_PER_DEGREE * scale), -180, 180),
  };
}

/** The place after going the given way straight towards a target, or the target where that is nearer. */
export function towards(from: Place, target: Place, meters: number): Place {
  const distance = distanceMeters(from, target);
  if (distance <= meters) {
    return target;
  }
  const part = meters / distance;
  return {
    latitude: from.latitude + (target.latitude - from.latitude) * part,
    longitude: from.longitude + (target.longitude - from.longitude) * part,
  };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

export interface Point {
  x: number;
  y: number;
}

export interface ScaleBar {
  meters: number;
  /** Its length in the units of the map's own box. */
  length: number;
}

/** A flat map around its own centre: true to scale over a city, and needing no tiles. */
export interface Projection {
  point(place: Place): Point;
  place(point: Point): Place;
  scaleBar: ScaleBar;
}

const MARGIN_PART = 0.1;
const SPAN_MIN_METERS = 400;

/** Fits all places into a box, north up. */
export function fit(places: readonly Place[], width: number, height: number): Projection {
  const latitudes = places.map((place) => place.latitude);
  const longitudes = places.map((place) => place.longitude);
  const middle = {
    latitude: (Math.min(...latitudes) + Math.max(...latitudes)) / 2,
    longitude: (Math.min(...longitudes) + Math.max(...longitudes)) / 2,
  };
  const metersPerLongitude = METERS_PER_DEGREE * Math.max(0.01, Math.cos(radians(middle.latitude)));
  const spanNorth = Math.max(SPAN_MIN_METERS, (Math.max(...latitudes) - Math.min(...latitudes)) * METERS_PER_DEGREE);
  const spanEast = Math.max(SPAN_MIN_METERS, (Math.max(...longitudes) - Math.min(...longitudes)) * metersPerLongitude);
  const usable = 1 - 2 * MARGIN_PART;
  const scale = Math.min((width * usable) / spanEast, (height * usable) / spanNorth);
  return {
    point: (place) => ({
      x: width / 2 + (place.longitude - middle.longitude) * metersPerLongitude * scale,
      y: height / 2 - (place.latitude - middle.latitude) * METERS_PER_DEGREE * scale,
    }),
    place: (point) => ({
      latitude: middle.latitude - (point.y - height / 2) / scale / METERS_PER_DEGREE,
      longitude: middle.longitude + (point.x - width / 2) / scale / metersPerLongitude,
    }),
    scaleBar: scaleBar(scale, width / 4),
  };
}

/** The longest round length (1, 2 or 5 times a power of ten metres) that is not longer than allowed. */
function scaleBar(scale: number, lengthMax: number): ScaleBar {
  const longest = lengthMax / scale;
  const power = 10 ** Math.floor(Math.log10(longest));
  const meters = ([5, 2, 1].find((step) => step * power <= longest) ?? 1) * power;
  return { meters, length: meters * scale };
}
