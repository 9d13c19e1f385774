import { computed, signal } from "@preact/signals";
import type { Cart, Fulfilment, Id, Order } from "../api/types";
import type { Wire } from "../api/wire";
import { newKey } from "./key";
import { LOADING, loadInto, ready, valueOf, type Load } from "./load";

export const QUANTITY_MAX = 99;

/** One's own cart as the server keeps it; every change is asked of the server, so all devices see the same. */
export class CartModel {
  readonly cart = signal<Load<Cart>>(LOADING);
  /** The counter where the goods are to be fetched; absent where they are brought. */
  readonly counter = signal<Id | undefined>(undefined);
  readonly units = computed(() =>
    (valueOf(this.cart.value)?.items ?? []).reduce((sum, line) => sum + line.quantity, 0),
  );
  /** Whether everything is there in such a number. */
  readonly complete = computed(() =>
    (valueOf(this.cart.value)?.items ?? []).every((line) => line.available >= line.quantity),
  );
  readonly #wire: Wire;
  #key = newKey();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  open(): () => void {
    void this.load();
    return () => undefined;
  }

  load(): Promise<void> {
    const locationId = this.counter.value;
    return loadInto(this.cart, () => this.#wire.call("carts.get", locationId ? { locationId } : {}));
  }

  async choose(counter: Id | undefined): Promise<void> {
    this.counter.value = counter;
    await this.load();
  }

  quantityOf(skuId: Id): number {
    return valueOf(this.cart.value)?.items.find((line) => line.skuId === skuId)?.quantity ?? 0;
  }

  async put(skuId: Id, quantity: number): Promise<void> {
    const cart = await this.#wire.call("carts.put", { skuId, quantity: Math.min(quantity, QUANTITY_MAX) });
    this.cart.value = ready(cart);
    if (this.counter.value) {
      await this.load();
    }
  }

  /** The same key until it has worked, so that a lost reply never buys twice. */
  async checkout(coupon: string): Promise<Order> {
    const counter = this.counter.value;
    const fulfilment: Fulfilment = counter ? "pickup" : "delivery";
    const order = await this.#wire.call("carts.checkout", {
      key: this.#key,
      fulfilment,
      ...(counter ? { locationId: counter } : {}),
      ...(coupon ? { coupon } : {}),
    });
    this.#key = newKey();
    this.counter.value = undefined;
    void this.load();
    return order;
  }
}
