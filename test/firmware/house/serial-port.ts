import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 10_000;

/** A serial port that another program can open: a pty made by socat. What nobody reads is dropped, as on a cable. */
export class SerialPort {
  onBytes: ((bytes: Buffer) => void) | null = null;
  readonly #socat: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(socat: ChildProcessByStdio<Writable, Readable, null>) {
    this.#socat = socat;
    socat.stdout.on("data", (bytes: Buffer) => this.onBytes?.(bytes));
    socat.stdin.on("error", () => undefined);
  }

  /** @throws Error with what to do, when socat is missing or cannot make the port */
  static async open(path: string): Promise<SerialPort> {
    rmSync(path, { force: true });
    const socat = spawn("socat", ["-", `pty,raw,echo=0,link=${path}`], {
      stdio: ["pipe", "pipe", "inherit"],
      // Ctrl-C in a terminal is not for it: it ends when its input does.
      detached: true,
    });
    let failure: string | null = null;
    socat.once("error", () => {
      failure =
        "socat is missing: install it (Debian, Ubuntu, Raspberry Pi OS: sudo apt install socat; macOS: brew install socat)";
    });
    socat.once("exit", () => {
      failure ??= `socat could not make ${path}`;
    });
    const port = new SerialPort(socat);
    for (const since = performance.now(); !existsSync(path); await pause(10)) {
      if (failure !== null) throw new Error(failure);
      if (performance.now() - since > PATIENCE_MS) throw new Error(`socat did not make ${path} in time`);
    }
    return port;
  }

  write(byte: number): void {
    if (!this.#socat.stdin.writableNeedDrain) this.#socat.stdin.write(Uint8Array.of(byte));
  }

  close(): void {
    this.#socat.kill();
  }
}
