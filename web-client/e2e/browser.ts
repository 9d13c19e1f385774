import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** The program itself comes first: Debian's wrapper script adds flags of its own. */
const PROGRAMS = [
  process.env.CHROMIUM ?? "",
  "/usr/lib/chromium/chromium",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  const program = PROGRAMS.find((path) => path !== "" && existsSync(path));
  if (!program) {
    throw new Error("Chromium is missing; install it (Debian: chromium fonts-noto-cjk) or name it in CHROMIUM");
  }
  return chromium.launch({ executablePath: program, headless: true, args: FLAGS });
}
