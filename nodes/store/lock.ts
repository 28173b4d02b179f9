import { readFileSync } from "node:fs";
import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { failed, ok, type Result } from "../model/index.ts";
import { hasCode } from "./files.ts";
import { shape } from "./shapes.ts";

/**
 * One process per folder. The lock file names its owner; the kernel's boot id and the start time of the process tell a
 * living owner from another process that got the same number after a crash or a reboot.
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

export interface Lock {
  release(): Promise<void>;
}

let count = 0;

/** @returns METERMAN_STORE_LOCKED when another living process, or another store of this one, holds the folder */
export async function takeLock(folder: string): Promise<Result<Lock>> {
  const path = join(folder, "lock");
  count += 1;
  const started = startOf(process.pid) ?? "";
  const token = `${process.pid}-${started}-${count}`;
  const mine: Owner = { pid: process.pid, host: hostname(), boot: bootId(), started, token };
  const text = `${JSON.stringify(mine)}\n`;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await writeFile(path, text, { flag: "wx" });
      return ok({ release: () => release(path, text) });
    } catch (thrown) {
      if (!hasCode(thrown, "EEXIST")) throw thrown;
    }
    const found = await readFile(path, "utf8").catch(() => undefined);
    if (found === undefined) continue;
    const owner = parseOwner(found);
    if (owner !== undefined && isAlive(owner, mine)) return failed("METERMAN_STORE_LOCKED", words(folder, owner, mine));
    await setAside(path, found, token);
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

function isAlive(owner: Owner, mine: Owner): boolean {
  // The processes of another host cannot be looked at: to refuse is the safe side.
  if (owner.host !== mine.host) return true;
  if (owner.boot !== mine.boot) return false;
  const started = startOf(owner.pid);
  if (started !== undefined && owner.started !== "") return started === owner.started;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (thrown) {
    return hasCode(thrown, "EPERM");
  }
}

function words(folder: string, owner: Owner, mine: Owner): string {
  const here = owner.host === mine.host;
  if (owner.pid === mine.pid && here) {
    return `another store node of this Node-RED already uses the folder ${folder}; let both refer to one store node`;
  }
  const what = `the folder ${folder} is in use by process ${owner.pid} on host ${owner.host}`;
  return here
    ? `${what}; stop that process or choose another folder`
    : `${what}; stop it there, or delete the file ${join(folder, "lock")} if that host or container no longer exists`;
}

/** Takes a stale lock away; if another process was faster and it is fresh by now, puts it back. */
async function setAside(path: string, expected: string, token: string): Promise<void> {
  const aside = `${path}.${token}`;
  try {
    await rename(path, aside);
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return;
    throw thrown;
  }
  if ((await readFile(aside, "utf8")) !== expected) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

async function release(path: string, text: string): Promise<void> {
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found === text) await unlink(path);
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
