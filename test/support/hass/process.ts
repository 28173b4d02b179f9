import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "./clock.ts";
import { homeOf } from "./places.ts";

/** Home Assistant's way to say that it wants to be started again. */
const restartCode = 100;

/** The file of its folder that libfaketime reads. */
const clockFile = "clock";

/** One Home Assistant as a process. It ends with this process, however this one ends. */
export class HassProcess {
  readonly #run: string;
  readonly #folder: string;
  readonly #clock: Clock;
  #child: ChildProcess | undefined;
  #closed: Promise<void> = Promise.resolve();
  #wanted = false;
  /** The end of its log. */
  log = "";

  constructor(version: string, folder: string, clock: Clock) {
    this.#run = join(homeOf(version), "run");
    this.#folder = folder;
    this.#clock = clock;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Tells a running one that its clock was set. */
  writeClock(): Promise<void> {
    return this.#clock.write(join(this.#folder, clockFile));
  }

  async start(): Promise<void> {
    // Two of them on one folder would spoil each other's files.
    if (this.#child !== undefined) throw new Error("this Home Assistant runs already: stop or kill it before");
    this.#wanted = true;
    await this.writeClock();
    // It may have been ended meanwhile, and started again.
    if (!this.#wanted || this.#child !== undefined) return;
    const child = spawn(this.#run, [this.#folder, "hass", "-c", ".", "--log-no-color"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, HASS_CLOCK_FILE: this.#clock.shifted ? clockFile : "" },
    });
    this.#child = child;
    const keep = (chunk: Buffer) => {
      this.log = (this.log + chunk.toString()).slice(-200_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    // `close` and not `exit`: the pipes close when the innermost process has gone, and with it its port.
    this.#closed = new Promise((resolve) => {
      child.once("close", (code) => {
        this.#child = undefined;
        resolve(code === restartCode && this.#wanted ? this.start() : undefined);
      });
    });
  }

  /** `SIGTERM` lets it write what it holds, `SIGKILL` is a power cut. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#wanted = false;
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    // unshare takes what is inside with it when it is killed; it does not pass SIGTERM on.
    const inside = signal === "SIGTERM" ? inner(pid) : pid;
    try {
      // Where nothing is inside yet, nothing holds anything that it would write.
      if (inside === undefined) process.kill(pid, "SIGKILL");
      else process.kill(inside, signal);
    } catch {
      // It has ended by itself.
    }
    await this.#closed;
  }
}

/** The process that the name space was made for, or the process itself where there is none; undefined while there is none yet. */
function inner(pid: number): number | undefined {
  try {
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "unshare") return pid;
    const [first = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return first === "" ? undefined : Number(first);
  } catch {
    return undefined;
  }
}
