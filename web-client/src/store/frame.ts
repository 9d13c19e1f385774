/**
 * Collects what arrives between two frames, so that a busy channel costs one rendering a frame and not one a message.
 * A page in the background has no frames; there the batch is handed over when it is full.
 */
export class FrameBatch<T> {
  readonly #max: number;
  readonly #flush: (items: T[]) => void;
  #items: T[] = [];
  #frame: number | null = null;

  constructor(max: number, flush: (items: T[]) => void) {
    this.#max = max;
    this.#flush = flush;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length >= this.#max) {
      this.#hand();
    } else {
      this.#frame ??= requestAnimationFrame(() => this.#hand());
    }
  }

  close(): void {
    if (this.#frame !== null) {
      cancelAnimationFrame(this.#frame);
    }
    this.#frame = null;
    this.#items = [];
  }

  #hand(): void {
    const items = this.#items;
    this.close();
    this.#flush(items);
  }
}
