import type { Page } from "playwright-core";

export interface Credentials {
  device: string;
  secret: string;
}

export interface Measurement {
  kind: "weight" | "stock" | "temperature" | "door";
  slot?: number;
  value: number;
}

/** A shelf's own computer: it logs in with its credentials and reports over the plain protocol, without any SDK. */
export async function report(page: Page, credentials: Credentials, measurements: Measurement[]): Promise<void> {
  const answer = await page.request.post("/api/devices/login", { data: credentials });
  if (!answer.ok()) {
    throw new Error(`the device could not log in: ${answer.status()}`);
  }
  const { token } = (await answer.json()) as { token: string };
  const at = Date.now();
  const data = {
    boot: `e2e-${at}`,
    messages: measurements.map((measurement, index) => ({ sequence: index + 1, at, ...measurement })),
  };
  const reply = await page.evaluate(
    ([connect, rpc]) =>
      new Promise<string>((resolve, reject) => {
        const socket = new WebSocket(`${location.origin.replace("http", "ws")}/connection/websocket`);
        socket.onerror = () => reject(new Error("the device's connection broke"));
        socket.onopen = () => socket.send(`${connect}\n${rpc}`);
        socket.onmessage = ({ data }) => {
          const last = String(data)
            .split("\n")
            .find((line) => line.includes('"id":2'));
          if (last) {
            socket.close();
            resolve(last);
          }
        };
      }),
    [
      JSON.stringify({ id: 1, connect: { token } }),
      JSON.stringify({ id: 2, rpc: { method: "shelves.report", data } }),
    ] as const,
  );
  if (reply.includes('"error"')) {
    throw new Error(`the report was refused: ${reply}`);
  }
}
