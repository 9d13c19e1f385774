import { signal } from "@preact/signals";

const TICK_MILLIS = 500;

/**
 * The server's time as far as this machine can know it. Every stamp bounds the difference of the two clocks: what
 * the server stamped cannot come from after we heard it, nor from before we asked for it. The estimate is the
 * difference nearest to zero that no stamp contradicts, so a well-set clock is left alone.
 */
export class ServerClock {
  readonly #local: () => number;
  #lowMillis = -Infinity;
  #highMillis = Infinity;

  constructor(local: () => number = Date.now) {
    this.#local = local;
  }

  now(): number {
    return this.#local() + this.#differenceMillis();
  }

  /** A stamp that arrived just now and may be of any age. */
  heard(serverAt: number): void {
    this.#lowMillis = Math.max(this.#lowMillis, serverAt - this.#local());
    if (this.#lowMillis > this.#highMillis) {
      this.#highMillis = Infinity;
    }
  }

  /** A stamp with the given resolution in a reply that arrived just now to a question asked at `askedAt`. */
  answered(serverAt: number, askedAt: number, resolutionMillis: number): void {
    const low = serverAt - this.#local();
    const high = serverAt + resolutionMillis - askedAt;
    const contradicts = low > this.#highMillis || high < this.#lowMillis;
    this.#lowMillis = contradicts ? low : Math.max(low, this.#lowMillis);
    this.#highMillis = contradicts ? high : Math.min(high, this.#highMillis);
  }

  #differenceMillis(): number {
    if (this.#lowMillis <= 0 && this.#highMillis >= 0) {
      return 0;
    }
    if (Number.isFinite(this.#lowMillis) && Number.isFinite(this.#highMillis)) {
      return (this.#lowMillis + this.#highMillis) / 2;
    }
    return Number.isFinite(this.#lowMillis) ? this.#lowMillis : this.#highMillis;
  }
}

export const serverClock = new ServerClock();

/** The server's time, told twice a second to whatever shows a countdown or an age. */
export const now = signal(serverClock.now());

export function startTicking(): void {
  setInterval(() => {
    if (!document.hidden) {
      now.value = serverClock.now();
    }
  }, TICK_MILLIS);
  document.addEventListener("visibilitychange", () => {
    now.value = serverClock.now();
  });
}
