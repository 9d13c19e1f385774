import { signal } from "@preact/signals";
import type { Courier, CourierPublication, CourierWork, Delivery, Id } from "../api/types";
import type { Wire } from "../api/wire";
import { serverClock } from "./clock";
import { reduceWork, withDelivery, withoutOffer } from "./courier";
import { Action, LOADING, loadInto, ready, valueOf, type Load } from "./load";
import { PositionSource } from "./position";

const POSITION_EVERY_MILLIS = 2_000;

/** The work of the courier who is logged in, and the position that is told while on shift. */
export class CourierModel {
  readonly work = signal<Load<CourierWork>>(LOADING);
  readonly position = new PositionSource();
  readonly action = new Action();
  readonly #wire: Wire;
  readonly #userId: Id;
  #told: unknown = null;

  constructor(wire: Wire, userId: Id) {
    this.#wire = wire;
    this.#userId = userId;
  }

  open(): () => void {
    void this.load();
    const leave = this.#wire.listenOwn<CourierPublication>(`courier:${this.#userId}`, {
      heard: (publication) => this.#change((work) => reduceWork(work, publication)),
      missed: () => void this.load(),
    });
    const timer = setInterval(() => void this.#tellPosition(), POSITION_EVERY_MILLIS);
    return () => {
      leave();
      clearInterval(timer);
      this.position.close();
    };
  }

  async load(): Promise<void> {
    await loadInto(this.work, () => this.#wire.call("dispatch.current", {}));
    const known = valueOf(this.work.value)?.courier.place;
    if (known) {
      this.position.startFrom(known);
    }
  }

  startShift(): Promise<boolean> {
    return this.#do(async () => {
      this.#courier(await this.#wire.call("dispatch.shift_start", { place: this.position.place.value }));
    });
  }

  endShift(): Promise<boolean> {
    return this.#do(async () => this.#courier(await this.#wire.call("dispatch.shift_end", {})));
  }

  accept(offerId: Id): Promise<boolean> {
    return this.#do(async () => this.#delivery(await this.#wire.call("dispatch.accept", { offerId })), offerId);
  }

  reject(offerId: Id): Promise<boolean> {
    return this.#do(async () => {
      await this.#wire.call("dispatch.reject", { offerId });
      this.#withdraw(offerId);
    }, offerId);
  }

  step(deliveryId: Id, stage: "picked_up" | "delivered"): Promise<boolean> {
    return this.#do(async () => this.#delivery(await this.#wire.call("dispatch.step", { deliveryId, stage })));
  }

  /** An offer that was answered no is no longer one, whatever the reason. */
  async #do(act: () => Promise<void>, offerId?: Id): Promise<boolean> {
    const done = await this.action.run(act);
    if (!done && offerId && this.action.failure.value && !this.action.failure.value.unanswered) {
      this.#withdraw(offerId);
    }
    return done;
  }

  async #tellPosition(): Promise<void> {
    const place = this.position.place.value;
    if (!valueOf(this.work.value)?.courier.onShift || place === this.#told || this.#wire.state.value !== "connected") {
      return;
    }
    this.#told = place;
    await this.#wire.call("dispatch.position", { place, at: Math.round(serverClock.now()) }).catch(() => {
      // The next change, at the latest two seconds from now, tells a newer position anyway.
      this.#told = null;
    });
  }

  #withdraw(offerId: Id): void {
    this.#change((work) => ({ ...work, offers: withoutOffer(work.offers, offerId) }));
  }

  #courier(courier: Courier): void {
    this.#change((work) => ({ ...work, courier }));
  }

  #delivery(delivery: Delivery): void {
    this.#change((work) => withDelivery(work, delivery));
  }

  #change(change: (work: CourierWork) => CourierWork): void {
    const work = valueOf(this.work.value);
    if (work) {
      this.work.value = ready(change(work));
    }
  }
}
