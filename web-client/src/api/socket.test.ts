import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Socket, socketUrl } from "./socket";

type Frame = Record<string, unknown> & { id?: number };

/** The server's end of a connection in the JSON form of the protocol: one frame a line. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static opened: FakeSocket[] = [];
  static answer: (frame: Frame, socket: FakeSocket) => unknown = () => undefined;
  readonly protocol = "";
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeSocket.opened.push(this);
    queueMicrotask(() => {
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(data: string): void {
    for (const line of data.split("\n").filter(Boolean)) {
      const frame = JSON.parse(line) as Frame;
      const reply = FakeSocket.answer(frame, this);
      if (reply !== undefined) {
        queueMicrotask(() => this.push({ id: frame.id, ...(reply as object) }));
      }
    }
  }

  push(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  close(): void {
    this.drop(1000);
  }

  drop(code: number, reason = ""): void {
    if (this.readyState !== 3) {
      this.readyState = 3;
      this.onclose?.({ code, reason });
    }
  }
}

const connected = {
  connect: { client: "x", version: "1", subs: { "user:u1": { recoverable: true, epoch: "e", offset: 0 } } },
};

function answering(answers: Record<string, (frame: Frame) => unknown>): void {
  FakeSocket.answer = (frame) => {
    const kind = Object.keys(frame).find((key) => key !== "id") ?? "";
    return answers[kind]?.(frame) ?? (kind === "connect" ? connected : undefined);
  };
}

const server = (): FakeSocket => FakeSocket.opened.at(-1) as FakeSocket;
let socket: Socket;

async function open(token?: () => Promise<string | null>): Promise<void> {
  socket = new Socket("ws://shop/connection/websocket", token);
  await vi.waitFor(() => expect(socket.state.value).toBe("connected"));
}

beforeEach(() => {
  FakeSocket.opened = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  answering({});
});
afterEach(() => {
  socket.close();
  vi.unstubAllGlobals();
});

describe("the connection", () => {
  test("carries the session's token, and a guest's carries none", async () => {
    const tokens: unknown[] = [];
    answering({ connect: (frame) => void tokens.push((frame.connect as { token?: string }).token) });
    await open(async () => "jwt-1");
    socket.close();
    await open();
    expect(tokens).toEqual(["jwt-1", undefined]);
  });

  test("says that it is reconnecting, and is back by itself", async () => {
    await open();
    const states: string[] = [];
    const stop = socket.state.subscribe((state) => states.push(state));
    server().drop(1006);
    await vi.waitFor(() => expect(states).toEqual(["connected", "reconnecting", "connected"]), { timeout: 3_000 });
    stop();
  });

  test("is closed for good where the session has ended", async () => {
    socket = new Socket("ws://shop/connection/websocket", async () => null);
    await vi.waitFor(() => expect(socket.state.value).toBe("closed"));
    await expect(socket.call("accounts.me", {})).rejects.toMatchObject({ reason: "network" });
  });
});

describe("a call", () => {
  test("answers the result", async () => {
    answering({ rpc: (frame) => ({ rpc: { data: { echo: frame.rpc } } }) });
    await open();
    expect(await socket.call("rooms.get", { roomId: "r1" })).toEqual({
      echo: { method: "rooms.get", data: { roomId: "r1" } },
    });
  });

  test("a refusal is a failure with the stable name", async () => {
    answering({ rpc: () => ({ error: { code: 1152, message: "sold_out" } }) });
    await open();
    const failed = socket.call("flashsales.claim", { saleId: "s1", quantity: 1, key: "k" });
    await expect(failed).rejects.toMatchObject({ code: 1152, reason: "sold_out", unanswered: false });
  });

  test("an error of the protocol is known by its code, whatever sentence it carries", async () => {
    answering({ rpc: () => ({ error: { code: 107, message: "The field text must have 1 to 200 characters." } }) });
    await open();
    await expect(socket.call("accounts.me", {})).rejects.toMatchObject({ reason: "bad_request" });
  });

  test("a call that the connection broke off went unanswered", async () => {
    await open();
    const failed = socket.call("accounts.me", {});
    await vi.waitFor(() => undefined);
    server().drop(1006);
    await expect(failed).rejects.toMatchObject({ unanswered: true });
  });
});

describe("a channel", () => {
  test("greets, tells, and is left", async () => {
    const left: unknown[] = [];
    answering({
      subscribe: () => ({ subscribe: { data: { room: 1 } } }),
      unsubscribe: (frame) => {
        left.push(frame.unsubscribe);
        return { unsubscribe: {} };
      },
    });
    await open();
    const heard: unknown[] = [];
    const leave = socket.listen("room:r1", {
      greeted: (greeting) => heard.push(["greeted", greeting]),
      joined: () => heard.push("joined"),
      leftOut: (count) => heard.push(["left out", count]),
      heard: (publication) => heard.push(publication),
    });
    await vi.waitFor(() => expect(heard).toEqual([["greeted", { room: 1 }], "joined"]));
    server().push({ push: { channel: "room:r1", pub: { data: { type: "likes", total: 3 } } } });
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ type: "likes", total: 3 }));
    server().push({ push: { channel: "room:r1", pub: { data: "next", offset: 9, tags: { left_out: "5" } } } });
    await vi.waitFor(() => expect(heard.slice(-2)).toEqual([["left out", 5], "next"]));
    server().push({ push: { channel: "room:r1", pub: { data: "late" } } });
    leave();
    await vi.waitFor(() => expect(left).toEqual([{ channel: "room:r1" }]));
    expect(heard).toHaveLength(5);
  });

  test("a refused subscription is told", async () => {
    answering({ subscribe: () => ({ error: { code: 103, message: "permission denied" } }) });
    await open();
    const failed = vi.fn();
    socket.listen("ops:dispatch", { heard: () => undefined, failed });
    await vi.waitFor(() =>
      expect(failed).toHaveBeenCalledWith(expect.objectContaining({ reason: "permission_denied" })),
    );
  });

  test("a personal channel tells its listeners, and says when something was missed", async () => {
    await open();
    const heard: unknown[] = [];
    const missed = vi.fn();
    const leave = socket.listenOwn("user:u1", { heard: (publication) => heard.push(publication), missed });
    server().push({ push: { channel: "user:u1", pub: { data: { type: "refund" }, offset: 1 } } });
    await vi.waitFor(() => expect(heard).toEqual([{ type: "refund" }]));
    expect(missed).not.toHaveBeenCalled();
    server().drop(1006);
    await vi.waitFor(() => expect(missed).toHaveBeenCalledOnce(), { timeout: 3_000 });
    leave();
  });
});

test("the socket is at the page's own host", () => {
  expect(socketUrl(new URL("http://127.0.0.1:8080/rooms/1"))).toBe("ws://127.0.0.1:8080/connection/websocket");
  expect(socketUrl(new URL("https://shop.example/"))).toBe("wss://shop.example/connection/websocket");
});
