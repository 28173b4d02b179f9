import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * A clock that differs from the real one by a fixed offset and runs at normal speed. Processes that share the offset agree
 * about the time, whenever each was started. Timers (monotonic time) are not touched.
 */
export class Clock {
  #offsetMs = 0;

  /** A clock that shows `epochMs` now. */
  static at(epochMs: number): Clock {
    const clock = new Clock();
    clock.set(epochMs);
    return clock;
  }

  set(epochMs: number): void {
    this.#offsetMs = epochMs - Date.now();
  }

  /** Its time, in ms since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  get shifted(): boolean {
    return this.#offsetMs !== 0;
  }

  /** libfaketime's form of the offset, in seconds. */
  get #offset(): string {
    return `${this.#offsetMs < 0 ? "-" : "+"}${Math.abs(this.#offsetMs / 1000).toFixed(3)}`;
  }

  /** For processes that look into a file again and again: writing it moves their clock within about a second. */
  write(file: string): Promise<void> {
    return writeFile(file, `${this.#offset}\n`);
  }

  /**
   * The environment that puts another process of this machine, Node-RED for one, under this clock.
   * @param file that `write` wrote: the process follows what is written later
   */
  env(file?: string): Record<string, string> {
    if (!this.shifted) return {};
    const offset: Record<string, string> =
      file === undefined ? { FAKETIME: this.#offset } : { FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: "1" };
    return { LD_PRELOAD: faketimeLibrary(), FAKETIME_DONT_FAKE_MONOTONIC: "1", ...offset };
  }
}

/** libfaketime of this machine. */
export function faketimeLibrary(): string {
  const base = "/usr/lib";
  for (const folder of readdirSync(base)) {
    const path = join(base, folder, "faketime", "libfaketimeMT.so.1");
    if (existsSync(path)) return path;
  }
  throw new Error("libfaketime is missing: install Debian's faketime");
}
