import { computed, signal } from "@preact/signals";
import { Failure } from "../api/failure";
import type { Accounts, NewAccount } from "../api/http";
import type { Role, Tokens, User } from "../api/types";
import { serverClock } from "./clock";

const SESSIONS_KEY = "jishi.sessions";
const USER_KEY = "jishi.user";
const SESSIONS_MAX = 8;

/** A token is renewed this long before it ends, so that it survives the way to the server. */
const RENEW_BEFORE_MILLIS = 15_000;

/** The answers to a refresh after which there is no session any more; after any other, it is tried again. */
const ENDINGS: ReadonlySet<string> = new Set(["session_ended", "unauthorized", "unknown_user", "bad_request"]);

interface Kept {
  user: User;
  refreshToken: string;
}

/**
 * Who this tab is. The access token lives in memory only. Refresh tokens are kept for the next visit, one for each
 * person, so that two tabs can be two people and two tabs of one person share a single chain of refreshes.
 */
export class Session {
  readonly user = signal<User | null>(null);
  readonly loggedIn = computed(() => this.user.value !== null);
  readonly #accounts: Accounts;
  #token: { text: string; endsAt: number } | null = null;
  #refreshing: Promise<string | null> | null = null;

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
    const id = sessionStorage.getItem(USER_KEY) ?? localStorage.getItem(USER_KEY);
    const kept = keptSessions().find((entry) => entry.user.id === id);
    if (kept) {
      sessionStorage.setItem(USER_KEY, kept.user.id);
      this.user.value = kept.user;
    }
    addEventListener("storage", (event) => {
      if (event.key === SESSIONS_KEY) {
        this.#followOtherTabs();
      }
    });
  }

  has(...roles: Role[]): boolean {
    return roles.some((role) => this.user.value?.roles.includes(role) ?? false);
  }

  async login(name: string, password: string): Promise<void> {
    const askedAt = Date.now();
    this.#adopt(await this.#accounts.login(name, password), askedAt);
  }

  async register(account: NewAccount): Promise<void> {
    const askedAt = Date.now();
    this.#adopt(await this.#accounts.register(account), askedAt);
  }

  /** Ends the session here at once; telling the server is a courtesy that may fail. */
  async logout(): Promise<void> {
    const kept = keptSessions().find((entry) => entry.user.id === this.user.value?.id);
    this.#forget();
    if (kept) {
      await this.#accounts.logout(kept.refreshToken).catch(() => undefined);
    }
  }

  /** A token that is still good, or null where the session has ended. Rejects where the server is not reached. */
  async token(): Promise<string | null> {
    if (this.#token && this.#token.endsAt - RENEW_BEFORE_MILLIS > Date.now()) {
      return this.#token.text;
    }
    this.#refreshing ??= oneTabAtATime(() => this.#refresh()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Logging out in one tab logs the same person out in all of them. */
  #followOtherTabs(): void {
    const id = this.user.value?.id;
    if (id !== undefined && !keptSessions().some((entry) => entry.user.id === id)) {
      this.#forget();
    }
  }

  async #refresh(): Promise<string | null> {
    const kept = keptSessions().find((entry) => entry.user.id === this.user.value?.id);
    if (!kept) {
      this.#forget();
      return null;
    }
    try {
      const askedAt = Date.now();
      const tokens = await this.#accounts.refresh(kept.refreshToken);
      if (this.user.value?.id === kept.user.id) {
        this.#adopt(tokens, askedAt);
      }
      return tokens.token;
    } catch (thrown) {
      const failure = Failure.of(thrown);
      if (!ENDINGS.has(failure.reason)) {
        throw failure;
      }
      this.#forget();
      return null;
    }
  }

  #adopt(tokens: Tokens, askedAt: number): void {
    this.#token = { text: tokens.token, endsAt: askedAt + tokens.expiresInSeconds * 1_000 };
    const issuedAt = issuedAtOf(tokens.token);
    if (issuedAt !== null) {
      serverClock.answered(issuedAt, askedAt, 1_000);
    }
    const others = keptSessions().filter((entry) => entry.user.id !== tokens.user.id);
    keep([{ user: tokens.user, refreshToken: tokens.refreshToken }, ...others]);
    sessionStorage.setItem(USER_KEY, tokens.user.id);
    localStorage.setItem(USER_KEY, tokens.user.id);
    if (JSON.stringify(this.user.value) !== JSON.stringify(tokens.user)) {
      this.user.value = tokens.user;
    }
  }

  #forget(): void {
    const id = this.user.value?.id;
    keep(keptSessions().filter((entry) => entry.user.id !== id));
    sessionStorage.removeItem(USER_KEY);
    if (localStorage.getItem(USER_KEY) === id) {
      localStorage.removeItem(USER_KEY);
    }
    this.#token = null;
    this.user.value = null;
  }
}

function keptSessions(): Kept[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(SESSIONS_KEY) ?? "[]");
    return Array.isArray(kept) ? (kept as Kept[]).filter((entry) => entry?.user?.id && entry.refreshToken) : [];
  } catch {
    return [];
  }
}

function keep(sessions: Kept[]): void {
  localStorage.setItem(SESSIONS_KEY, JSON.stringify(sessions.slice(0, SESSIONS_MAX)));
}

/** Refresh tokens are used once, so two tabs must not use the same one at the same time. */
async function oneTabAtATime<T>(act: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request("jishi.refresh", act) : act();
}

/** When the token was issued, in whole seconds of the server's clock; null where it cannot be read. */
function issuedAtOf(token: string): number | null {
  try {
    const payload = token.split(".")[1] ?? "";
    const claims = JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) as { iat?: unknown };
    return typeof claims.iat === "number" ? claims.iat * 1_000 : null;
  } catch {
    return null;
  }
}
