import type { ReadonlySignal } from "@preact/signals";
import type { Methods, Params, Result } from "./methods";
import type { Failure } from "./failure";

/** `closed` is final: the server said not to come back, or the session has ended. */
export type WireState = "connecting" | "connected" | "reconnecting" | "closed";

export interface Listener<Greeting, Publication> {
  /** The reply to the subscription; also after every reconnection, with the channel's state at that time. */
  greeted?: (greeting: Greeting) => void;
  /** Listening has begun, and what was told before is not known: the moment to ask for the state. */
  joined?: () => void;
  /** The channel is so busy that so many publications before the next one were left out. */
  leftOut?: (count: number) => void;
  heard: (publication: Publication) => void;
  failed?: (failure: Failure) => void;
}

export interface OwnListener<Publication> {
  heard: (publication: Publication) => void;
  /** Publications may have been missed, so the state has to be asked for again. */
  missed?: () => void;
}

/** The one connection to the server. Everything asked is a call, everything told is a publication. */
export interface Wire {
  readonly state: ReadonlySignal<WireState>;
  /** Rejects with a {@link Failure} and nothing else. */
  call<M extends keyof Methods>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Listens to a channel until the returned function is called. One listener a channel. */
  listen<Greeting, Publication>(channel: string, listener: Listener<Greeting, Publication>): () => void;
  /** Listens to a channel that the server subscribed this person to (`user:…`, `courier:…`). */
  listenOwn<Publication>(channel: string, listener: OwnListener<Publication>): () => void;
  reconnect(): void;
  close(): void;
}
