import { signal } from "@preact/signals";
import type { Location } from "../api/types";
import type { Wire } from "../api/wire";
import { LOADING, loadInto, type Load } from "./load";

const COUNTERS_MAX = 100;

/** Where goods can be fetched, or other locations of one kind; asked for when somebody first looks. */
export class Counters {
  readonly all = signal<Load<readonly Location[]>>(LOADING);
  readonly #wire: Wire;
  readonly #kind: Location["kind"];
  #asked = false;

  constructor(wire: Wire, kind: Location["kind"] = "counter") {
    this.#wire = wire;
    this.#kind = kind;
  }

  open(): () => void {
    if (!this.#asked) {
      this.#asked = true;
      void this.load();
    }
    return () => undefined;
  }

  load(): Promise<void> {
    return loadInto(
      this.all,
      async () => (await this.#wire.call("catalog.locations", { kind: this.#kind, limit: COUNTERS_MAX })).items,
    );
  }
}
