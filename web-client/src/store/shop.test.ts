import { beforeEach, expect, test } from "vitest";
import { Accounts } from "../api/http";
import { FakeWire } from "../testing/fake-wire";
import { user } from "../testing/samples";
import { Session } from "./session";
import { Shop } from "./shop";

let wire: FakeWire;

async function shopOf(name: string | null): Promise<Shop> {
  const answer = { token: "t", expiresInSeconds: 900, refreshToken: "r", user: user() };
  const session = new Session(new Accounts(async () => Response.json(answer)));
  if (name) {
    await session.login(name, "jishi");
  }
  return new Shop(session, wire);
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  wire = new FakeWire();
  wire.answer("orders.list", () => ({ items: [] }));
});

test("a refund is told once, however often the server says it", async () => {
  const shop = await shopOf("viewer");
  wire.say("user:u1", { type: "refund", orderId: "o1", amountMinor: 990 });
  wire.say("user:u1", { type: "refund", orderId: "o1", amountMinor: 990 });
  expect(shop.notices.value).toMatchObject([{ told: { orderId: "o1", amountMinor: 990 } }]);
  shop.dismiss(shop.notices.value[0]?.id ?? 0);
  expect(shop.notices.value).toEqual([]);
});

test("a guest has no orders, and asks for none", async () => {
  const shop = await shopOf(null);
  expect(shop.orders).toBeNull();
  expect(wire.calls).toEqual([]);
  shop.close();
  expect(wire.state.value).toBe("closed");
});
