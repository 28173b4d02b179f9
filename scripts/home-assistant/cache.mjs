// Where built Home Assistants are kept: outside the clone, one folder each, with a stamp when it is whole.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Goes up when the steps change: a folder built by other steps is built again. */
const recipe = 1;

export const cacheFolder = () =>
  process.env.METERMAN_HA_CACHE ||
  join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "meterman", "home-assistant");
export const homeOf = (version) => join(cacheFolder(), version);

const stampOf = (home, step) => join(home, `${step}.done`);
export const isDone = (home, step) =>
  existsSync(stampOf(home, step)) && readFileSync(stampOf(home, step), "utf8") === String(recipe);
export const markDone = (home, step) => writeFileSync(stampOf(home, step), String(recipe));
export const isBuilt = (version) => isDone(homeOf(version), "built");

/** Removes a folder, unless something is mounted in it: a bind mount would be emptied with it. */
export function removeFolder(folder) {
  const mounted = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  if (mounted.some((line) => line.split(" ")[4]?.startsWith(`${folder}/`)))
    throw new Error(`${folder} has mounts in it: unmount them (see findmnt) and try again`);
  rmSync(folder, { recursive: true, force: true });
}

/** Runs `work` while nobody else holds the lock. The kernel lets go of it when this process ends, however it ends. */
export async function withLock(name, work) {
  mkdirSync(cacheFolder(), { recursive: true });
  const holder = spawn("flock", [join(cacheFolder(), `${name}.lock`), "sh", "-c", "echo mine; cat"], {
    stdio: ["pipe", "pipe", "inherit"],
    // A signal for the terminal's group must not free the lock before we are done.
    detached: true,
  });
  await new Promise((resolve, reject) => {
    holder.once("error", reject);
    holder.once("exit", () => reject(new Error(`the lock ${name} could not be taken`)));
    holder.stdout.once("data", resolve);
  });
  try {
    return await work();
  } finally {
    holder.stdin.end();
  }
}
