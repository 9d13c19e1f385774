import { defineConfig } from "vitest/config";

const server = process.env.JISHI_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0 },
  server: {
    // The test of the refusals reads the server's declarations.
    fs: { allow: [".."] },
    proxy: {
      "/api": server,
      "/connection": { target: server.replace(/^http/, "ws"), ws: true },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    reporters: ["default", "junit"],
    outputFile: { junit: "target/vitest/TEST-vitest.xml" },
  },
});
