import { defineConfig } from "vitest/config";

/** The browser tests: real pages, a real server, a real database. They share one shop, so they run one at a time. */
export default defineConfig({
  test: {
    environment: "node",
    include: [process.env.SCREENSHOTS ? "e2e/screenshots.ts" : "e2e/**/*.e2e.ts"],
    globalSetup: "e2e/server.ts",
    fileParallelism: false,
    testTimeout: process.env.SCREENSHOTS ? 600_000 : 120_000,
    hookTimeout: 60_000,
    reporters: ["default", "junit"],
    outputFile: { junit: "target/playwright/TEST-browser.xml" },
  },
});
