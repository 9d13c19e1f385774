import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** What stands before the nodes in real life: a connection goes to the first of them that takes it. */
export class Balancer {
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async before(urls: string[]): Promise<Balancer> {
    const ports = urls.map((url) => Number(new URL(url).port));
    const server = createServer({ pauseOnConnect: true });
    const balancer = new Balancer(server);
    server.on("connection", (client) => {
      balancer.#remember(client);
      balancer.#forward(client, ports);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return balancer;
  }

  get socketUrl(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/connection/websocket`;
  }

  async close(): Promise<void> {
    this.#open.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(client: Socket, [port, ...others]: number[]): void {
    if (port === undefined) {
      client.destroy();
      return;
    }
    const node = connect(port, "127.0.0.1");
    this.#remember(node);
    node.once("error", () => this.#forward(client, others));
    node.once("connect", () => {
      node.removeAllListeners("error");
      for (const [from, to] of [
        [client, node],
        [node, client],
      ] as const) {
        from.on("error", () => to.destroy());
        from.on("close", () => to.destroy());
        from.pipe(to);
      }
    });
  }

  #remember(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
  }
}
