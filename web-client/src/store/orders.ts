import { computed, signal } from "@preact/signals";
import type { Id, Order, OrderStage, Place, UserPublication } from "../api/types";
import type { Wire } from "../api/wire";
import { LOADING, loadInto, ready, valueOf, type Load } from "./load";

const PAGE = 50;
const ORDERS_MAX = 500;

/** How far along an order is: a reply that comes late must not undo what a publication has already told. */
const RANKS: Record<OrderStage, number> = {
  reserved: 0,
  awaiting_payment: 0,
  expired: 1,
  cancelled: 1,
  paid: 2,
  ready: 3,
  delivering: 3,
  delivered: 4,
  closed: 5,
  refunding: 6,
  refunded: 7,
};

export type Orders = ReadonlyMap<Id, Order>;

export function withOrder(orders: Orders, order: Order): Orders {
  const known = orders.get(order.id);
  if (known && RANKS[known.stage] > RANKS[order.stage]) {
    return orders;
  }
  const all = new Map(orders).set(order.id, order);
  if (all.size > ORDERS_MAX) {
    all.delete(newestFirst(all).at(-1)?.id ?? order.id);
  }
  return all;
}

export function newestFirst(orders: Orders): Order[] {
  return [...orders.values()].sort((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1));
}

/** Where an order is brought to. */
export interface Destination {
  place: Place;
  address: string;
  phone: string;
}

/** One's own orders, kept up to date by the personal channel as long as one is logged in. */
export class OrdersModel {
  readonly orders = signal<Load<Orders>>(LOADING);
  readonly newest = computed(() => newestFirst(valueOf(this.orders.value) ?? new Map()));
  readonly next = signal<Id | undefined>(undefined);
  readonly #wire: Wire;
  readonly #userId: Id;

  constructor(wire: Wire, userId: Id) {
    this.#wire = wire;
    this.#userId = userId;
  }

  open(told: (publication: UserPublication) => void): () => void {
    void this.load();
    return this.#wire.listenOwn<UserPublication>(`user:${this.#userId}`, {
      heard: (publication) => {
        if (publication.type === "order") {
          this.put(publication.order);
        }
        told(publication);
      },
      missed: () => void this.load(),
    });
  }

  async load(): Promise<void> {
    await loadInto(this.orders, async () => {
      const page = await this.#wire.call("orders.list", { limit: PAGE });
      this.next.value = page.next ?? undefined;
      return page.items.reduce(withOrder, valueOf(this.orders.value) ?? new Map());
    });
  }

  async loadMore(): Promise<void> {
    const after = this.next.value;
    if (after) {
      const page = await this.#wire.call("orders.list", { limit: PAGE, after });
      this.next.value = page.next ?? undefined;
      page.items.forEach((order) => this.put(order));
    }
  }

  /** Makes sure that one order is here, however old. */
  async loadOne(orderId: Id): Promise<void> {
    this.put(await this.#wire.call("orders.get", { orderId }));
  }

  find(orderId: Id): Order | undefined {
    return valueOf(this.orders.value)?.get(orderId);
  }

  put(order: Order): void {
    this.orders.value = ready(withOrder(valueOf(this.orders.value) ?? new Map(), order));
  }

  /** @param destination absent where the buyer fetches the goods */
  async pay(orderId: Id, destination: Destination | undefined): Promise<void> {
    this.put(
      await this.#wire.call("orders.pay", {
        orderId,
        method: "sandbox",
        ...(destination ? { place: destination.place } : {}),
        ...(destination?.address ? { address: destination.address } : {}),
        ...(destination?.phone ? { phone: destination.phone } : {}),
      }),
    );
  }

  async cancel(orderId: Id): Promise<void> {
    this.put(await this.#wire.call("orders.cancel", { orderId }));
  }
}
