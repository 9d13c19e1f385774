import { expect, test } from "vitest";
import type { Cart } from "../api/types";
import { FakeWire } from "../testing/fake-wire";
import { order } from "../testing/samples";
import { CartModel } from "./cart";

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function cart(quantity: number, available: number): Cart {
  const name = { zh: "茶", en: "Tea" };
  const items = quantity > 0 ? [{ skuId: "k1", productId: "p1", name, quantity, unitPriceMinor: 990, available }] : [];
  return { items, locationId: "l1", totalMinor: 990 * quantity };
}

test("a cart counts its units and says whether all is there", async () => {
  const wire = new FakeWire();
  wire.answer("carts.get", () => cart(3, 2));
  const model = new CartModel(wire);
  model.open();
  await settled();
  expect(model.units.value).toBe(3);
  expect(model.complete.value).toBe(false);
  wire.answer("carts.put", ({ quantity }) => cart(quantity, 2));
  await model.put("k1", 2);
  expect(model.quantityOf("k1")).toBe(2);
  expect(model.complete.value).toBe(true);
});

test("a checkout whose reply was lost is asked for with the same key, the next one with another", async () => {
  const wire = new FakeWire();
  wire.answer("carts.get", () => cart(0, 0));
  const model = new CartModel(wire);
  wire.refuse("carts.checkout", 0, "timeout");
  await expect(model.checkout("")).rejects.toThrow();
  wire.answer("carts.checkout", () => order());
  await model.checkout("");
  await model.choose("counter");
  await model.checkout("FREE");
  const asked = wire.callsOf("carts.checkout") as { key: string }[];
  expect(asked[1]).toEqual(asked[0]);
  expect(asked[2]?.key).not.toBe(asked[0]?.key);
  expect(asked[2]).toMatchObject({ fulfilment: "pickup", locationId: "counter", coupon: "FREE" });
});
