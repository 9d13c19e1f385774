import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CourierWork } from "../api/types";
import { FakeWire } from "../testing/fake-wire";
import { courier, delivery, offer, T0 } from "../testing/samples";
import { nextStop, reduceWork, withDelivery } from "./courier";
import { CourierModel } from "./courier-model";
import { valueOf } from "./load";

const work = (part: Partial<CourierWork> = {}): CourierWork => ({
  courier: courier(),
  offers: [],
  deliveries: [],
  ...part,
});

describe("a courier's work", () => {
  test("an offer comes, once, and goes when it expires", () => {
    let now = reduceWork(work(), { type: "offer", offer: offer() });
    now = reduceWork(now, { type: "offer", offer: offer() });
    expect(now.offers).toHaveLength(1);
    expect(reduceWork(now, { type: "offer_expired", offerId: "f1" }).offers).toEqual([]);
  });

  test("an assigned delivery takes the place of its offer", () => {
    const now = reduceWork(work({ offers: [offer()] }), { type: "assigned", delivery: delivery() });
    expect(now).toMatchObject({ offers: [], deliveries: [{ id: "d1" }] });
  });

  test("a cancelled delivery is gone with its offer", () => {
    const before = work({ offers: [offer()], deliveries: [delivery()] });
    expect(reduceWork(before, { type: "cancelled", deliveryId: "d1" })).toMatchObject({ offers: [], deliveries: [] });
  });

  test("what is delivered leaves the list; an older account does not bring it back a step", () => {
    const picked = withDelivery(work(), delivery({ stage: "picked_up", updatedAt: T0 + 2 }));
    expect(withDelivery(picked, delivery({ stage: "assigned", updatedAt: T0 + 1 })).deliveries[0]?.stage).toBe(
      "picked_up",
    );
    expect(withDelivery(picked, delivery({ stage: "delivered", updatedAt: T0 + 3 })).deliveries).toEqual([]);
  });

  test("the next stop is the pick-up, then the drop-off", () => {
    expect(nextStop([])).toBeNull();
    expect(nextStop([delivery()])).toEqual(delivery().pickup);
    expect(nextStop([delivery({ stage: "picked_up" })])).toEqual(delivery().dropoff);
  });
});

describe("on shift", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  async function opened(state: CourierWork): Promise<{ wire: FakeWire; model: CourierModel; leave: () => void }> {
    const wire = new FakeWire();
    wire.answer("dispatch.current", () => state);
    wire.answer("dispatch.position", () => ({}));
    const model = new CourierModel(wire, "u1");
    const leave = model.open();
    await vi.advanceTimersByTimeAsync(0);
    return { wire, model, leave };
  }

  test("the position is told when it has changed, at most every two seconds", async () => {
    const { wire, model, leave } = await opened(work());
    await vi.advanceTimersByTimeAsync(2_000);
    model.position.move(100, 0);
    model.position.move(100, 0);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(wire.callsOf("dispatch.position")).toHaveLength(2);
    expect(wire.callsOf("dispatch.position")[1]).toMatchObject({ place: model.position.place.value });
    leave();
    model.position.move(100, 0);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(wire.callsOf("dispatch.position")).toHaveLength(2);
  });

  test("nothing is told off shift or without a connection", async () => {
    const { wire, model } = await opened(work({ courier: courier({ onShift: false }) }));
    model.position.move(100, 0);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(wire.callsOf("dispatch.position")).toEqual([]);
  });

  test("accepting makes an offer a delivery; an offer that is refused is no longer shown", async () => {
    const { wire, model } = await opened(work({ offers: [offer(), offer({ id: "f2", deliveryId: "d2" })] }));
    wire.answer("dispatch.accept", () => delivery());
    await model.accept("f1");
    wire.refuse("dispatch.accept", 1252, "offer_gone");
    await model.accept("f2");
    expect(valueOf(model.work.value)).toMatchObject({ offers: [], deliveries: [{ id: "d1" }] });
    expect(model.action.failure.value?.reason).toBe("offer_gone");
  });

  test("driving goes to the next stop and stays there", async () => {
    const { model } = await opened(
      work({ deliveries: [delivery({ pickup: { latitude: 31.2305, longitude: 121.47 } })] }),
    );
    model.position.driveTo(() => nextStop(valueOf(model.work.value)?.deliveries ?? []));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(model.position.place.value).toEqual({ latitude: 31.2305, longitude: 121.47 });
    expect(model.position.driving.value).toBe(false);
  });
});
