import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Centrifuge } from "centrifuge";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { WebSocket } from "ws";
import { Accounts } from "../src/api/http";
import { Balancer } from "./balancer";

/**
 * A recorded chat goes into the first node, and the maintained JavaScript SDK listens behind a balancer, on the second.
 * REPLAY_FILE and REPLAY_SPEED replay a recording from elsewhere instead of the generated one.
 */
const url = inject("url");
const secondUrl = inject("secondUrl");
const data = inject("data");

const USERS = 40;
const LINES = 600;
const LINES_PER_SECOND = 30;
/** Of what the recording holds, before the listener's node is killed. */
const KILL_AFTER = LINES / 3;
const CATCH_UP_MILLIS = 30_000;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "jishi-replay-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** As in a browser, one message a turn: given several at once, the SDK mixes up the lines of theirs. */
class BrowserLikeSocket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols, { allowSynchronousEvents: false });
  }
}

interface Heard {
  offset: number;
  id: string;
  text: string;
}

/** A viewer with the SDK, who takes down every comment of a room. */
class Viewer {
  readonly heard: Heard[] = [];
  readonly recovered: boolean[] = [];
  readonly #client: Centrifuge;

  constructor(socketUrl: string, room: string) {
    this.#client = new Centrifuge(socketUrl, {
      websocket: BrowserLikeSocket,
      minReconnectDelay: 100,
      maxReconnectDelay: 500,
    });
    const subscription = this.#client.newSubscription(`room:${room}`);
    subscription.on("subscribed", (context) => {
      if (context.wasRecovering) {
        this.recovered.push(context.recovered);
      }
    });
    subscription.on("publication", (context) => {
      if (context.data.type === "comment") {
        this.heard.push({ offset: context.offset ?? 0, id: context.data.id, text: context.data.text });
      }
    });
    subscription.subscribe();
    this.#client.connect();
    this.ready = subscription.ready(CATCH_UP_MILLIS);
  }

  readonly ready: Promise<void>;

  close(): void {
    this.#client.disconnect();
  }
}

test.skipIf(secondUrl === null)(
  "a listener whose node is killed misses nothing of a replayed chat and hears nothing twice",
  { timeout: 300_000 },
  async () => {
    const room = await liveRoom();
    const balancer = await Balancer.before([secondUrl ?? "", url]);
    const viewer = new Viewer(balancer.socketUrl, room);
    await viewer.ready;

    const replay = replayInto(room);
    await expect.poll(() => viewer.heard.length, { timeout: 120_000 }).toBeGreaterThan(KILL_AFTER);
    process.kill(processId("node-2"), "SIGKILL");
    const report = await replay;

    const accepted = Number(/^accepted +([\d,]+)/m.exec(report)?.[1]?.replaceAll(",", ""));
    expect(accepted, report).toBeGreaterThan(KILL_AFTER);
    await expect.poll(() => viewer.heard.length, { timeout: CATCH_UP_MILLIS }).toBeGreaterThanOrEqual(accepted);
    viewer.close();
    await balancer.close();
    console.log(report);
    expect(viewer.recovered).toEqual([true]);
    expect(viewer.heard).toHaveLength(accepted);
    expect(new Set(viewer.heard.map((comment) => comment.id)).size).toBe(accepted);
    const offsets = viewer.heard.map((comment) => comment.offset);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(new Set(offsets).size).toBe(accepted);
  },
);

async function liveRoom(): Promise<string> {
  const tokens = await new Accounts((path, init) => fetch(`${url}${path}`, init)).login("host", "jishi");
  const host = new Centrifuge(`${url.replace("http", "ws")}/connection/websocket`, {
    websocket: BrowserLikeSocket,
    token: tokens.token,
  });
  host.connect();
  const { data: room } = await host.rpc("rooms.schedule", { title: "Replay", startsAt: Date.now() });
  await host.rpc("rooms.start", { roomId: room.id });
  host.disconnect();
  return room.id;
}

/** Resolves with what the replay printed. */
function replayInto(room: string): Promise<string> {
  const file = process.env.REPLAY_FILE ?? recording();
  const speed = process.env.REPLAY_FILE ? (process.env.REPLAY_SPEED ?? "1") : "1";
  const options = [file, "--room", room, "--url", url, "--speed", speed, "--users-max", "200"];
  const replay = spawn("./jishi", ["replay", ...options], {
    cwd: resolve(import.meta.dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  replay.stdout.on("data", (piece: Buffer) => {
    printed += piece.toString();
  });
  return new Promise((done, failed) => {
    replay.once("exit", (code) =>
      code === 0 ? done(printed) : failed(new Error(`replay ended with ${code}: ${printed}`)),
    );
  });
}

function recording(): string {
  const file = join(directory, "chat.csv");
  const lines = Array.from({ length: LINES }, (_, index) => {
    const user = `viewer ${index % USERS}`;
    return `${(index / LINES_PER_SECOND).toFixed(3)},${user},"好茶 ${index}, ""tea"" ${index}"`;
  });
  writeFileSync(file, ["offset,user,text", ...lines].join("\n"));
  return file;
}

function processId(name: string): number {
  const found = execFileSync("pgrep", ["-f", "--", `jishi.data-directory=${data} .*jishi.process=${name} `]);
  return Number(found.toString().trim().split("\n")[0]);
}
