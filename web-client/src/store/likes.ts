import { signal } from "@preact/signals";

const SEND_EVERY_MILLIS = 500;
const COUNT_MAX = 50;

/** Counts taps at once and tells the server at most twice a second; what exceeds a message is dropped, not queued. */
export class LikeTaps {
  /** Taps that the room's total does not contain yet. */
  readonly pending = signal(0);
  readonly #send: (count: number) => Promise<unknown>;
  #unsent = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(send: (count: number) => Promise<unknown>) {
    this.#send = send;
  }

  tap(): void {
    if (this.#unsent >= COUNT_MAX) {
      return;
    }
    this.#unsent++;
    this.pending.value++;
    this.#timer ??= setTimeout(() => this.#deliver(), SEND_EVERY_MILLIS);
  }

  close(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#deliver();
    }
  }

  #deliver(): void {
    const count = this.#unsent;
    this.#unsent = 0;
    this.#timer = null;
    // A lost like is not worth telling; the total that the room publishes is what counts.
    void this.#send(count)
      .catch(() => undefined)
      .finally(() => {
        this.pending.value -= count;
      });
  }
}
