import { Failure } from "./failure";
import type { Tokens } from "./types";

const DEADLINE_MILLIS = 10_000;

export interface NewAccount {
  name: string;
  password: string;
  displayName?: string;
  language?: string;
}

/** The few requests that go over plain HTTP: those that make or end a session. */
export class Accounts {
  readonly #fetch: typeof fetch;

  constructor(fetcher: typeof fetch = (input, init) => fetch(input, init)) {
    this.#fetch = fetcher;
  }

  login(name: string, password: string): Promise<Tokens> {
    return this.#post<Tokens>("/api/login", { name, password });
  }

  register(account: NewAccount): Promise<Tokens> {
    return this.#post<Tokens>("/api/register", account);
  }

  refresh(refreshToken: string): Promise<Tokens> {
    return this.#post<Tokens>("/api/refresh", { refreshToken });
  }

  async logout(refreshToken: string): Promise<void> {
    await this.#post<undefined>("/api/logout", { refreshToken });
  }

  async #post<T>(path: string, body: unknown): Promise<T> {
    let response: Response;
    try {
      response = await this.#fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(DEADLINE_MILLIS),
      });
    } catch {
      throw new Failure(0, "network");
    }
    if (!response.ok) {
      throw await failureOf(response);
    }
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  }
}

export async function failureOf(response: Response): Promise<Failure> {
  try {
    const body = (await response.json()) as { error?: { code?: number; name?: string } };
    if (body.error?.name) {
      return new Failure(body.error.code ?? response.status, body.error.name);
    }
  } catch {
    // An answer without our error shape (a proxy's page, say) is told by its status alone.
  }
  return new Failure(response.status, response.status >= 500 ? "internal_server_error" : "bad_request");
}
