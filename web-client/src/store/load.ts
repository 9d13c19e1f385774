import { signal, type Signal } from "@preact/signals";
import { Failure } from "../api/failure";

/** Something asked for: on its way, refused or lost, or here. */
export type Load<T> = { stage: "loading" } | { stage: "failed"; failure: Failure } | { stage: "ready"; value: T };

export const LOADING: Load<never> = { stage: "loading" };

export function ready<T>(value: T): Load<T> {
  return { stage: "ready", value };
}

/** The value where it is here. */
export function valueOf<T>(load: Load<T>): T | undefined {
  return load.stage === "ready" ? load.value : undefined;
}

/** Asks, and keeps what is already shown while asking again. */
export async function loadInto<T>(target: Signal<Load<T>>, ask: () => Promise<T>): Promise<void> {
  if (target.value.stage === "failed") {
    target.value = LOADING;
  }
  try {
    target.value = ready(await ask());
  } catch (thrown) {
    if (target.value.stage !== "ready") {
      target.value = { stage: "failed", failure: Failure.of(thrown) };
    }
  }
}

/** One thing a person asked to be done: whether it is going on, and why it did not work the last time. */
export class Action {
  readonly busy = signal(false);
  readonly failure = signal<Failure | null>(null);

  /** Does it unless it is already being done; true where it worked. */
  async run(act: () => Promise<void>): Promise<boolean> {
    if (this.busy.value) {
      return false;
    }
    this.busy.value = true;
    this.failure.value = null;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.failure.value = Failure.of(thrown);
      return false;
    } finally {
      this.busy.value = false;
    }
  }
}
