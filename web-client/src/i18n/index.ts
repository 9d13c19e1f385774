import { effect, signal } from "@preact/signals";
import type { LocalText } from "../api/types";
import { en, type Dictionary, type Key } from "./en";
import { zh } from "./zh";

export type { Key } from "./en";
export type Language = "zh" | "en";

const LANGUAGE_KEY = "jishi.language";
const DICTIONARIES: Record<Language, Dictionary> = { zh, en };

/** The language of every text on the page; changing it changes them all at once. */
export const language = signal<Language>(
  chosenLanguage(localStorage.getItem(LANGUAGE_KEY), navigator.languages ?? [navigator.language]),
);

/** What the person chose, else the first of the browser's languages that the shop speaks, else Chinese. */
export function chosenLanguage(kept: string | null, preferred: readonly string[]): Language {
  const wished = [kept ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-")[0]);
  return (wished.find((tag) => tag === "zh" || tag === "en") as Language | undefined) ?? "zh";
}

export function choose(chosen: Language): void {
  localStorage.setItem(LANGUAGE_KEY, chosen);
  language.value = chosen;
}

/** The locale for dates, numbers and prices. */
export function locale(): string {
  return language.value === "zh" ? "zh-CN" : "en-GB";
}

/** A text in the chosen language with its `{placeholders}` filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return filled(DICTIONARIES[language.value][key], values);
}

export function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The text of something that the shop has named in both languages. */
export function named(text: LocalText): string {
  return text[language.value];
}

export function keepDocumentLanguage(): void {
  effect(() => {
    document.documentElement.lang = locale();
  });
}
