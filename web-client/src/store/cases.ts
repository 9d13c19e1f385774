import { signal } from "@preact/signals";
import type { Photos } from "../api/photos";
import type { AfterSalesCase, CaseFile, CaseStage, Id, OrderLine, UserPublication } from "../api/types";
import type { Wire } from "../api/wire";
import { newKey } from "./key";
import { LOADING, loadInto, ready, type Load } from "./load";
import { smaller } from "./picture";

const CASES_MAX = 100;
const ASK_EVERY_MILLIS = 10_000;

/** What can be done in a case by a press of a button, and perhaps some words. */
export type Verb =
  | "withdraw"
  | "send_back"
  | "accept"
  | "escalate"
  | "approve"
  | "decline"
  | "answer"
  | "receive"
  | "settle"
  | "reject"
  | "decide";

export type Side = "buyer" | "shop" | "judge";

const VERBS: Readonly<Record<CaseStage, Readonly<Record<Side, readonly Verb[]>>>> = {
  requested: { buyer: ["withdraw"], shop: ["approve", "decline", "answer"], judge: [] },
  approved: { buyer: ["send_back", "withdraw"], shop: ["receive"], judge: [] },
  sent_back: { buyer: [], shop: ["receive"], judge: [] },
  received: { buyer: [], shop: ["settle", "reject"], judge: [] },
  declined: { buyer: ["escalate", "withdraw"], shop: [], judge: [] },
  answered: { buyer: ["accept", "escalate", "withdraw"], shop: [], judge: [] },
  escalated: { buyer: ["withdraw"], shop: [], judge: ["decide"] },
  refunding: { buyer: [], shop: [], judge: [] },
  refunded: { buyer: [], shop: [], judge: [] },
  exchanged: { buyer: [], shop: [], judge: [] },
  closed: { buyer: [], shop: [], judge: [] },
  withdrawn: { buyer: [], shop: [], judge: [] },
  lapsed: { buyer: [], shop: [], judge: [] },
};

/** What somebody may do now; a complaint is answered, everything else approved or declined. */
export function verbs(it: AfterSalesCase, side: Side): readonly Verb[] {
  return VERBS[it.stage][side].filter((verb) =>
    it.stage === "requested" && side === "shop" ? (verb === "answer") === (it.kind === "complaint") : true,
  );
}

export function isOpen(it: AfterSalesCase): boolean {
  return it.dueAt !== undefined && it.dueAt !== null;
}

const FREE: ReadonlySet<CaseStage> = new Set(["closed", "withdrawn", "lapsed"]);

/** What of an order's goods is in no case, now or for good: the lines with so many units as are left. */
export function unasked(goods: readonly OrderLine[], cases: readonly AfterSalesCase[]): OrderLine[] {
  return goods
    .map((line) => {
      const taken = cases.filter((it) => it.skuId === line.skuId && !FREE.has(it.stage));
      return { ...line, quantity: line.quantity - taken.reduce((sum, it) => sum + it.quantity, 0) };
    })
    .filter((line) => line.quantity > 0);
}

/** The cases of one order of one's own. */
export class OrderCases {
  readonly cases = signal<Load<readonly AfterSalesCase[]>>(LOADING);
  readonly #wire: Wire;
  readonly #userId: Id;
  readonly #orderId: Id;

  constructor(wire: Wire, userId: Id, orderId: Id) {
    this.#wire = wire;
    this.#userId = userId;
    this.#orderId = orderId;
  }

  open(): () => void {
    void this.load();
    return this.#wire.listenOwn<UserPublication>(`user:${this.#userId}`, {
      heard: (publication) => {
        if (publication.type === "case" && publication.orderId === this.#orderId) {
          void this.load();
        }
      },
      missed: () => void this.load(),
    });
  }

  load(): Promise<void> {
    return loadInto(
      this.cases,
      async () => (await this.#wire.call("aftersales.list", { orderId: this.#orderId, limit: CASES_MAX })).items,
    );
  }
}

/** What waits for somebody of the shop, asked for again now and then, as there is no channel for it. */
export class CasesToDo {
  readonly cases = signal<Load<readonly AfterSalesCase[]>>(LOADING);
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  open(): () => void {
    void this.load();
    return whileSeen(() => void this.load());
  }

  load(): Promise<void> {
    return loadInto(this.cases, async () => (await this.#wire.call("aftersales.to_do", { limit: CASES_MAX })).items);
  }
}

/** One case with all that was done and said in it. */
export class CaseModel {
  readonly file = signal<Load<CaseFile>>(LOADING);
  readonly caseId: Id;
  readonly #wire: Wire;
  readonly #photos: Photos;
  readonly #userId: Id;

  constructor(wire: Wire, photos: Photos, userId: Id, caseId: Id) {
    this.#wire = wire;
    this.#photos = photos;
    this.#userId = userId;
    this.caseId = caseId;
  }

  open(): () => void {
    void this.load();
    const stopAsking = whileSeen(() => void this.load());
    const stopListening = this.#wire.listenOwn<UserPublication>(`user:${this.#userId}`, {
      heard: (publication) => {
        if (publication.type === "case" && publication.case.id === this.caseId) {
          void this.load();
        }
      },
      missed: () => void this.load(),
    });
    return () => {
      stopAsking();
      stopListening();
    };
  }

  async load(): Promise<void> {
    await loadInto(this.file, () => this.#wire.call("aftersales.get", { caseId: this.caseId }));
  }

  async act(verb: Verb, more: Record<string, unknown>): Promise<void> {
    try {
      await this.#wire.call(`aftersales.${verb}`, { caseId: this.caseId, ...more } as never);
    } finally {
      // whoever was slower than another, or than the deadline, sees what became of it
      this.file.value = ready(await this.#wire.call("aftersales.get", { caseId: this.caseId }));
    }
  }

  async addPhotos(files: readonly Blob[]): Promise<void> {
    for (const file of files) {
      await this.#photos.add(this.caseId, newKey(), await smaller(file));
    }
    await this.load();
  }

  show(photo: Id): Promise<string> {
    return this.#photos.show(photo);
  }
}

function whileSeen(ask: () => void): () => void {
  const timer = setInterval(() => {
    if (!document.hidden) {
      ask();
    }
  }, ASK_EVERY_MILLIS);
  return () => clearInterval(timer);
}
