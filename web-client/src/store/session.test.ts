import { beforeEach, describe, expect, test } from "vitest";
import { Failure } from "../api/failure";
import { Accounts } from "../api/http";
import type { Tokens, User } from "../api/types";
import { user } from "../testing/samples";
import { Session } from "./session";

let requests: { path: string; body: Record<string, string> }[];
let generation: number;
let down: "network" | "refused" | null;
let lifetimeSeconds: number;

function tokens(who: User): Tokens {
  generation++;
  return {
    token: `token.${generation}`,
    expiresInSeconds: lifetimeSeconds,
    refreshToken: `refresh.${who.id}.${generation}`,
    user: who,
  };
}

/** A server that takes each refresh token once. */
const fetcher = (async (input: RequestInfo | URL, init?: RequestInit) => {
  const path = String(input);
  const body = JSON.parse(String(init?.body)) as Record<string, string>;
  requests.push({ path, body });
  if (down === "network") {
    throw new TypeError("failed to fetch");
  }
  if (down === "refused" || (path === "/api/refresh" && !body.refreshToken?.endsWith(`.${generation}`))) {
    return Response.json({ error: { code: 101, name: "unauthorized", message: "No." } }, { status: 401 });
  }
  if (path === "/api/logout") {
    return new Response(null, { status: 204 });
  }
  return Response.json(tokens(user({ id: body.name === "host" || body.refreshToken?.includes("h1") ? "h1" : "u1" })));
}) as typeof fetch;

const newSession = (): Session => new Session(new Accounts(fetcher));
const refreshes = (): number => requests.filter((request) => request.path === "/api/refresh").length;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  requests = [];
  generation = 0;
  down = null;
  lifetimeSeconds = 900;
});

describe("a session", () => {
  test("logs in, keeps the token in memory only, and asks for no other while it is good", async () => {
    const session = newSession();
    await session.login("viewer", "jishi");
    expect(session.user.value?.id).toBe("u1");
    expect(await session.token()).toBe("token.1");
    expect(refreshes()).toBe(0);
    expect(JSON.stringify(localStorage)).not.toContain('token.1"');
  });

  test("is there again at the next visit", async () => {
    await newSession().login("viewer", "jishi");
    const later = newSession();
    expect(later.user.value?.id).toBe("u1");
    expect(await later.token()).toBe("token.2");
  });

  test("asks once, however many want a token at the same time", async () => {
    lifetimeSeconds = 10;
    const session = newSession();
    await session.login("viewer", "jishi");
    const all = await Promise.all([session.token(), session.token(), session.token()]);
    expect(new Set(all)).toEqual(new Set(["token.2"]));
    expect(refreshes()).toBe(1);
  });

  test("two tabs of one person share one chain of refresh tokens", async () => {
    lifetimeSeconds = 10;
    const one = newSession();
    await one.login("viewer", "jishi");
    const other = newSession();
    expect(await other.token()).toBe("token.2");
    expect(await one.token()).toBe("token.3");
  });

  test("a tab stays who it is when another tab logs in as somebody else", async () => {
    const viewer = newSession();
    await viewer.login("viewer", "jishi");
    sessionStorage.clear();
    await newSession().login("host", "jishi");
    expect(viewer.user.value?.id).toBe("u1");
    sessionStorage.setItem("jishi.user", "u1");
    expect(newSession().user.value?.id).toBe("u1");
    sessionStorage.clear();
    expect(newSession().user.value?.id).toBe("h1");
  });

  test("ends when the server no longer knows it", async () => {
    lifetimeSeconds = 10;
    const session = newSession();
    await session.login("viewer", "jishi");
    down = "refused";
    expect(await session.token()).toBeNull();
    expect(session.user.value).toBeNull();
    expect(newSession().user.value).toBeNull();
  });

  test("outlives a server that is not reached", async () => {
    lifetimeSeconds = 10;
    const session = newSession();
    await session.login("viewer", "jishi");
    down = "network";
    await expect(session.token()).rejects.toThrow(Failure);
    expect(session.user.value?.id).toBe("u1");
    down = null;
    expect(await session.token()).toBe("token.2");
  });

  test("is over here at once after logging out, even if the server is not reached", async () => {
    const session = newSession();
    await session.login("viewer", "jishi");
    down = "network";
    const done = session.logout();
    expect(session.user.value).toBeNull();
    await done;
    expect(newSession().user.value).toBeNull();
    expect(requests.at(-1)).toEqual({ path: "/api/logout", body: { refreshToken: "refresh.u1.1" } });
  });

  test("logging out in one tab logs the same person out in the others, and nobody else", async () => {
    const [one, other] = [newSession(), newSession()];
    await one.login("viewer", "jishi");
    await other.login("viewer", "jishi");
    const host = newSession();
    await host.login("host", "jishi");
    await other.logout();
    dispatchEvent(new StorageEvent("storage", { key: "jishi.sessions" }));
    expect(one.user.value).toBeNull();
    expect(host.user.value?.id).toBe("h1");
  });

  test("a refused log-in carries the server's stable name", async () => {
    down = "refused";
    await expect(newSession().login("viewer", "wrong")).rejects.toMatchObject({ code: 101, reason: "unauthorized" });
  });

  test("what others have put into the storage does no harm", () => {
    localStorage.setItem("jishi.sessions", '[null, {"user":{}}, 7]');
    localStorage.setItem("jishi.user", "u1");
    expect(newSession().user.value).toBeNull();
    localStorage.setItem("jishi.sessions", "{");
    expect(newSession().user.value).toBeNull();
  });
});
