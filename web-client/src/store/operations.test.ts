import { describe, expect, test } from "vitest";
import { courier, delivery, T0 } from "../testing/samples";
import { byUrgency, countByStage, NOTHING_YET, reduceOperations, withCouriers, withDeliveries } from "./operations";

describe("operations", () => {
  test("couriers and deliveries follow what is told", () => {
    let state = reduceOperations(NOTHING_YET, { type: "courier", courier: courier({ active: 1 }) });
    state = reduceOperations(state, { type: "delivery", delivery: delivery() });
    state = reduceOperations(state, {
      type: "delivery",
      delivery: delivery({ stage: "picked_up", updatedAt: T0 + 1 }),
    });
    state = reduceOperations(state, { type: "delivery", delivery: delivery({ stage: "assigned", updatedAt: T0 }) });
    expect(state.couriers.get("u1")?.active).toBe(1);
    expect(state.deliveries.get("d1")?.stage).toBe("picked_up");
  });

  test("are counted by stage and listed open ones first", () => {
    const all = [
      delivery({ id: "a", stage: "delivered", createdAt: T0 + 9 }),
      delivery({ id: "b", stage: "waiting", createdAt: T0 }),
      delivery({ id: "c", stage: "assigned", createdAt: T0 + 1 }),
    ];
    expect(countByStage(all)).toMatchObject({ delivered: 1, waiting: 1, assigned: 1, failed: 0 });
    expect(byUrgency(all).map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });

  test("what is finished leaves first when there is too much to show", () => {
    const many = Array.from({ length: 499 }, (_, index) => delivery({ id: `d${index}` }));
    const full = withDeliveries(NOTHING_YET, [...many, delivery({ id: "done", stage: "delivered" })]);
    const after = withDeliveries(full, [delivery({ id: "new", stage: "waiting" })]);
    expect(after.deliveries.size).toBe(500);
    expect(after.deliveries.has("done")).toBe(false);
    expect(after.deliveries.has("d0")).toBe(true);
    const couriers = Array.from({ length: 510 }, (_, index) => courier({ id: `k${index}` }));
    expect(withCouriers(after, couriers).couriers.size).toBe(500);
  });
});
