import { render } from "preact";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Accounts } from "../api/http";
import type { RoomGreeting, User } from "../api/types";
import { choose } from "../i18n";
import { go, path } from "../router";
import { now } from "../store/clock";
import { Session } from "../store/session";
import { FakeWire } from "../testing/fake-wire";
import { comment, courier, delivery, offer, order, room, sale, shelf, T0, user } from "../testing/samples";
import { App } from "./app";

let place: HTMLElement;
let wire: FakeWire;

const text = (): string => place.textContent ?? "";
const shows = (wanted: string | RegExp): Promise<void> => vi.waitFor(() => expect(text()).toMatch(wanted));
const button = (name: string | RegExp): HTMLButtonElement => {
  const found = [...place.querySelectorAll("button")].find((one) => (one.textContent ?? "").match(name));
  if (!found) {
    throw new Error(`no button ${name} in ${text()}`);
  }
  return found;
};

/** Greets whoever enters the room. */
async function greet(greeting: RoomGreeting): Promise<void> {
  await vi.waitFor(() => expect(wire.channels).toContain("room:r1"));
  wire.greet("room:r1", greeting);
}

/** Publishes on a channel as soon as the page listens to it. */
async function say(channel: string, publication: unknown): Promise<void> {
  await vi.waitFor(() => expect(wire.channels).toContain(channel));
  wire.say(channel, publication);
}

/** Opens a page as somebody, or as a guest. */
async function visit(address: string, who: User | null): Promise<Session> {
  const fetcher = async (): Promise<Response> =>
    Response.json({ token: "t", expiresInSeconds: 900, refreshToken: "r", user: who ?? user() });
  const session = new Session(new Accounts(fetcher));
  if (who) {
    await session.login(who.name, "jishi");
  }
  go(address);
  render(<App session={session} connect={() => wire} />, place);
  return session;
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  choose("en");
  now.value = T0;
  place = document.createElement("div");
  document.body.append(place);
  wire = new FakeWire();
  wire.answer("orders.list", () => ({ items: [] }));
});
afterEach(() => {
  render(null, place);
  place.remove();
});

describe("who may see what", () => {
  test("a guest who wants the orders logs in first and comes back", async () => {
    await visit("/orders", null);
    await vi.waitFor(() => expect(path.value).toBe("/login"));
    await shows("Try it as");
    button("Viewer").click();
    await shows("You have not bought anything yet.");
    expect(path.value).toBe("/orders");
  });

  test("a page for others says whom it is for", async () => {
    await visit("/courier", user());
    await shows("This page is for Courier.");
    expect(place.querySelector('a[href="/operations"]')).toBeNull();
  });

  test("after a change of page the focus is on its heading", async () => {
    wire.answer("rooms.list", () => ({ items: [] }));
    await visit("/", user());
    await shows("Nobody is live");
    go("/orders");
    await shows("You have not bought anything yet.");
    await vi.waitFor(() => expect(document.activeElement?.textContent).toBe("My orders"));
  });

  test("a page that breaks leaves the navigation", async () => {
    const silent = vi.spyOn(console, "error").mockImplementation(() => undefined);
    wire.answer("rooms.list", () => ({ items: [room({ viewers: Symbol() as never })] }));
    wire.answer("shelves.list", () => ({ items: [] }));
    await visit("/", user());
    await shows("This did not work.");
    go("/shelves");
    await shows("No shelf has been registered yet.");
    silent.mockRestore();
  });

  test("a path that there is not leads back", async () => {
    await visit("/nowhere", null);
    await shows("There is no such page.");
  });
});

describe("the list of sessions", () => {
  test("says that it is loading, failed, empty", async () => {
    wire.refuse("rooms.list", 100, "internal_server_error");
    await visit("/", null);
    expect(text()).toContain("Loading…");
    await shows("Something went wrong on the server.");
    wire.answer("rooms.list", () => ({ items: [] }));
    button("Try again").click();
    await shows("Nobody is live at the moment.");
  });

  test("changes its language at once", async () => {
    wire.answer("rooms.list", () => ({ items: [room()] }));
    await visit("/", null);
    await shows("Evening tea");
    button("中文").click();
    await shows("3 人在看");
    expect(text()).not.toContain("watching");
  });
});

describe("the connection", () => {
  test("is spoken of only when it is away for a while", async () => {
    wire.answer("rooms.list", () => ({ items: [] }));
    await visit("/", null);
    await shows("Nobody is live");
    wire.state.value = "reconnecting";
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(text()).not.toContain("Reconnecting");
    await shows("Connection lost. Reconnecting…");
    wire.state.value = "connected";
    await vi.waitFor(() => expect(text()).not.toContain("Reconnecting"));
  });
});

