import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { en, type Key } from "../src/i18n/en";
import { zh } from "../src/i18n/zh";

export type Language = "zh" | "en";

export interface Size {
  width: number;
  height: number;
}

export interface Look {
  language: Language;
  size: Size;
  dark?: boolean;
}

const PATIENCE_MILLIS = 15_000;

/** Somebody with a browser of their own. What goes wrong in the page itself is remembered and asserted at the end. */
export class Person {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #language: Language;

  private constructor(page: Page, language: Language) {
    this.page = page;
    this.#language = language;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") {
        this.complaints.push(message.text());
      }
    });
  }

  static async arrive(browser: Browser, url: string, look: Look): Promise<Person> {
    const context = await browser.newContext({
      baseURL: url,
      viewport: look.size,
      locale: look.language === "zh" ? "zh-CN" : "en-US",
      timezoneId: "Asia/Shanghai",
      colorScheme: look.dark ? "dark" : "light",
      hasTouch: look.size.width < 800,
    });
    context.setDefaultTimeout(PATIENCE_MILLIS);
    return new Person(await context.newPage(), look.language);
  }

  /** The text with this key in the person's language; placeholders match anything. */
  says(key: Key, exact = false): RegExp {
    const text = (this.#language === "zh" ? zh : en)[key].replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    const pattern = text.replace(/\{\w+\}/g, ".+?");
    return new RegExp(exact ? `^${pattern}$` : pattern);
  }

  async logIn(persona: string): Promise<void> {
    await this.page.goto("/login");
    await this.page.locator(`[data-persona="${persona}"]`).click();
    await this.button("logout").waitFor();
  }

  button(key: Key): Locator {
    return this.page.getByRole("button", { name: this.says(key) }).first();
  }

  field(key: Key): Locator {
    return this.page.getByLabel(this.says(key)).first();
  }

  text(text: string | RegExp): Locator {
    return this.page.getByText(text).first();
  }

  async sees(key: Key): Promise<void> {
    await this.text(this.says(key)).waitFor();
  }

  /** Nothing that a machine can find is wrong with the page, and it is not wider than its window. */
  async finds_nothing_wrong(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    const found = violations.map(
      (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`,
    );
    expect(found, this.page.url()).toEqual([]);
    const tooWide = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(tooWide, `${this.page.url()} is wider than its window`).toBeLessThanOrEqual(0);
  }

  async leave(): Promise<void> {
    await this.page.context().close();
    expect(this.complaints).toEqual([]);
  }
}
