import { Failure } from "./failure";
import { failureOf } from "./http";
import type { Id } from "./types";

const DEADLINE_MILLIS = 20_000;
const PATH = "/api/aftersales/photo";

/** Photos of cases go over plain HTTP: they are long, and they are files. */
export class Photos {
  readonly #token: () => Promise<string | null>;
  readonly #fetch: typeof fetch;

  constructor(token: () => Promise<string | null>, fetcher: typeof fetch = (input, init) => fetch(input, init)) {
    this.#token = token;
    this.#fetch = fetcher;
  }

  /** @param key the same for the same photo, so that sending it again adds it once */
  async add(caseId: Id, key: string, photo: Blob): Promise<void> {
    await this.#ask(`?case=${caseId}&key=${key}`, { method: "POST", body: photo });
  }

  /** As an address that an image can show; a photo is not at an address of its own, as its reader has to be known. */
  async show(id: Id): Promise<string> {
    const response = await this.#ask(`?id=${id}`, {});
    const photo = await response.blob();
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result));
      reader.onerror = () => reject(new Failure(0, "internal"));
      reader.readAsDataURL(photo);
    });
  }

  async #ask(query: string, init: RequestInit): Promise<Response> {
    const token = await this.#token();
    let response: Response;
    try {
      response = await this.#fetch(PATH + query, {
        ...init,
        headers: { authorization: `Bearer ${token ?? ""}` },
        signal: AbortSignal.timeout(DEADLINE_MILLIS),
      });
    } catch {
      throw new Failure(0, "network");
    }
    if (!response.ok) {
      throw await failureOf(response);
    }
    return response;
  }
}
