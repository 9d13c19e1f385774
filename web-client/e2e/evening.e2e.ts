import type { Browser, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launch } from "./browser";
import { report } from "./device";
import { Person, type Look } from "./person";

const LOOKS: Look[] = [
  { language: "zh", size: { width: 390, height: 844 } },
  { language: "en", size: { width: 390, height: 844 }, dark: true },
  { language: "zh", size: { width: 1440, height: 900 }, dark: true },
  { language: "en", size: { width: 1440, height: 900 } },
];

/** A PNG of one pixel. */
const PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const url = inject("url");
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each(LOOKS)("an evening in $language at $size.width × $size.height", (look) => {
  const arrive = (): Promise<Person> => Person.arrive(browser, url, look);
  const title = `${look.language === "zh" ? "晚市" : "Evening market"} ${look.size.width}-${Date.now() % 100_000}`;

  test("a guest sees the sessions and is asked to log in for more", async () => {
    const guest = await arrive();
    await guest.page.goto("/");
    await guest.sees("sessions.title");
    await guest.finds_nothing_wrong();
    await guest.page.goto("/orders");
    await guest.sees("login.demo");
    await guest.finds_nothing_wrong();
    await guest.page.getByRole("link", { name: guest.says("login.register") }).click();
    await guest.sees("register.title");
    await guest.finds_nothing_wrong();
    await guest.page.getByRole("button", { name: guest.says("language.other") }).click();
    await guest.page.getByRole("heading", { name: look.language === "zh" ? "Register" : "注册" }).waitFor();
    await guest.leave();
  });

  test("somebody registers under a name of their own, and a wrong password is told in words", async () => {
    const newcomer = await arrive();
    const name = `e2e${Date.now().toString(36)}`;
    await newcomer.page.goto("/register");
    await newcomer.field("login.name").fill(name);
    await newcomer.field("login.password").fill("correct horse");
    await newcomer.button("register").click();
    await newcomer.button("logout").click();
    await newcomer.page.goto("/login");
    await newcomer.field("login.name").fill(name);
    await newcomer.field("login.password").fill("wrong horse");
    await newcomer.page.locator('form button[type="submit"]').click();
    await newcomer.page.getByRole("alert").waitFor();
    await newcomer.finds_nothing_wrong();
    newcomer.complaints.splice(0);
    await newcomer.leave();
  });

  test("goods go from the host's table to the buyer's door", async () => {
    const [host, viewer, courier, staff] = [await arrive(), await arrive(), await arrive(), await arrive()];
    await goLive(host, title);
    await startSale(host);
    await host.finds_nothing_wrong();

    await viewer.logIn("viewer");
    await viewer.page.getByRole("link", { name: title }).click();
    await viewer.page.getByRole("heading", { name: title }).waitFor();
    await talk(viewer, host);

    await startShift(courier);
    await courier.sees("courier.offers.empty");
    await courier.finds_nothing_wrong();

    await buy(viewer);
    await viewer.finds_nothing_wrong();
    await deliver(courier, viewer);

    await staff.logIn("staff");
    await staff.page.locator('[data-stage="delivered"]').first().waitFor();
    await staff.finds_nothing_wrong();

    await viewer.page.goto("/orders");
    await viewer.page.locator('.order[data-stage="delivered"]').first().waitFor();
    await viewer.finds_nothing_wrong();
    await takeBack(viewer, staff);

    await endShift(courier);
    await end(host, viewer);
    for (const person of [host, viewer, courier, staff]) {
      await person.leave();
    }
  });

  test("a new shelf reports, its stock is seen at once, and it is restocked", async () => {
    const [operator, shopper, courier] = [await arrive(), await arrive(), await arrive()];
    await operator.logIn("operator");
    await operator.page.getByRole("link", { name: operator.says("shelves.register") }).click();
    await operator.field("newShelf.zh").fill(`货柜 ${title}`);
    await operator.field("newShelf.en").fill(`Shelf ${title}`);
    await operator.field("newShelf.group").fill("e2e");
    await operator.field("newShelf.temperatureMax").fill("8");
    await operator.finds_nothing_wrong();
    await operator.page.locator('form button[type="submit"]').click();
    await operator.sees("newShelf.once");
    await operator.finds_nothing_wrong();
    const [device = "", secret = ""] = await operator.page.locator("code").allTextContents();
    await operator.page.getByRole("link", { name: operator.says("newShelf.toShelf") }).click();
    await operator.sees("shelf.never");

    await shopper.page.goto(new URL(operator.page.url()).pathname);
    await shopper.sees("shelf.never");
    await report(shopper.page, { device, secret }, [
      { kind: "stock", slot: 1, value: 17 },
      { kind: "temperature", value: 4.5 },
      { kind: "door", value: 1 },
    ]);
    await shopper.page.locator('[data-slot="1"][data-count="17"]').waitFor();
    await shopper.sees("shelf.door.open");
    await shopper.sees("shelf.online");
    await report(shopper.page, { device, secret }, [{ kind: "stock", slot: 1, value: 2 }]);
    await shopper.page.locator('[data-alert="low_stock"]').waitFor();
    await shopper.finds_nothing_wrong();
    await shopper.page.goto("/shelves");
    await shopper.page.locator("[data-shelf]").first().waitFor();
    await shopper.finds_nothing_wrong();

    await startShift(courier);
    await courier.button("courier.accept").click();
    await courier.sees("delivery.restock");
    await courier.button("courier.pickedUp").click();
    await courier.button("courier.delivered").click();
    await courier.sees("courier.deliveries.empty");
    await endShift(courier);
    for (const person of [operator, shopper, courier]) {
      await person.leave();
    }
  });

  test("a connection that breaks is told, and is back by itself with what was missed", async () => {
    const [host, viewer] = [await arrive(), await arrive()];
    const line = await breakableLine(viewer);
    await goLive(host, title);
    await viewer.logIn("viewer");
    await viewer.page.goto(new URL(host.page.url()).pathname);
    await viewer.field("room.comment").waitFor();
    await line.cut();
    await viewer.sees("wire.reconnecting");
    const words = `meanwhile ${Date.now()}`;
    await host.field("room.comment").fill(words);
    await host.button("room.comment.send").click();
    await host.page.getByRole("log").getByText(words).waitFor();
    line.mend();
    await viewer.page.getByRole("log").getByText(words).waitFor();
    await viewer.page.locator(".banner").waitFor({ state: "detached" });
    await end(host, viewer);
    await host.leave();
    viewer.complaints.splice(0);
    await viewer.leave();
  });
});

