import { afterEach, describe, expect, test } from "vitest";
import { en, type Key } from "./en";
import { zh } from "./zh";
import { choose, chosenLanguage, language, named, t } from "./index";
import { sentenceOf } from "./refusal";
import { REFUSALS } from "./refusals";

afterEach(() => choose("en"));

const keys = Object.keys(en) as Key[];
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "").sort();

describe("the dictionaries", () => {
  test("both languages have the same keys", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  test.each(keys)("%s is said in both languages with the same placeholders", (key) => {
    expect(en[key].trim()).not.toBe("");
    expect(zh[key].trim()).not.toBe("");
    expect(placeholders(zh[key])).toEqual(placeholders(en[key]));
  });

  test("English texts have no Chinese in them, but for the name of the other language", () => {
    const mixed = keys.filter((key) => /\p{Script=Han}/u.test(en[key]) && key !== "language.other");
    expect(mixed).toEqual([]);
  });

  test("Chinese texts are Chinese, but for the name of the other language and bare figures", () => {
    const foreign = keys.filter(
      (key) => /[a-z]/i.test(zh[key].replace(/\{\w+\}/g, "")) && !/\p{Script=Han}/u.test(zh[key]),
    );
    expect(foreign).toEqual(["language.other"]);
  });
});

describe("refusals", () => {
  test.each(Object.keys(REFUSALS))("%s has a sentence in both languages", (name) => {
    expect(REFUSALS[name]?.zh).toMatch(/\p{Script=Han}.*。$/su);
    expect(REFUSALS[name]?.en).toMatch(/^[A-Z][^\p{Script=Han}]*\.$/u);
  });

  test("every refusal that the server declares has a sentence", () => {
    const sources = import.meta.glob<string>(
      [
        "../../../server/src/main/java/io/jishi/*/*Refusal.java",
        "../../../server/src/main/java/io/jishi/realtime/ProtocolError.java",
        "../../../server/src/main/java/io/jishi/edge/HttpError.java",
      ],
      { query: "?raw", import: "default", eager: true },
    );
    const declared = Object.values(sources).flatMap((source) =>
      [...source.matchAll(/^ {4}([A-Z][A-Z_]+)\(/gm)].map((found) => (found[1] ?? "").toLowerCase()),
    );
    expect(declared).toContain("name_taken");
    expect(declared.filter((name) => !(name in REFUSALS))).toEqual([]);
  });

  test("a name that the page does not know gets a general sentence", () => {
    choose("en");
    expect(sentenceOf({ reason: "never_heard_of" })).toBe("This did not work.");
    choose("zh");
    expect(sentenceOf({ reason: "never_heard_of" })).toBe("操作没有成功。");
  });
});

describe("the language", () => {
  test("is what the person chose before", () => {
    expect(chosenLanguage("en", ["zh-CN"])).toBe("en");
  });

  test("else the first of the browser's languages that the shop speaks", () => {
    expect(chosenLanguage(null, ["fr-FR", "en-US", "zh-CN"])).toBe("en");
    expect(chosenLanguage(null, ["zh-Hant-TW", "en"])).toBe("zh");
  });

  test("else Chinese", () => {
    expect(chosenLanguage(null, ["fr"])).toBe("zh");
    expect(chosenLanguage("tlh", [])).toBe("zh");
  });

  test("changes every text at once and is kept", () => {
    choose("zh");
    expect(t("sale.left", { left: 3, quantity: 20 })).toBe("剩余 3 / 20");
    expect(named({ zh: "茶", en: "tea" })).toBe("茶");
    choose("en");
    expect(t("sale.left", { left: 3, quantity: 20 })).toBe("3 of 20 left");
    expect(localStorage.getItem("jishi.language")).toBe("en");
    expect(language.value).toBe("en");
  });
});
