import { describe, expect, test } from "vitest";
import { Photos } from "../api/photos";
import type { AfterSalesCase, CaseFile, CaseStage } from "../api/types";
import { FakeWire } from "../testing/fake-wire";
import { CaseModel, CasesToDo, OrderCases, unasked, verbs } from "./cases";
import { valueOf } from "./load";

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function aCase(more: Partial<AfterSalesCase> = {}): AfterSalesCase {
  return {
    id: "c1",
    orderId: "o1",
    kind: "return",
    reason: "other",
    skuId: "s1",
    name: { zh: "茶", en: "tea" },
    quantity: 1,
    amountMinor: 990,
    currency: "CNY",
    remedy: "refund",
    stage: "requested",
    openedAt: 1,
    dueAt: 2,
    ...more,
  };
}

const file = (stage: CaseStage): CaseFile => ({ case: aCase({ stage }), own: true, steps: [], evidence: [] });

describe("what can be done in a case", () => {
  test("a complaint is answered, everything else approved or declined", () => {
    expect(verbs(aCase(), "shop")).toEqual(["approve", "decline"]);
    expect(verbs(aCase({ kind: "complaint" }), "shop")).toEqual(["answer"]);
  });

  test("nobody can do anything where it has ended", () => {
    for (const stage of ["refunding", "refunded", "exchanged", "closed", "withdrawn", "lapsed"] as const) {
      expect((["buyer", "shop", "judge"] as const).flatMap((side) => verbs(aCase({ stage }), side))).toEqual([]);
    }
  });
});

test("goods that are in no case can be asked about, and those of a case that came to nothing again", () => {
  const line = { skuId: "s1", name: { zh: "茶", en: "tea" }, quantity: 3, unitPriceMinor: 990 };
  const other = { ...line, skuId: "s2", quantity: 1 };
  const cases = [aCase({ stage: "refunded" }), aCase({ stage: "withdrawn" }), aCase({ skuId: "s2" })];
  expect(unasked([line, other], cases)).toEqual([{ ...line, quantity: 2 }]);
});

describe("cases", () => {
  test("of an order are loaded again when one of them changes, and not for another order", async () => {
    const wire = new FakeWire();
    let asked = 0;
    wire.answer("aftersales.list", () => ({ items: [aCase({ quantity: ++asked })] }));
    const model = new OrderCases(wire, "u1", "o1");
    model.open();
    await settled();
    wire.say("user:u1", { type: "case", orderId: "o2", case: aCase() });
    wire.say("user:u1", { type: "case", orderId: "o1", case: aCase() });
    await settled();
    expect(valueOf(model.cases.value)?.[0]?.quantity).toBe(2);
    expect(wire.callsOf("aftersales.list")[0]).toEqual({ orderId: "o1", limit: 100 });
  });

  test("that wait are asked for", async () => {
    const wire = new FakeWire();
    wire.answer("aftersales.to_do", () => ({ items: [aCase()] }));
    const model = new CasesToDo(wire);
    const close = model.open();
    await settled();
    close();
    expect(valueOf(model.cases.value)).toHaveLength(1);
  });

  test("show what became of them also to who was too late", async () => {
    const wire = new FakeWire();
    wire.answer("aftersales.get", () => file("withdrawn"));
    wire.refuse("aftersales.approve", 1501, "not_at_this_stage");
    const model = new CaseModel(wire, new Photos(async () => "t"), "u1", "c1");
    await expect(model.act("approve", {})).rejects.toMatchObject({ reason: "not_at_this_stage" });
    expect(valueOf(model.file.value)?.case.stage).toBe("withdrawn");
  });

  test("photos are sent and fetched with the token of who is logged in", async () => {
    const requests: [string, RequestInit | undefined][] = [];
    const photos = new Photos(
      async () => "secret",
      async (input, init) => {
        requests.push([String(input), init]);
        return new Response(new Blob(["x"], { type: "image/png" }));
      },
    );
    await photos.add("c1", "k", new Blob(["x"]));
    expect(await photos.show("p1")).toMatch(/^data:image\/png;base64,/);
    expect(requests.map(([path, init]) => [path, init?.method, init?.headers])).toEqual([
      ["/api/aftersales/photo?case=c1&key=k", "POST", { authorization: "Bearer secret" }],
      ["/api/aftersales/photo?id=p1", undefined, { authorization: "Bearer secret" }],
    ]);
  });
});
