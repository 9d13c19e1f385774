import { describe, expect, test } from "vitest";
import type { UserPublication } from "../api/types";
import { FakeWire } from "../testing/fake-wire";
import { order, T0 } from "../testing/samples";
import { newestFirst, OrdersModel, withOrder, type Orders } from "./orders";

const none: Orders = new Map();
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("orders", () => {
  test("a late reply does not undo what a publication told", () => {
    const paid = withOrder(none, order({ stage: "delivering" }));
    expect(withOrder(paid, order({ stage: "paid" })).get("o1")?.stage).toBe("delivering");
    expect(withOrder(paid, order({ stage: "delivered" })).get("o1")?.stage).toBe("delivered");
  });

  test("an order that expired may still be refunded", () => {
    const expired = withOrder(none, order({ stage: "expired" }));
    expect(withOrder(expired, order({ stage: "refunded" })).get("o1")?.stage).toBe("refunded");
  });

  test("are listed newest first", () => {
    const all = [order({ id: "a", createdAt: T0 }), order({ id: "b", createdAt: T0 + 1 })].reduce(withOrder, none);
    expect(newestFirst(all).map(({ id }) => id)).toEqual(["b", "a"]);
  });

  test("do not grow without end; the oldest leaves", () => {
    let all = none;
    for (let index = 0; index < 501; index++) {
      all = withOrder(all, order({ id: `o${index}`, createdAt: T0 + index }));
    }
    expect(all.size).toBe(500);
    expect(all.has("o0")).toBe(false);
  });
});

describe("the orders of the person logged in", () => {
  test("are asked for, follow the personal channel, and are asked for again after a gap", async () => {
    const wire = new FakeWire();
    wire.answer("orders.list", () => ({ items: [order()] }));
    const model = new OrdersModel(wire, "u1");
    const told: UserPublication[] = [];
    model.open((publication) => told.push(publication));
    await settled();
    wire.say("user:u1", { type: "order", order: order({ stage: "paid", deliveryId: "d1" }) });
    expect(model.find("o1")).toMatchObject({ stage: "paid", deliveryId: "d1" });
    wire.say("user:u1", { type: "refund", orderId: "o1", amountMinor: 990 });
    expect(told.at(-1)).toEqual({ type: "refund", orderId: "o1", amountMinor: 990 });

    wire.answer("orders.list", () => ({ items: [order({ stage: "delivered" }), order({ id: "o2" })] }));
    wire.lose("user:u1");
    await settled();
    expect(model.newest.value.map(({ id, stage }) => [id, stage])).toEqual([
      ["o2", "reserved"],
      ["o1", "delivered"],
    ]);
  });

  test("paying says where to deliver, and leaves out an empty address and an empty phone number", async () => {
    const wire = new FakeWire();
    wire.answer("orders.pay", () => order({ stage: "paid" }));
    const model = new OrdersModel(wire, "u1");
    const place = { latitude: 31.2, longitude: 121.4 };
    await model.pay("o1", { place, address: "", phone: "" });
    await model.pay("o1", { place, address: "Gate 3", phone: "138 0000 0000" });
    expect(wire.callsOf("orders.pay")).toEqual([
      { orderId: "o1", method: "sandbox", place },
      { orderId: "o1", method: "sandbox", place, address: "Gate 3", phone: "138 0000 0000" },
    ]);
  });
});
