import { signal } from "@preact/signals";
import { Failure } from "../api/failure";
import type { Methods, Params, Result } from "../api/methods";
import type { Listener, OwnListener, Wire, WireState } from "../api/wire";

type Answer<M extends keyof Methods> = (params: Params<M>) => Result<M> | Promise<Result<M>>;

/** A wire whose other end is the test. */
export class FakeWire implements Wire {
  readonly state = signal<WireState>("connected");
  readonly calls: { method: string; params: unknown }[] = [];
  readonly #answers = new Map<string, (params: never) => unknown>();
  readonly #listeners = new Map<string, Listener<unknown, unknown>>();
  readonly #own = new Map<string, Set<OwnListener<unknown>>>();

  answer<M extends keyof Methods>(method: M, answer: Answer<M>): void {
    this.#answers.set(method, answer as (params: never) => unknown);
  }

  refuse(method: keyof Methods, code: number, reason: string): void {
    this.#answers.set(method, () => {
      throw new Failure(code, reason);
    });
  }

  callsOf(method: keyof Methods): unknown[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.params);
  }

  greet(channel: string, greeting: unknown): void {
    this.#listeners.get(channel)?.greeted?.(greeting);
  }

  join(channel: string): void {
    this.#listeners.get(channel)?.joined?.();
  }

  say(channel: string, publication: unknown): void {
    this.#listeners.get(channel)?.heard(publication);
    for (const listener of this.#own.get(channel) ?? []) {
      listener.heard(publication);
    }
  }

  leaveOut(channel: string, count: number): void {
    this.#listeners.get(channel)?.leftOut?.(count);
  }

  refuseChannel(channel: string, code: number, reason: string): void {
    this.#listeners.get(channel)?.failed?.(new Failure(code, reason));
  }

  lose(channel: string): void {
    for (const listener of this.#own.get(channel) ?? []) {
      listener.missed?.();
    }
  }

  get channels(): string[] {
    return [...this.#listeners.keys()].sort();
  }

  async call<M extends keyof Methods>(method: M, params: Params<M>): Promise<Result<M>> {
    this.calls.push({ method, params });
    const answer = this.#answers.get(method);
    if (!answer) {
      throw new Failure(104, "method_not_found");
    }
    return (await answer(params as never)) as Result<M>;
  }

  listen<Greeting, Publication>(channel: string, listener: Listener<Greeting, Publication>): () => void {
    if (this.#listeners.has(channel)) {
      throw new Error(`a second listener on ${channel}`);
    }
    this.#listeners.set(channel, listener as Listener<unknown, unknown>);
    return () => {
      this.#listeners.delete(channel);
    };
  }

  listenOwn<Publication>(channel: string, listener: OwnListener<Publication>): () => void {
    const listeners = this.#own.get(channel) ?? new Set();
    listeners.add(listener as OwnListener<unknown>);
    this.#own.set(channel, listeners);
    return () => {
      listeners.delete(listener as OwnListener<unknown>);
    };
  }

  reconnect(): void {
    this.state.value = "connected";
  }

  close(): void {
    this.state.value = "closed";
  }
}
