import { createHmac, randomUUID } from "node:crypto";
import { Centrifuge as JsonCentrifuge, type Options, type Subscription, type SubscriptionOptions } from "centrifuge";
import { Centrifuge as ProtobufCentrifuge } from "centrifuge/build/protobuf";
import { afterEach, describe, expect, inject, test } from "vitest";
import WebSocket from "ws";

/** The official JavaScript SDK, in both encodings, against two nodes with open channels; clients take turns on them. */

type Client = JsonCentrifuge;
type Endpoint = ConstructorParameters<typeof JsonCentrifuge>[0];

const SECRET = "secret";
const clients: Client[] = [];

afterEach(() => {
  clients.splice(0).forEach((client) => client.disconnect());
});

function token(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${input}.${createHmac("sha256", SECRET).update(input).digest("base64url")}`;
}

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

let turn = 0;

/** The nodes take turns. */
function node(): string {
  return turn++ % 2 === 0 ? inject("url") : (inject("secondUrl") ?? inject("url"));
}

function url(): string {
  return `${node().replace(/^http/, "ws")}/connection/websocket`;
}

async function until(condition: () => boolean, what: string, millis = 10_000): Promise<void> {
  const end = Date.now() + millis;
  while (!condition()) {
    if (Date.now() > end) {
      throw new Error(`not within ${millis} ms: ${what}`);
    }
    await new Promise((next) => setTimeout(next, 10));
  }
}

function pause(millis: number): Promise<void> {
  return new Promise((next) => setTimeout(next, millis));
}

/** What one subscription has told. */
class Heard {
  readonly data: unknown[] = [];
  readonly offsets: number[] = [];
  readonly subscribed: { recovered: boolean; wasRecovering: boolean; data?: unknown }[] = [];
  readonly unsubscribed: number[] = [];
  readonly errors: number[] = [];
  readonly moves: string[] = [];

  constructor(
    readonly subscription: Subscription,
    decode: (data: unknown) => unknown,
  ) {
    subscription.on("publication", (context) => {
      this.data.push(decode(context.data));
      this.offsets.push(Number(context.offset));
    });
    subscription.on("subscribed", (context) => this.subscribed.push(context));
    subscription.on("unsubscribed", (context) => this.unsubscribed.push(context.code));
    subscription.on("error", (context) => this.errors.push(context.error.code));
    subscription.on("join", (context) => this.moves.push(`join ${context.info.user}`));
    subscription.on("leave", (context) => this.moves.push(`leave ${context.info.user}`));
    subscription.subscribe();
  }
}

const encodings = [
  {
    name: "JSON",
    make: (options: Partial<Options>, at: Endpoint = url()): Client => new JsonCentrifuge(at, options),
    encode: (data: unknown): unknown => data,
    decode: (data: unknown): unknown => data,
  },
  {
    name: "Protobuf",
    make: (options: Partial<Options>, at: Endpoint = url()): Client =>
      new ProtobufCentrifuge(at, options) as unknown as Client,
    encode: (data: unknown): unknown => new TextEncoder().encode(JSON.stringify(data)),
    decode: (data: unknown): unknown => JSON.parse(new TextDecoder().decode(data as Uint8Array)),
  },
];

describe.each(encodings)("$name", ({ make, encode, decode }) => {
  function connect(user: string, options: Partial<Options> = {}, at?: Endpoint): Client {
    const always = { websocket: WebSocket, minReconnectDelay: 10, maxReconnectDelay: 100 };
    const client = make({ ...always, token: token({ sub: user }), ...options }, at);
    clients.push(client);
    client.connect();
    return client;
  }

  async function subscribe(client: Client, channel: string, options: Partial<SubscriptionOptions> = {}) {
    const heard = new Heard(client.newSubscription(channel, { minResubscribeDelay: 10, ...options }), decode);
    await until(() => heard.subscribed.length > 0 || heard.unsubscribed.length > 0, `subscribed to ${channel}`);
    return heard;
  }

  async function publish(client: Client, channel: string, ...all: unknown[]) {
    for (const data of all) {
      await client.publish(channel, encode(data));
    }
  }

  test("publishes and hears, with who it was", async () => {
    const channel = randomUUID();
    const ann = connect("ann");
    const heard = await subscribe(ann, channel);
    const users: unknown[] = [];
    heard.subscription.on("publication", (context) => users.push(context.info?.user));
    await publish(connect("bob"), channel, { my: "data" }, { and: "more 兰" });
    await until(() => heard.data.length === 2, "two publications");
    expect(heard.data).toEqual([{ my: "data" }, { and: "more 兰" }]);
    expect(heard.offsets).toEqual([1, 2]);
    expect(users).toEqual(["bob", "bob"]);
  });

  test("keeps a connection alive with new tokens", async () => {
    let fetched = 0;
    const events: string[] = [];
    const ann = connect("", {
      token: "",
      getToken: async () => token({ sub: "ann", exp: inSeconds(++fetched < 3 ? 2 : 600) }),
    });
    ann.on("connected", () => events.push("connected"));
    ann.on("connecting", (context) => events.push(`connecting ${context.code}`));
    await until(() => fetched === 3, "three tokens");
    await pause(1_500);
    expect(ann.state).toBe("connected");
    expect(events).toEqual(["connected"]);
  });

  test("fetches a token for one that is too old, and gives up with one that is forged", async () => {
    let fetched = 0;
    const ann = connect("", {
      token: "",
      getToken: async () => token({ sub: "ann", exp: inSeconds(++fetched === 1 ? -10 : 600) }),
    });
    await ann.ready(10_000);
    expect(fetched).toBe(2);
    const codes: number[] = [];
    const forger = connect("", { token: `${token({ sub: "ann" }).slice(0, -4)}AAAA` });
    forger.on("disconnected", (context) => codes.push(context.code));
    await until(() => codes.length === 1, "disconnected");
    expect(codes).toEqual([3500]);
  });

  test("keeps a subscription alive with new tokens, and fetches one for one that is too old", async () => {
    const channel = randomUUID();
    let fetched = 0;
    const heard = await subscribe(connect("ann"), channel, {
      getToken: async () => {
        fetched++;
        return token({ sub: "ann", channel, exp: inSeconds(fetched === 1 ? -10 : fetched < 4 ? 2 : 600) });
      },
    });
    await until(() => fetched === 4, "four tokens");
    await pause(1_500);
    expect(heard.subscription.state).toBe("subscribed");
    expect(heard.subscribed).toHaveLength(1);
    expect(heard.unsubscribed).toEqual([]);
  });

  test("is subscribed anew when the server ends a subscription that was not refreshed in time", async () => {
    const channel = randomUUID();
    let fetched = 0;
    const heard = await subscribe(connect("ann"), channel, {
      getToken: async () => {
        if (++fetched === 2) {
          await pause(8_000);
        }
        return token({ sub: "ann", channel, exp: inSeconds(fetched === 1 ? 1 : 600) });
      },
    });
    await until(() => heard.subscribed.length === 2, "subscribed again", 15_000);
    expect(heard.unsubscribed).toEqual([]);
  });

  test("is told data and info of a subscription token; one for another channel ends the connection", async () => {
    const channel = randomUUID();
    const ann = connect("ann");
    const heard = await subscribe(ann, channel, {
      token: token({ sub: "ann", channel, info: { seat: 7 }, data: { hello: 1 } }),
    });
    expect(decode(heard.subscribed[0]?.data)).toEqual({ hello: 1 });
    const present = Object.values((await heard.subscription.presence()).clients);
    expect(present).toHaveLength(1);
    expect(decode(present[0]?.chanInfo)).toEqual({ seat: 7 });
    const codes: number[] = [];
    ann.on("disconnected", (context) => codes.push(context.code));
    ann.newSubscription(randomUUID(), { token: token({ sub: "ann", channel }) }).subscribe();
    await until(() => codes.length === 1, "disconnected");
    expect(codes).toEqual([3500]);
  });

  test("recovers after a break, and is told when it cannot", async () => {
    for (const [namespace, recovered] of [
      ["recovery", true],
      ["smallhistory", false],
    ] as const) {
      const channel = `${namespace}:${randomUUID()}`;
      const [ann, bob] = [connect("ann"), connect("bob")];
      const heard = await subscribe(ann, channel);
      await publish(bob, channel, 1);
      await until(() => heard.data.length === 1, "the first");
      ann.disconnect();
      await publish(bob, channel, 2, 3, 4);
      ann.connect();
      await until(() => heard.subscribed.length === 2, "subscribed again");
      expect(heard.subscribed[1]?.wasRecovering).toBe(true);
      expect(heard.subscribed[1]?.recovered).toBe(recovered);
      await publish(bob, channel, 5);
      const all = recovered ? [1, 2, 3, 4, 5] : [1, 5];
      await until(() => heard.data.length === all.length, "all of them");
      expect(heard.data).toEqual(all);
    }
  });

  test("applies deltas, through a break too", async () => {
    const channel = `delta:${randomUUID()}`;
    const [ann, bob] = [connect("ann"), connect("bob")];
    const heard = await subscribe(ann, channel, { delta: "fossil" });
    const plain = await subscribe(bob, channel);
    const message = (n: number) => ({ n, text: `${"集市 is a market 😀 ".repeat(20)}${n % 2 ? "é" : "兰"}` });
    await publish(bob, channel, ...[1, 2, 3, 4, 5].map(message));
    await until(() => heard.data.length === 5, "five publications");
    const stats = heard.subscription.deltaStats();
    expect(stats.numFullPayloads).toBe(1);
    expect(stats.numDeltaPayloads).toBe(4);
    expect(stats.bytesReceived).toBeLessThan(stats.bytesDecoded / 3);
    ann.disconnect();
    await publish(bob, channel, ...[6, 7, 8].map(message));
    ann.connect();
    await until(() => heard.data.length === 8, "three recovered");
    await publish(bob, channel, ...[9, 10].map(message));
    await until(() => heard.data.length === 10 && plain.data.length === 10, "two more");
    expect(heard.data).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(message));
    expect(plain.data).toEqual(heard.data);
    expect(heard.subscription.deltaStats().numDeltaPayloads).toBe(8);
  });

  test("sees who is there, who comes and who goes", async () => {
    const channel = randomUUID();
    const heard = await subscribe(connect("ann"), channel, { joinLeave: true });
    const bob = connect("bob");
    await subscribe(bob, channel);
    await until(() => heard.moves.length === 2, "two came");
    expect(await heard.subscription.presenceStats()).toEqual({ numClients: 2, numUsers: 2 });
    bob.disconnect();
    await until(() => heard.moves.length === 3, "one went");
    expect(heard.moves).toEqual(["join ann", "join bob", "leave bob"]);
    const users = Object.values((await heard.subscription.presence()).clients).map((info) => info.user);
    expect(users).toEqual(["ann"]);
  });

  test("reads history from both ends and from a position", async () => {
    const channel = randomUUID();
    const ann = connect("ann");
    await publish(ann, channel, 1, 2, 3, 4, 5);
    const offsets = async (options: Parameters<Client["history"]>[1]) =>
      (await ann.history(channel, options)).publications.map((each) => Number(each.offset));
    const { epoch, offset } = await ann.history(channel, { limit: 0 });
    expect(Number(offset)).toBe(5);
    expect(await offsets({ limit: 2 })).toEqual([1, 2]);
    expect(await offsets({ limit: 2, reverse: true })).toEqual([5, 4]);
    expect(await offsets({ limit: 2, since: { offset: 2, epoch } })).toEqual([3, 4]);
    expect(await offsets({ limit: 2, since: { offset: 4, epoch }, reverse: true })).toEqual([3, 2]);
    await expect(ann.history(channel, { since: { offset: 2, epoch: "other" } })).rejects.toMatchObject({ code: 112 });
  });

  test("subscribes and unsubscribes in quick succession, and ends where it was told to", async () => {
    const ann = connect("ann");
    await ann.ready(10_000);
    for (let round = 0; round < Number(process.env.ROUNDS ?? 5); round++) {
      const channel = randomUUID();
      const heard = new Heard(ann.newSubscription(channel), decode);
      for (let i = 0; i < 10; i++) {
        heard.subscription.unsubscribe();
        heard.subscription.subscribe();
      }
      await heard.subscription.ready(10_000);
      await publish(ann, channel, "x");
      await until(() => heard.data.length === 1, `the publication of round ${round}`);
      expect((await heard.subscription.presenceStats()).numClients).toBe(1);
      expect(heard.errors).toEqual([]);
      heard.subscription.unsubscribe();
    }
  });

  test("is refused a method that is not there, and a message that nobody takes", async () => {
    const ann = connect("ann");
    const codes: number[] = [];
    ann.on("disconnected", (context) => codes.push(context.code));
    await expect(ann.rpc("method", encode({}))).rejects.toMatchObject({ code: 108 });
    await ann.send(encode({ my: "message" }));
    await until(() => codes.length === 1, "disconnected");
    expect(codes).toEqual([3508]);
  });

  test("works over HTTP streaming, commands going to another node than the stream", async () => {
    const channel = `delta:${randomUUID()}`;
    const [stream, commands] = [node(), node()];
    const options = { emulationEndpoint: `${commands}/emulation`, fetch, readableStream: ReadableStream };
    const ann = connect("ann", options, [{ transport: "http_stream", endpoint: `${stream}/connection/http_stream` }]);
    const heard = await subscribe(ann, channel, { delta: "fossil" });
    const bob = connect("bob");
    const message = (n: number) => ({ n, text: "集市 is a market ".repeat(20) });
    await publish(bob, channel, ...[1, 2, 3].map(message));
    await publish(ann, channel, message(4));
    await until(() => heard.data.length === 4, "four publications");
    ann.disconnect();
    await publish(bob, channel, message(5));
    ann.connect();
    await until(() => heard.data.length === 5, "one recovered");
    expect(heard.data).toEqual([1, 2, 3, 4, 5].map(message));
    expect(heard.subscribed[1]?.recovered).toBe(true);
    expect((await heard.subscription.presenceStats()).numClients).toBe(1);
  });
});
