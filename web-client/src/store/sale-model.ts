import { signal } from "@preact/signals";
import { Failure } from "../api/failure";
import type { Order, Sale } from "../api/types";
import type { Wire } from "../api/wire";
import { serverClock } from "./clock";
import { deviceFor } from "./device";
import { Action } from "./load";
import { LobbyModel } from "./lobby-model";
import { newKey } from "./key";
import { prove } from "../work/prove";
import { isLater, saleAt } from "./sale";

/** The answers after which the same claim may still succeed, or has succeeded already. */
const UNDECIDED: ReadonlySet<string> = new Set([
  "pending",
  "busy",
  "not_open",
  "too_fast",
  "proof_needed",
  "internal_server_error",
]);

/** One flash sale that somebody looks at. */
export class SaleModel {
  readonly sale;
  readonly buying = new Action();
  readonly lobby: LobbyModel;
  /** How many wait before this buyer; null where he does not wait, as far as this page knows. */
  readonly ahead = signal<number | null>(null);
  #waitKey = newKey();
  readonly #wire: Wire;
  #claim: { key: string; quantity: number } | null = null;

  /** @param mayReturn whether somebody is logged in who may have a place in the waiting room */
  constructor(wire: Wire, sale: Sale, mayReturn = false) {
    this.#wire = wire;
    this.sale = signal(sale);
    this.lobby = new LobbyModel(wire, this.sale, mayReturn);
  }

  open(): () => void {
    const leaveLobby = this.lobby.open();
    const leave = this.#wire.listen<Sale, Sale>(`sale:${this.sale.value.id}`, {
      greeted: (sale) => this.#told(sale),
      heard: (sale) => this.#told(sale),
    });
    return () => {
      leaveLobby();
      leave();
    };
  }

  /**
   * Claims goods. Where it is not known whether a claim succeeded, the next attempt carries the same key, so that a
   * person who presses twice buys once.
   */
  async buy(quantity: number, bought: (order: Order) => void): Promise<void> {
    await this.buying.run(async () => {
      if (this.#claim?.quantity !== quantity) {
        this.#claim = { key: newKey(), quantity };
      }
      const claim = this.#claim;
      try {
        bought(await this.#claimed(claim));
        this.#claim = null;
      } catch (thrown) {
        const failure = Failure.of(thrown);
        if (!failure.unanswered && !UNDECIDED.has(failure.reason)) {
          this.#claim = null;
        }
        throw failure;
      }
    });
  }

  /** Claims; where the shop asks for work first, does it and claims with the same key. */
  async #claimed(claim: { key: string; quantity: number }): Promise<Order> {
    const saleId = this.sale.value.id;
    const params = { saleId, ...claim, ...this.lobby.pass(), ...deviceFor(this.sale.value) };
    try {
      return await this.#wire.call("flashsales.claim", params);
    } catch (thrown) {
      if (Failure.of(thrown).reason !== "proof_needed") {
        throw thrown;
      }
    }
    const { text, bits } = await this.#wire.call("flashsales.challenge", { saleId, key: claim.key });
    const proof = text == null ? {} : { proof: await prove(text, bits) };
    return this.#wire.call("flashsales.claim", { ...params, ...proof });
  }

  /** Takes a place in the waiting list; what has become of it is told in one's orders. */
  async wait(offered: (order: Order) => void): Promise<void> {
    await this.buying.run(async () => {
      const waiting = await this.#wire.call("flashsales.wait", {
        saleId: this.sale.value.id,
        quantity: 1,
        key: this.#waitKey,
        ...deviceFor(this.sale.value),
      });
      if (waiting.order) {
        offered(waiting.order);
        this.#waitKey = newKey();
      }
      this.ahead.value = waiting.order ? null : waiting.ahead;
    });
  }

  #told(sale: Sale): void {
    serverClock.heard(sale.at);
    if (isLater(sale, this.sale.value)) {
      this.sale.value = sale;
    }
  }

  /** The sale as it stands at a time of the server, between two publications. */
  at(time: number): Sale {
    return saleAt(this.sale.value, time);
  }
}
