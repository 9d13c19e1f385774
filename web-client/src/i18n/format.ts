import { locale } from "./index";

const FEN_PER_YUAN = 100;
const FORMATS = new Map<string, Intl.NumberFormat>();

/** Building a formatter costs far more than using it, and there are only a few of them. */
function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale() + JSON.stringify(options);
  const known = FORMATS.get(key) ?? new Intl.NumberFormat(locale(), options);
  FORMATS.set(key, known);
  return known;
}

export function price(minor: number): string {
  return numbers({ style: "currency", currency: "CNY", currencyDisplay: "narrowSymbol" }).format(minor / FEN_PER_YUAN);
}

export function count(value: number): string {
  return numbers(value < 10_000 ? {} : { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** A number that somebody compares with others: never rounded. */
export function exact(value: number): string {
  return numbers({}).format(value);
}

export function percent(part: number): string {
  return numbers({ style: "percent", maximumFractionDigits: 0 }).format(part);
}

export function temperature(celsius: number): string {
  return numbers({ style: "unit", unit: "celsius", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    celsius,
  );
}

export function distance(meters: number): string {
  return meters < 1_000
    ? numbers({ style: "unit", unit: "meter", maximumFractionDigits: 0 }).format(meters)
    : numbers({ style: "unit", unit: "kilometer", maximumFractionDigits: 1 }).format(meters / 1_000);
}

/** How long something takes, in whole minutes. */
export function minutes(seconds: number): string {
  return numbers({ style: "unit", unit: "minute", unitDisplay: "long", maximumFractionDigits: 0 }).format(
    Math.max(1, Math.round(seconds / 60)),
  );
}

/** A remaining time as `m:ss` or `h:mm:ss`, never below zero; full seconds, rounded up, so that 0:00 means over. */
export function remaining(millis: number): string {
  const seconds = Math.max(0, Math.ceil(millis / 1_000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const rest = `${hours > 0 ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago, or in how long: "2 minutes ago", "in 3 hours", "now". */
export function relative(at: number, now: number): string {
  const seconds = (at - now) / 1_000;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) {
      return format.format(Math.trunc(seconds / length), unit);
    }
  }
  return Math.abs(seconds) < 10 ? format.format(0, "second") : format.format(Math.trunc(seconds / 10) * 10, "second");
}

export function clockTime(at: number): string {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(at);
}

export function dateTime(at: number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(at);
}