/** A connection that can be cut: open sockets are closed, and new ones are refused until it is mended. */
async function breakableLine(person: Person): Promise<{ cut: () => Promise<void>; mend: () => void }> {
  let isCut = false;
  const open = new Set<WebSocketRoute>();
  await person.page.routeWebSocket(/\/connection\/websocket/, (socket) => {
    if (isCut) {
      void socket.close({ code: 1013 });
      return;
    }
    socket.connectToServer();
    open.add(socket);
  });
  return {
    cut: async () => {
      isCut = true;
      await Promise.all([...open].map((socket) => socket.close({ code: 1012 })));
      open.clear();
    },
    mend: () => {
      isCut = false;
    },
  };
}

async function goLive(host: Person, title: string): Promise<void> {
  await host.logIn("host");
  await host.field("sessions.schedule.title").fill(title);
  await host.button("sessions.schedule.submit").click();
  const card = host.page.locator(".room-card", { hasText: title });
  await card.getByRole("button", { name: host.says("sessions.start") }).click();
  await host.sees("host.title");
}

async function startSale(host: Person): Promise<void> {
  await host.button("host.pin").click();
  await host.sees("room.pinned");
  await host.text(host.says("host.sale")).click();
  await host.field("host.countdown").fill("");
  await host.field("host.quantity").nth(0).fill("5");
  await host.button("host.sale.start").click();
  await host.page.locator('.sale[data-stage="open"][data-left="5"]').waitFor();
}

