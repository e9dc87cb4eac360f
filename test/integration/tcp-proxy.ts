import { connect, createServer, type Server, type Socket } from "node:net";

/** A wire to a server that a test may make slow, deaf or broken. */
export class TcpProxy {
  /** How long each piece of a request is held back. */
  delayMs = 0;
  /** Packets vanish, both ways, and nobody is told; connections that are made meanwhile are swallowed, too. */
  swallows = false;
  /** Sees each piece of a request before it is passed on; false keeps the answer to it back for ever. */
  onRequest: (text: string) => boolean = () => true;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(target: number): Promise<TcpProxy> {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        resolve((server.address() as { port: number }).port);
      });
    });
    const proxy = new TcpProxy(server, port);
    server.on("connection", (client) => {
      proxy.#join(client, target);
    });
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  #join(client: Socket, target: number): void {
    const upstream = connect(target, "127.0.0.1");
    let answers = true;
    const close = () => {
      client.destroy();
      upstream.destroy();
      this.#sockets.delete(client);
      this.#sockets.delete(upstream);
    };
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", close);
      socket.on("close", close);
    }
    client.on("data", (piece) => {
      if (this.swallows) return;
      if (!this.onRequest(piece.toString("latin1"))) answers = false;
      if (this.delayMs === 0) upstream.write(piece);
      else setTimeout(() => upstream.write(piece), this.delayMs);
    });
    upstream.on("data", (piece) => {
      if (!this.swallows && answers) client.write(piece);
    });
  }

  /** Breaks every connection that is there now. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
