import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** `pass` carries, `swallow` keeps every connection open and carries nothing, `refuse` ends each at once. */
export type WireMode = "pass" | "swallow" | "refuse";

/** A network between two ends on this machine that can fail as a real one does. It may speak TLS at its front. */
export class Wire {
  mode: WireMode = "pass";
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param toPort where it leads, on 127.0.0.1 */
  static async start(toPort: number, tls?: { readonly cert: string; readonly key: string }): Promise<Wire> {
    const wire = new Wire(toPort, tls);
    await new Promise<void>((resolve) => wire.#server.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  private constructor(toPort: number, tls: { readonly cert: string; readonly key: string } | undefined) {
    const accept = (front: Socket) => this.#join(front, toPort);
    this.#server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
    this.#server.on("tlsClientError", () => undefined);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts what is connected now. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(front: Socket, toPort: number): void {
    if (this.mode === "refuse") {
      front.on("error", () => undefined);
      front.destroy();
      return;
    }
    const back = connect(toPort, "127.0.0.1");
    for (const [from, to] of [
      [front, back],
      [back, front],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => undefined);
      from.on("data", (chunk) => {
        if (this.mode === "pass") to.write(chunk);
      });
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