async function talk(viewer: Person, host: Person): Promise<void> {
  const words = `好茶 tea ${Date.now()} <b>&`;
  await viewer.field("room.comment").fill(words);
  await viewer.button("room.comment.send").click();
  await host.page.getByRole("log").getByText(words).waitFor();
  expect(await viewer.page.getByRole("log").getByText(words).count()).toBe(1);
  await viewer.page.locator(".like").click({ clickCount: 3 });
  await host.page.locator(".like", { hasText: "3" }).waitFor();
}

/** Whatever an earlier run left behind, the shift begins anew. */
async function startShift(courier: Person): Promise<void> {
  await courier.logIn("courier");
  await courier.page.locator("[data-on-shift]").waitFor();
  if ((await courier.page.locator('[data-on-shift="true"]').count()) > 0) {
    await courier.button("courier.end").click();
  }
  await courier.button("courier.start").click();
}

async function endShift(courier: Person): Promise<void> {
  await courier.button("courier.end").click();
  await courier.sees("courier.offers.off");
}

async function buy(viewer: Person): Promise<void> {
  await viewer.page.locator(".sale .primary").click();
  await viewer.sees("orders.toPay");
  await viewer.page.locator('.sale[data-left="4"]').waitFor();
  await viewer.page.locator(".pay .primary").click();
  await viewer.page.locator(".bought .order").waitFor();
}

async function deliver(courier: Person, viewer: Person): Promise<void> {
  await courier.page.locator("[data-offer]").waitFor();
  await courier.finds_nothing_wrong();
  await courier.button("courier.accept").click();
  await viewer.page.locator('.tracking[data-stage="assigned"]').waitFor();
  await viewer.finds_nothing_wrong();
  await courier.button("courier.drive").click();
  await courier.button("courier.pickedUp").click();
  await viewer.page.locator('.tracking[data-stage="picked_up"]').waitFor();
  await courier.button("courier.delivered").click();
  await courier.sees("courier.deliveries.empty");
  await viewer.page.locator('.order[data-stage="delivered"]').waitFor();
}

/** The goods go back, with a photo of what is wrong with them, and so does the money. */
async function takeBack(viewer: Person, staff: Person): Promise<void> {
  await viewer.page.locator('.order[data-stage="delivered"] h2 a').first().click();
  await viewer.text(viewer.says("afterSales.ask")).click();
  await viewer.field("case.text").fill("裂了 cracked <b>&");
  await viewer.finds_nothing_wrong();
  await viewer.page.locator(".new-case .primary").click();
  const shown = (stage: string): Promise<void> =>
    viewer.page.locator(`.case[data-stage="${stage}"]`).first().waitFor({ timeout: 30_000 });
  await shown("requested");
  const photo = Buffer.from(PHOTO, "base64");
  await viewer.field("case.addPhotos").setInputFiles({ name: "crack.png", mimeType: "image/png", buffer: photo });
  await viewer.page.locator(".photos img").waitFor();
  await viewer.finds_nothing_wrong();

  const id = await viewer.page.locator(".case").getAttribute("data-case");
  await staff.page.goto("/after-sales");
  await staff.page.locator(`[data-case="${id}"]`).waitFor();
  await staff.finds_nothing_wrong();
  await staff.page.locator(`[data-case="${id}"] a`).click();
  await staff.page.locator(".photos img").waitFor();
  await staff.button("case.do.approve").click();
  await shown("approved");
  await viewer.button("case.do.send_back").click();
  await shown("sent_back");
  await staff.page.reload();
  await staff.button("case.do.receive").click();
  await staff.button("case.do.settle.good").click();
  await shown("refunded");
  await viewer.finds_nothing_wrong();
  await staff.finds_nothing_wrong();
}

async function end(host: Person, viewer: Person): Promise<void> {
  await host.button("host.end").click();
  await host.page.locator(".danger").click();
  await host.sees("room.ended");
  await viewer.page.goto("/");
  await viewer.button("sessions.ended").click();
  await viewer.page.locator(".room-card").first().waitFor();
}
