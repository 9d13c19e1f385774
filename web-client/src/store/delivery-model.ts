import { signal } from "@preact/signals";
import type { Delivery, Id } from "../api/types";
import type { Wire } from "../api/wire";
import { LOADING, loadInto, ready, valueOf, type Load } from "./load";

/** Keeps the newer of two accounts of a delivery. */
export function newerDelivery(known: Delivery | undefined, told: Delivery): Delivery {
  return known && known.updatedAt > told.updatedAt ? known : told;
}

/** A delivery that its customer follows. */
export class DeliveryModel {
  readonly delivery = signal<Load<Delivery>>(LOADING);
  readonly #wire: Wire;
  readonly #deliveryId: Id;

  constructor(wire: Wire, deliveryId: Id) {
    this.#wire = wire;
    this.#deliveryId = deliveryId;
  }

  open(): () => void {
    const leave = this.#wire.listen<Delivery, Delivery>(`delivery:${this.#deliveryId}`, {
      greeted: (delivery) => this.#told(delivery),
      heard: (delivery) => this.#told(delivery),
    });
    void this.load();
    return leave;
  }

  load(): Promise<void> {
    return loadInto(this.delivery, async () =>
      newerDelivery(
        valueOf(this.delivery.value),
        await this.#wire.call("dispatch.track", { deliveryId: this.#deliveryId }),
      ),
    );
  }

  #told(delivery: Delivery): void {
    this.delivery.value = ready(newerDelivery(valueOf(this.delivery.value), delivery));
  }
}