describe("a room", () => {
  test("shows talk, stock and countdown, and sells", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    await visit("/rooms/r1", user());
    await greet({ room: room(), comments: [comment({ text: hostile })], sales: [sale()] });
    await shows("12 of 20 left");
    expect(place.querySelector(".log img")).toBeNull();
    expect(text()).toContain(hostile);
    expect(text()).toContain("Ends in 10:00");
    await say("sale:s1", sale({ left: 3, at: T0 + 1 }));
    await shows("3 of 20 left");

    wire.answer("flashsales.claim", () => order());
    button("Buy for ¥9.90").click();
    await shows("Pay within 2:00");
    wire.answer("orders.pay", () => order({ stage: "paid", deliveryId: "d1" }));
    wire.answer("dispatch.track", () => delivery());
    button("Pay ¥9.90").click();
    await shows("Courier on the way to pick up");
    await say("delivery:d1", delivery({ stage: "picked_up", updatedAt: T0 + 5 }));
    await shows("On the way to you");
  });

  test("[RT42] says in the reader's language how many comments it does not show", async () => {
    await visit("/rooms/r1", user());
    await greet({ room: room(), comments: [comment()], sales: [] });
    expect(text()).not.toContain("not shown");
    wire.leaveOut("room:r1", 132);
    await say("room:r1", { type: "comment", ...comment({ id: "n1" }) });
    await shows("+132 comments not shown");
    button("中文").click();
    await shows("另有 132 条未显示");
    button("English").click();
  });

  test("a sale that is sold out cannot be bought, and a refusal is told in words", async () => {
    await visit("/rooms/r1", user());
    await greet({ room: room(), comments: [], sales: [sale()] });
    await shows("Buy for");
    wire.refuse("flashsales.claim", 1153, "limit_reached");
    button("Buy for").click();
    await shows("You have as many as one buyer may have.");
    await say("sale:s1", sale({ left: 0, stage: "sold_out", at: T0 + 1 }));
    await vi.waitFor(() => expect(button("Sold out").disabled).toBe(true));
  });

  test("only its host gets the controls", async () => {
    await visit("/rooms/r1", user({ id: "h1", roles: ["host", "viewer"] }));
    wire.answer("catalog.products", () => ({ items: [] }));
    await greet({ room: room(), comments: [], sales: [] });
    await shows("Host controls");
    expect(button("End the session").disabled).toBe(false);
  });

  test("others do not", async () => {
    await visit("/rooms/r1", user());
    await greet({ room: room(), comments: [], sales: [sale()] });
    await shows("Buy for");
    expect(text()).not.toContain("Host controls");
    expect(text()).not.toContain("Stop the sale");
  });
});

describe("a courier", () => {
  test("accepts an offer and takes it to the door", async () => {
    wire.answer("dispatch.current", () => ({ courier: courier(), offers: [], deliveries: [] }));
    wire.answer("dispatch.accept", () => delivery());
    wire.answer("dispatch.step", ({ stage }) => delivery({ stage, updatedAt: T0 + 1 }));
    await visit("/courier", user({ roles: ["courier"] }));
    await shows("No offer at the moment.");
    wire.say("courier:u1", { type: "offer", offer: offer() });
    await shows("1.8 km, about 7 minutes");
    expect(text()).toContain("Answer within 0:20");
    button("Accept").click();
    await vi.waitFor(() => button("I have picked it up").click());
    await vi.waitFor(() => button("I have delivered it").click());
    await shows("Nothing to deliver.");
    expect(wire.callsOf("dispatch.step")).toEqual([
      { deliveryId: "d1", stage: "picked_up" },
      { deliveryId: "d1", stage: "delivered" },
    ]);
  });
});

describe("a shelf", () => {
  test("shows stock, temperature, door and alerts as they are told", async () => {
    wire.answer("shelves.get", () => shelf());
    await visit("/shelves/sh1", null);
    await shows("8 of 20");
    await say("shelf:sh1", {
      type: "delta",
      shelfId: "sh1",
      slots: [{ slot: 1, count: 3 }],
      doorOpen: true,
      reportedAt: T0,
    });
    await shows("3 of 20low");
    expect(text()).toContain("Door open");
    await say("shelf:sh1", {
      type: "alert",
      alert: { id: "a", shelfId: "sh1", kind: "low_stock", slot: 1, value: 3, openedAt: T0 },
    });
    await shows("Slot 1 runs low: 3 left");
  });

  test("the credentials of a new one are shown once", async () => {
    const product = {
      id: "p",
      name: { zh: "茶", en: "Tea" },
      hostId: "h",
      skus: [{ id: "k", name: { zh: "盒", en: "Box" }, code: "T", priceMinor: 1, available: 1 }],
    };
    wire.answer("catalog.products", () => ({ items: [product] }));
    wire.answer("shelves.register", () => ({ shelf: shelf(), device: "dev-1", secret: "s3cret" }));
    await visit("/shelves/new", user({ roles: ["operator"] }));
    await shows("Name in Chinese");
    place.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
    await shows("s3cret");
    expect(JSON.stringify({ ...localStorage })).not.toContain("s3cret");
  });
});

describe("operations", () => {
  test("count couriers and deliveries and name the shelf of an alert", async () => {
    wire.answer("dispatch.couriers", () => ({
      items: [courier({ id: "k1", name: "Bo", active: 1 }), courier({ id: "k2", onShift: false })],
    }));
    wire.answer("dispatch.deliveries", () => ({ items: [delivery(), delivery({ id: "d2", stage: "delivered" })] }));
    wire.answer("shelves.alerts", () => ({
      items: [{ id: "a", shelfId: "sh1", kind: "offline", value: 1, openedAt: T0 }],
    }));
    wire.answer("shelves.list", () => ({ items: [shelf()] }));
    await visit("/operations", user({ roles: ["staff"] }));
    await shows("Shelf one");
    const figures = [...place.querySelectorAll(".figures dd")].map((figure) => figure.textContent);
    expect(figures).toEqual(["1", "1", "1", "1", "1"]);
  });
});
