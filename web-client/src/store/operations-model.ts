import { signal } from "@preact/signals";
import type { Alert, Id, LocalText, OperationsPublication } from "../api/types";
import type { Wire } from "../api/wire";
import { FrameBatch } from "./frame";
import { LOADING, loadInto, ready, valueOf, type Load } from "./load";
import { NOTHING_YET, reduceOperations, withCouriers, withDeliveries, type OperationsState } from "./operations";

const PAGE = 100;
const BATCH_MAX = 500;
const ALERTS_EVERY_MILLIS = 10_000;

/** What the people of operations see: couriers, deliveries, open alerts. */
export class OperationsModel {
  readonly state = signal<Load<OperationsState>>(LOADING);
  readonly alerts = signal<Load<Alert[]>>(LOADING);
  /** The names of the shelves that alerts are about. */
  readonly shelfNames = signal<ReadonlyMap<Id, LocalText>>(new Map());
  readonly #wire: Wire;
  readonly #batch = new FrameBatch<OperationsPublication>(BATCH_MAX, (publications) => {
    const state = valueOf(this.state.value);
    if (state) {
      this.state.value = ready(publications.reduce(reduceOperations, state));
    }
  });

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  open(): () => void {
    void this.load();
    const leave = this.#wire.listen<unknown, OperationsPublication>("ops:dispatch", {
      joined: () => void this.load(),
      heard: (publication) => this.#batch.add(publication),
    });
    const timer = setInterval(() => void this.loadAlerts(), ALERTS_EVERY_MILLIS);
    return () => {
      leave();
      clearInterval(timer);
      this.#batch.close();
    };
  }

  async load(): Promise<void> {
    await Promise.all([this.loadAlerts(), this.#loadNames(), loadInto(this.state, () => this.#ask())]);
  }

  /** A name that does not come is no reason to show nothing. */
  async #loadNames(): Promise<void> {
    const page = await this.#wire.call("shelves.list", { limit: PAGE }).catch(() => null);
    if (page) {
      this.shelfNames.value = new Map(page.items.map((shelf) => [shelf.id, shelf.name]));
    }
  }

  loadAlerts(): Promise<void> {
    return loadInto(
      this.alerts,
      async () => (await this.#wire.call("shelves.alerts", { limit: PAGE, open: true })).items,
    );
  }

  async #ask(): Promise<OperationsState> {
    const [couriers, deliveries] = await Promise.all([
      this.#wire.call("dispatch.couriers", { limit: PAGE }),
      this.#wire.call("dispatch.deliveries", { limit: PAGE }),
    ]);
    const known = valueOf(this.state.value) ?? NOTHING_YET;
    return withDeliveries(withCouriers(known, couriers.items), deliveries.items);
  }
}
