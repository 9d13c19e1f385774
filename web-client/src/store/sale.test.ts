import { describe, expect, test } from "vitest";
import { Failure } from "../api/failure";
import { FakeWire } from "../testing/fake-wire";
import { order, sale, T0 } from "../testing/samples";
import { buyableMax, saleAt } from "./sale";
import { SaleModel } from "./sale-model";

describe("a sale between two messages", () => {
  test("opens at its moment", () => {
    const coming = sale({ stage: "countdown", opensAt: T0 });
    expect(saleAt(coming, T0 - 1).stage).toBe("countdown");
    expect(saleAt(coming, T0).stage).toBe("open");
  });

  test("is over at its end, sold out or not", () => {
    expect(saleAt(sale({ endsAt: T0 }), T0).stage).toBe("ended");
    expect(saleAt(sale({ stage: "sold_out", endsAt: T0 }), T0 - 1).stage).toBe("sold_out");
  });

  test("offers what is left, up to the limit", () => {
    expect(buyableMax(sale({ perBuyerLimit: 5, left: 3 }))).toBe(3);
    expect(buyableMax(sale({ perBuyerLimit: 2, left: 3 }))).toBe(2);
    expect(buyableMax(sale({ left: 0 }))).toBe(1);
  });
});

describe("following a sale", () => {
  test("stock follows the channel, and a message from before changes nothing", () => {
    const wire = new FakeWire();
    const model = new SaleModel(wire, sale({ left: 12, at: T0 }));
    const leave = model.open();
    wire.say("sale:s1", sale({ left: 7, at: T0 + 2 }));
    wire.say("sale:s1", sale({ left: 9, at: T0 + 1 }));
    expect(model.sale.value.left).toBe(7);
    leave();
    expect(wire.channels).toEqual([]);
  });
});

describe("buying", () => {
  const keys = (wire: FakeWire): string[] =>
    wire.callsOf("flashsales.claim").map((params) => (params as { key: string }).key);

  test("hands over the order that the claim answered", async () => {
    const wire = new FakeWire();
    wire.answer("flashsales.claim", () => order({ id: "o7" }));
    const bought: string[] = [];
    await new SaleModel(wire, sale()).buy(2, (claimed) => bought.push(claimed.id));
    expect(bought).toEqual(["o7"]);
    expect(wire.callsOf("flashsales.claim")).toMatchObject([{ saleId: "s1", quantity: 2 }]);
  });

  test("an attempt without an answer is repeated under the same key, so that it buys once", async () => {
    const wire = new FakeWire();
    wire.answer("flashsales.claim", () => Promise.reject(new Failure(1, "timeout")));
    const model = new SaleModel(wire, sale());
    await model.buy(1, () => undefined);
    expect(model.buying.failure.value?.reason).toBe("timeout");
    wire.answer("flashsales.claim", () => order());
    await model.buy(1, () => undefined);
    expect(keys(wire)[1]).toBe(keys(wire)[0]);
    await model.buy(1, () => undefined);
    expect(keys(wire)[2]).not.toBe(keys(wire)[0]);
  });

  test("so is a claim of which the server does not know yet whether it succeeded", async () => {
    const wire = new FakeWire();
    wire.refuse("flashsales.claim", 1156, "pending");
    const model = new SaleModel(wire, sale());
    await model.buy(1, () => undefined);
    await model.buy(1, () => undefined);
    expect(new Set(keys(wire)).size).toBe(1);
  });

  test("a refusal is final for its key", async () => {
    const wire = new FakeWire();
    wire.refuse("flashsales.claim", 1151, "sold_out");
    const model = new SaleModel(wire, sale());
    await model.buy(1, () => undefined);
    await model.buy(1, () => undefined);
    expect(model.buying.failure.value?.reason).toBe("sold_out");
    expect(new Set(keys(wire)).size).toBe(2);
  });
});
