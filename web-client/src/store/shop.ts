import { signal } from "@preact/signals";
import type { Id, UserPublication } from "../api/types";
import type { Wire } from "../api/wire";
import { CartModel } from "./cart";
import { Counters } from "./counters";
import { OrdersModel } from "./orders";
import type { Session } from "./session";

const NOTICES_MAX = 3;
const NOTICE_MILLIS = 8_000;

export interface Notice {
  id: number;
  told: Extract<UserPublication, { type: "refund" }>;
}

/** Everything that lives as long as one connection of one person (or guest). */
export class Shop {
  readonly session: Session;
  readonly wire: Wire;
  /** Absent for a guest. */
  readonly orders: OrdersModel | null;
  /** Absent for a guest. */
  readonly cart: CartModel | null;
  readonly counters: Counters;
  /** What the person should know wherever they are. */
  readonly notices = signal<readonly Notice[]>([]);
  readonly #leave: () => void;
  readonly #refunded = new Set<Id>();
  #noticeId = 0;

  constructor(session: Session, wire: Wire) {
    this.session = session;
    this.wire = wire;
    const user = session.user.value;
    this.orders = user ? new OrdersModel(wire, user.id) : null;
    this.cart = user ? new CartModel(wire) : null;
    this.counters = new Counters(wire);
    this.#leave = this.orders?.open((publication) => this.#told(publication)) ?? (() => undefined);
  }

  close(): void {
    this.#leave();
    this.wire.close();
  }

  dismiss(id: number): void {
    this.notices.value = this.notices.value.filter((notice) => notice.id !== id);
  }

  #told(publication: UserPublication): void {
    if (publication.type === "refund" && !this.#refunded.has(publication.orderId)) {
      // The server may tell it twice.
      this.#refunded.add(publication.orderId);
      this.#notify(publication);
    }
  }

  #notify(told: Notice["told"]): void {
    const id = ++this.#noticeId;
    this.notices.value = [...this.notices.value, { id, told }].slice(-NOTICES_MAX);
    setTimeout(() => this.dismiss(id), NOTICE_MILLIS);
  }
}
