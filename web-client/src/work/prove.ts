import { solve } from "./solve";

/** Does the work that a claim has to show, beside the page; on the page itself where there are no workers. */
export function prove(text: string, bits: number): Promise<string> {
  if (typeof Worker === "undefined") {
    return Promise.resolve(solve(text, bits));
  }
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return new Promise<string>((done, failed) => {
    worker.onmessage = (message: MessageEvent<string>) => done(message.data);
    worker.onerror = (event) => failed(new Error(event.message));
    worker.postMessage({ text, bits });
  }).finally(() => worker.terminate());
}
