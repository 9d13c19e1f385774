import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";

const READY_MILLIS = 600_000;
const STOP_MILLIS = 30_000;

declare module "vitest" {
  interface ProvidedContext {
    /** The first node. */
    url: string;
    /** The second node, where the shop was started here. */
    secondUrl: string | null;
    /** Where the shop keeps its data, where it was started here; its processes carry it on their command lines. */
    data: string | null;
  }
}

/** Starts a shop of its own, with the demonstration's people and goods but without its bots, or uses JISHI_URL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.JISHI_URL;
  if (running) {
    project.provide("url", running.replace(/\/$/, ""));
    project.provide("secondUrl", null);
    project.provide("data", null);
    return async () => undefined;
  }
  const directory = mkdtempSync(join(tmpdir(), "jishi-e2e-"));
  const log = join(directory, "up.log");
  const [http, mqtt] = [await freePorts(), await freePorts()];
  const shop = start(directory, log, http, mqtt);
  const url = `http://127.0.0.1:${http}`;
  try {
    await ready(shop, url, log);
    await ready(shop, `http://127.0.0.1:${http + 1}`, log);
  } catch (failed) {
    await stop(shop);
    throw failed;
  }
  project.provide("url", url);
  project.provide("secondUrl", `http://127.0.0.1:${http + 1}`);
  project.provide("data", join(directory, "data"));
  return async () => {
    await stop(shop);
    rmSync(directory, { recursive: true, force: true });
  };
}

function start(directory: string, log: string, http: number, mqtt: number): ChildProcess {
  const output = openSync(log, "w");
  const data = join(directory, "data");
  // Pictures show the bots' life; tests want the shop to themselves.
  const life = process.env.SCREENSHOTS ? ["--demo"] : [];
  const options = ["--nodes", "2", "--http-port", `${http}`, "--mqtt-port", `${mqtt}`, "--data-dir", data, ...life];
  const channels = process.env.OPEN_CHANNELS ? { JISHI_CHANNELS: "open-channels.yaml" } : { JISHI_DEMO_SEED: "true" };
  const shop = spawn("./jishi", ["up", ...options], {
    cwd: resolve(import.meta.dirname, "../.."),
    env: { ...process.env, ...channels },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  return shop;
}

async function ready(shop: ChildProcess, url: string, log: string): Promise<void> {
  const until = Date.now() + READY_MILLIS;
  while (Date.now() < until) {
    if (shop.exitCode !== null) {
      break;
    }
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) {
      return;
    }
    await new Promise((next) => setTimeout(next, 250));
  }
  throw new Error(`the shop did not start:\n${readFileSync(log, "utf8").slice(-4_000)}`);
}

async function stop(shop: ChildProcess): Promise<void> {
  if (shop.exitCode !== null) {
    return;
  }
  const ended = new Promise<void>((resolve) => shop.once("exit", () => resolve()));
  shop.kill("SIGTERM");
  const patience = setTimeout(() => shop.kill("SIGKILL"), STOP_MILLIS);
  await ended;
  clearTimeout(patience);
}

/** The first of two free ports in a row, below those that the system gives to outgoing connections. */
async function freePorts(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 10_000 + Math.floor(Math.random() * 6_000);
    if ((await isFree(port)) && (await isFree(port + 1))) {
      return port;
    }
  }
  throw new Error("no two free ports in a row");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
