import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, inject, test } from "vitest";
import { launch } from "./browser";
import { Person, type Look } from "./person";

/** Pictures of every page of a shop with life in it, for the README; `npm run screenshots` takes them. */
const directory = resolve(import.meta.dirname, "../../docs/images");
const PHONE_ZH: Look = { language: "zh", size: { width: 390, height: 844 } };
const PHONE_EN: Look = { language: "en", size: { width: 390, height: 844 } };
const WIDE_ZH: Look = { language: "zh", size: { width: 1440, height: 900 } };
const WIDE_EN: Look = { language: "en", size: { width: 1440, height: 900 } };

/** How long the bots are watched before a picture is taken, so that it shows their life. */
const WATCH_MILLIS = 8_000;
const OFFER_MILLIS = 60_000;

const url = inject("url");
let browser: Browser;

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  browser = await launch();
});
afterAll(() => browser.close());

async function picture(person: Person, name: string): Promise<void> {
  await person.page.waitForTimeout(WATCH_MILLIS);
  await person.page.screenshot({ path: join(directory, `${name}.png`) });
}

/** Takes one picture of one page as one persona. */
async function page(persona: string | null, path: string, ready: string, look: Look, name: string): Promise<void> {
  const person = await Person.arrive(browser, url, look);
  if (persona) {
    await person.logIn(persona);
  }
  await person.page.goto(path);
  await person.page.locator(ready).first().waitFor();
  await picture(person, name);
  await person.leave();
}

async function liveRoom(person: Person): Promise<void> {
  await person.page.goto("/");
  await person.page.locator(".room-card a").first().click();
  await person.page.locator(".line").first().waitFor();
}

test("a viewer watches, buys, pays and follows the delivery", async () => {
  for (const [look, name] of [
    [PHONE_ZH, "room-zh"],
    [WIDE_EN, "room-en"],
  ] as const) {
    const viewer = await Person.arrive(browser, url, look);
    await viewer.logIn("viewer");
    await liveRoom(viewer);
    await viewer.page.locator('.sale[data-stage="open"] .primary').first().click({ timeout: 180_000 });
    await viewer.page.locator(".pay").first().waitFor();
    await picture(viewer, name);
    await viewer.page.locator(".pay .primary").first().click();
    await viewer.page.goto("/orders");
    await viewer.page.locator(".tracking").first().waitFor();
    await picture(viewer, name.replace("room", "orders"));
    await viewer.leave();
  }
});

test("a host holds the controls", async () => {
  const host = await Person.arrive(browser, url, WIDE_ZH);
  await host.logIn("host");
  await liveRoom(host);
  await host.text(host.says("host.sale")).click();
  await picture(host, "host-zh");
  await host.leave();
});

test("a courier is offered a delivery", async () => {
  const courier = await Person.arrive(browser, url, PHONE_EN);
  await courier.logIn("courier");
  await courier.button("courier.start").click();
  await courier.page.locator("[data-offer]").waitFor({ timeout: OFFER_MILLIS });
  await courier.page.screenshot({ path: join(directory, "courier-en.png") });
  await courier.button("courier.reject").click();
  await courier.button("courier.end").click();
  await courier.leave();
});

test("the other pages", async () => {
  await page(null, "/login", "[data-persona]", PHONE_ZH, "login-zh");
  await page("viewer", "/", ".room-card", WIDE_EN, "sessions-en");
  await page("operator", "/shelves", "[data-shelf]", WIDE_ZH, "shelves-zh");
  await page("operator", "/shelves/new", "fieldset", PHONE_EN, "new-shelf-en");
  await page("staff", "/operations", "[data-courier]", WIDE_EN, "operations-en");
  const shopper = await Person.arrive(browser, url, PHONE_EN);
  await shopper.page.goto("/shelves");
  await shopper.page.locator("[data-shelf] a").first().click();
  await shopper.page.locator("[data-slot]").first().waitFor();
  await picture(shopper, "shelf-en");
  await shopper.leave();
});
