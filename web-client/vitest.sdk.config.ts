import { defineConfig } from "vitest/config";

process.env.OPEN_CHANNELS = "1";

/** The official JavaScript SDK in Node, against a server whose channels are open. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["e2e/**/*.node.ts"],
    globalSetup: "e2e/server.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "junit"],
    outputFile: { junit: "target/playwright/TEST-sdk.xml" },
  },
});
