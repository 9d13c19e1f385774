import { describe, expect, test } from "vitest";
import type { Alert } from "../api/types";
import { FakeWire } from "../testing/fake-wire";
import { shelf, T0 } from "../testing/samples";
import { valueOf } from "./load";
import { fillOf, groupsOf, reduceShelf, reduceShelves, runsLow } from "./shelves";
import { ShelfModel, ShelvesModel } from "./shelves-model";

const alert = (part: Partial<Alert> = {}): Alert => ({
  id: "a1",
  shelfId: "sh1",
  kind: "low_stock",
  slot: 1,
  value: 2,
  openedAt: T0,
  ...part,
});
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("a shelf", () => {
  test("takes over what a delta names and keeps the rest", () => {
    const after = reduceShelf(shelf(), {
      type: "delta",
      shelfId: "sh1",
      slots: [{ slot: 1, count: 7 }],
      doorOpen: true,
      reportedAt: T0 + 1,
    });
    expect(after.slots.map((slot) => slot.count)).toEqual([7, 10]);
    expect(after).toMatchObject({ doorOpen: true, temperatureCelsius: 4.2, online: true, reportedAt: T0 + 1 });
  });

  test("a count of nothing is a count", () => {
    const after = reduceShelf(shelf(), {
      type: "delta",
      shelfId: "sh1",
      slots: [{ slot: 2, count: 0 }],
      temperatureCelsius: 0,
    });
    expect(after.slots[1]?.count).toBe(0);
    expect(after.temperatureCelsius).toBe(0);
  });

  test("parts that overtake each other are all taken over, and the age is that of the newest", () => {
    const after = reduceShelf(shelf(), { type: "delta", shelfId: "sh1", doorOpen: true, reportedAt: T0 - 1 });
    expect(after).toMatchObject({ doorOpen: true, reportedAt: T0 });
  });

  test("an alert opens, is replaced, and closes", () => {
    let now = reduceShelf(shelf(), { type: "alert", alert: alert() });
    now = reduceShelf(now, { type: "alert", alert: alert({ value: 1 }) });
    expect(now.alerts).toMatchObject([{ id: "a1", value: 1 }]);
    expect(reduceShelf(now, { type: "alert", alert: alert({ closedAt: T0 + 5 }) }).alerts).toEqual([]);
  });

  test("what is said about another shelf does not concern it", () => {
    const before = shelf();
    expect(reduceShelf(before, { type: "delta", shelfId: "other", online: false })).toBe(before);
    expect(reduceShelf(before, { type: "alert", alert: alert({ shelfId: "other" }) })).toBe(before);
  });

  test("how full it is counts pieces over places", () => {
    expect(fillOf(shelf())).toBeCloseTo(18 / 30);
    expect(fillOf(shelf({ slots: [] }))).toBeNull();
  });
});

describe("a shelf that has not reported", () => {
  const slot = { slot: 1, skuId: "k", name: { zh: "茶", en: "Tea" }, capacity: 10, lowStock: 4 };

  test("is neither empty nor low", () => {
    expect(fillOf(shelf({ slots: [slot] }))).toBeNull();
    expect(runsLow(slot)).toBe(false);
  });

  test("is as full as the slots that are known", () => {
    expect(fillOf(shelf({ slots: [slot, { ...slot, slot: 2, count: 5 }] }))).toBeCloseTo(0.5);
    expect(runsLow({ ...slot, count: 4 })).toBe(true);
    expect(runsLow({ ...slot, count: 0 })).toBe(true);
  });
});

describe("many shelves", () => {
  const two = [shelf(), shelf({ id: "sh2", group: "south" })];

  test("only the one that is spoken of changes", () => {
    const after = reduceShelves(two, { type: "delta", shelfId: "sh2", online: false });
    expect(after[0]).toBe(two[0]);
    expect(after[1]?.online).toBe(false);
  });

  test("groups are named once, in order", () => {
    expect(groupsOf([...two, shelf({ id: "sh3" })])).toEqual(["north", "south"]);
  });

  test("are followed by group, and left when the page is left", async () => {
    const wire = new FakeWire();
    wire.answer("shelves.list", () => ({ items: two }));
    const model = new ShelvesModel(wire);
    const leave = model.open();
    await settled();
    expect(wire.channels).toEqual(["shelves:north", "shelves:south"]);
    wire.answer("shelves.list", () => ({ items: [shelf({ online: false })] }));
    wire.join("shelves:south");
    await settled();
    expect(valueOf(model.shelves.value)?.map(({ id, online }) => [id, online])).toEqual([
      ["sh1", false],
      ["sh2", true],
    ]);
    wire.say("shelves:south", { type: "delta", shelfId: "sh2", temperatureCelsius: 9 });
    expect(valueOf(model.shelves.value)?.[1]?.temperatureCelsius).toBe(9);
    leave();
    expect(wire.channels).toEqual([]);
  });

  test("one shelf is shown as its channel's greeting has it, then as it changes", async () => {
    const wire = new FakeWire();
    wire.answer("shelves.get", () => shelf());
    const model = new ShelfModel(wire, "sh1");
    model.open();
    await settled();
    wire.greet("shelf:sh1", { shelf: shelf({ doorOpen: true }) });
    wire.say("shelf:sh1", { type: "delta", shelfId: "sh1", online: false });
    expect(valueOf(model.shelf.value)).toMatchObject({ doorOpen: true, online: false });
  });
});
