import { signal, type ReadonlySignal } from "@preact/signals";
import { Centrifuge, UnauthorizedError } from "centrifuge";
import { Failure } from "./failure";
import type { Methods, Params, Result } from "./methods";
import type { Listener, OwnListener, Wire, WireState } from "./wire";

const CALL_DEADLINE_MILLIS = 8_000;

/** Codes below this are the SDK's own, at or above it the server's. */
const SERVER_CODES_FROM = 100;

/** The tag by which the server says how many publications before one it left out. */
const LEFT_OUT_TAG = "left_out";

/** Gives a token that is still good, or null where the session has ended. */
export type TokenSource = () => Promise<string | null>;

/** The wire over the Centrifugo SDK, which also reconnects, resubscribes and recovers what was missed. */
export class Socket implements Wire {
  readonly #client: Centrifuge;
  readonly #state = signal<WireState>("connecting");
  readonly #own = new Map<string, Set<OwnListener<unknown>>>();
  #wasConnected = false;

  /** @param token absent for a guest */
  constructor(url: string, token?: TokenSource) {
    this.#client = new Centrifuge(url, {
      timeout: CALL_DEADLINE_MILLIS,
      minReconnectDelay: 200,
      maxReconnectDelay: 5_000,
      ...(token ? { getToken: () => freshToken(token) } : {}),
    });
    this.#followState();
    this.#followOwnChannels();
    this.#client.connect();
  }

  get state(): ReadonlySignal<WireState> {
    return this.#state;
  }

  async call<M extends keyof Methods>(method: M, params: Params<M>): Promise<Result<M>> {
    if (this.#state.value === "closed") {
      throw new Failure(0, "network");
    }
    try {
      const reply = await this.#client.rpc(method, params);
      return reply.data as Result<M>;
    } catch (thrown) {
      throw Failure.of(thrown);
    }
  }

  listen<Greeting, Publication>(channel: string, listener: Listener<Greeting, Publication>): () => void {
    const subscription = this.#client.newSubscription(channel);
    subscription.on("subscribed", (context) => {
      if (context.data !== undefined && context.data !== null) {
        listener.greeted?.(context.data as Greeting);
      }
      if (!context.recovered) {
        listener.joined?.();
      }
    });
    subscription.on("publication", (context) => {
      const leftOut = Number(context.tags?.[LEFT_OUT_TAG] ?? 0);
      if (leftOut > 0) {
        listener.leftOut?.(leftOut);
      }
      listener.heard(context.data as Publication);
    });
    subscription.on("error", (context) => {
      const failure = Failure.of(context.error);
      if (!failure.unanswered) {
        listener.failed?.(failure);
      }
    });
    subscription.on("unsubscribed", (context) => {
      if (context.code >= SERVER_CODES_FROM) {
        listener.failed?.(Failure.of({ code: context.code, message: context.reason }));
      }
    });
    subscription.subscribe();
    return () => this.#client.removeSubscription(subscription);
  }

  listenOwn<Publication>(channel: string, listener: OwnListener<Publication>): () => void {
    const listeners = this.#own.get(channel) ?? new Set();
    const added = listener as OwnListener<unknown>;
    listeners.add(added);
    this.#own.set(channel, listeners);
    return () => {
      listeners.delete(added);
    };
  }

  reconnect(): void {
    this.#client.connect();
  }

  close(): void {
    this.#state.value = "closed";
    this.#client.disconnect();
  }

  #followState(): void {
    this.#client.on("connecting", () => {
      this.#state.value = this.#wasConnected ? "reconnecting" : "connecting";
    });
    this.#client.on("connected", () => {
      this.#wasConnected = true;
      this.#state.value = "connected";
    });
    this.#client.on("disconnected", () => {
      this.#state.value = "closed";
    });
  }

  #followOwnChannels(): void {
    const subscribedBefore = new Set<string>();
    this.#client.on("publication", (context) => {
      for (const listener of this.#own.get(context.channel) ?? []) {
        listener.heard(context.data);
      }
    });
    this.#client.on("subscribed", (context) => {
      if (subscribedBefore.has(context.channel) && !context.recovered) {
        for (const listener of this.#own.get(context.channel) ?? []) {
          listener.missed?.();
        }
      }
      subscribedBefore.add(context.channel);
    });
  }
}

async function freshToken(source: TokenSource): Promise<string> {
  const token = await source();
  if (token === null) {
    throw new UnauthorizedError("the session has ended");
  }
  return token;
}

/** Where the server's socket is, seen from the page's own address. */
export function socketUrl(page: URL | Location): string {
  return `${page.protocol === "https:" ? "wss" : "ws"}://${page.host}/connection/websocket`;
}
