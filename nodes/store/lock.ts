import { readFileSync } from "node:fs";
import { access, readFile, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { failed, ok, type Result } from "../model/index.ts";
import { hasCode } from "./files.ts";
import { shape } from "./shapes.ts";

/**
 * One process per folder. The lock file names its owner; the kernel's boot id and the start time of the process tell a
 * living owner from another process that got the same number after a crash or a reboot. The processes of another host
 * or container cannot be looked at: whoever wants the folder lays a question beside the lock, and a living owner takes
 * it away. That needs no clocks that agree, and wears no card as refreshing the lock would.
 */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly boot: string;
  readonly started: string;
  /** Two stores of one process are told apart by it. */
  readonly token: string;
}
const ownerShape = shape<Owner>({
  type: "object",
  required: ["pid", "host", "boot", "started", "token"],
  properties: {
    pid: { type: "integer", minimum: 1 },
    host: { type: "string" },
    boot: { type: "string" },
    started: { type: "string" },
    token: { type: "string" },
  },
});

export interface LockTimes {
  /** How often the owner looks for a question. */
  readonly lookMs: number;
  /** An owner that did not answer for so long is gone; network file systems show changes after a minute. */
  readonly answerMs: number;
}
const TIMES: LockTimes = { lookMs: 5000, answerMs: 90_000 };

export interface Lock {
  release(): Promise<void>;
}

/** How often a lock that is in the way is looked at, and the pause in between where there is one. */
const TRIES = 10;
const WAIT_MS = 100;

let count = 0;

/**
 * @param signal ends the waiting for an answer
 * @returns METERMAN_STORE_LOCKED when another living process, or another store of this one, holds the folder
 */
export async function takeLock(folder: string, times = TIMES, signal?: AbortSignal): Promise<Result<Lock>> {
  const path = join(folder, "lock");
  count += 1;
  const started = startOf(process.pid) ?? "";
  const token = `${process.pid}-${started}-${count}`;
  const mine: Owner = { pid: process.pid, host: hostname(), boot: bootId(), started, token };
  const text = `${JSON.stringify(mine)}\n`;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      await writeFile(path, text, { flag: "wx" });
      return ok(hold(path, text, times));
    } catch (thrown) {
      if (!hasCode(thrown, "EEXIST")) throw thrown;
    }
    const found = await readFile(path, "utf8").catch(() => undefined);
    if (found === undefined) continue;
    const owner = parseOwner(found);
    if (owner === undefined && attempt < 2) {
      // Perhaps it is being written at this moment.
      await sleep(WAIT_MS);
      continue;
    }
    if (owner !== undefined && (isAlive(owner, mine) ?? (await answers(path, times, signal)))) {
      return failed("METERMAN_STORE_LOCKED", words(folder, owner, mine));
    }
    await setAside(path, found, attempt === TRIES - 2);
  }
  return failed(
    "METERMAN_STORE_LOCKED",
    `several processes want the folder ${folder} at once; start one of them again`,
  );
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerShape(JSON.parse(text));
  } catch {
    // A lock torn by a power cut names nobody.
    return undefined;
  }
}

/** @returns undefined when that cannot be seen from here */
function isAlive(owner: Owner, mine: Owner): boolean | undefined {
  if (owner.host !== mine.host) return undefined;
  if (owner.boot !== mine.boot) return false;
  const started = startOf(owner.pid);
  if (started !== undefined && owner.started !== "") return started === owner.started;
  try {
    process.kill(owner.pid, 0);
    return undefined;
  } catch (thrown) {
    return hasCode(thrown, "EPERM") ? undefined : false;
  }
}

function questionAt(path: string): string {
  return `${path}.question`;
}

/** Whether the owner takes the question away. To be told to stop is no sign of its death. */
async function answers(path: string, { lookMs, answerMs }: LockTimes, signal?: AbortSignal): Promise<boolean> {
  const question = questionAt(path);
  await writeFile(question, "");
  const deadline = performance.now() + answerMs;
  while (performance.now() < deadline && signal?.aborted !== true) {
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    if (!(await isThere(question))) return true;
  }
  await unlink(question).catch(() => undefined);
  return signal?.aborted === true;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (thrown: unknown) => !hasCode(thrown, "ENOENT"),
  );
}

function words(folder: string, owner: Owner, mine: Owner): string {
  const here = owner.host === mine.host;
  if (owner.pid === mine.pid && here) {
    return `another store node of this Node-RED already uses the folder ${folder}; let both refer to one store node`;
  }
  const what = `the folder ${folder} is in use by process ${owner.pid} on host ${owner.host}`;
  return `${what}; stop ${here ? "that process" : "it there"} or choose another folder`;
}

/**
 * Takes a stale lock away. Many may have found it at once: the one that made the claim to this very lock removes it, so
 * that nobody removes a fresh one in its place. A claim lasts milliseconds; one that stays was left by a crash.
 */
async function setAside(path: string, expected: string, isLastTry: boolean): Promise<void> {
  const claim = `${path}.${crc32(expected).toString(16)}`;
  try {
    await writeFile(claim, "", { flag: "wx" });
  } catch (thrown) {
    if (!hasCode(thrown, "EEXIST")) throw thrown;
    if (!isLastTry) return sleep(WAIT_MS);
  }
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found === expected) await unlink(path);
  await unlink(claim).catch(() => undefined);
}

function hold(path: string, text: string, { lookMs }: LockTimes): Lock {
  const answering = setInterval(() => void unlink(questionAt(path)).catch(() => undefined), lookMs);
  answering.unref();
  return {
    async release() {
      clearInterval(answering);
      const found = await readFile(path, "utf8").catch(() => undefined);
      if (found === text) await unlink(path);
    },
  };
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

/** Start time of a process in ticks since boot; undefined when it does not run or the system has no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything; the state is the first field behind it, the start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie was killed and waits for its parent: it holds nothing any more. No process starts at tick -1.
    return fields[0] === "Z" || fields[0] === "X" ? "-1" : fields[19];
  } catch {
    return undefined;
  }
}
