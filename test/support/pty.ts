import { type ChildProcess, spawn } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, type ReadStream, type WriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause, until } from "./product.ts";

/** A serial cable: two ptys joined by socat. The product opens `path`; the test is the device at the other end. */
export class Pty {
  readonly path: string;
  received = Buffer.alloc(0);
  readonly #folder: string;
  readonly #socat: ChildProcess;
  readonly #reader: ReadStream;
  readonly #writer: WriteStream;

  private constructor(folder: string, socat: ChildProcess, reader: ReadStream, writer: WriteStream) {
    this.#folder = folder;
    this.path = join(folder, "product");
    this.#socat = socat;
    this.#reader = reader;
    this.#writer = writer;
    reader.on("data", (chunk) => {
      this.received = Buffer.concat([this.received, Buffer.from(chunk)]);
    });
    // A pty answers EIO when socat goes: the end of the test, not a failure.
    reader.on("error", () => undefined);
    writer.on("error", () => undefined);
  }

  static async open(): Promise<Pty> {
    const folder = await mkdtemp(join(tmpdir(), "meterman-pty-"));
    const [product, device] = [join(folder, "product"), join(folder, "device")];
    const socat = spawn("socat", [`pty,raw,echo=0,link=${product}`, `pty,raw,echo=0,link=${device}`], {
      stdio: "ignore",
    });
    socat.on("error", () => undefined);
    await until("socat (is it installed?)", () => existsSync(product) && existsSync(device), 10_000);
    return new Pty(folder, socat, createReadStream(device), createWriteStream(device));
  }

  /** Writes at a pace the other end can read; resolves when all is handed over. */
  async feed(bytes: Uint8Array, chunk = 997, pauseMs = 8): Promise<void> {
    for (let at = 0; at < bytes.length; at += chunk) {
      const piece = bytes.subarray(at, at + chunk);
      await new Promise<void>((resolve, reject) =>
        this.#writer.write(piece, (error) => (error ? reject(error) : resolve())),
      );
      await pause(pauseMs);
    }
  }

  async close(): Promise<void> {
    this.#socat.kill("SIGKILL");
    this.#reader.destroy();
    this.#writer.destroy();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
