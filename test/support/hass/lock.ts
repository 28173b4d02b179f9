import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs `work` while no other process holds the lock of this file; the kernel frees it when this process ends, however it ends. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn("flock", [file, "sh", "-c", "echo mine; cat"], { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    holder.once("error", reject);
    holder.once("exit", () => reject(new Error(`the lock ${file} could not be taken`)));
    holder.stdout.once("data", () => resolve());
  });
  try {
    return await work();
  } finally {
    holder.stdin.end();
  }
}

/** A start wants more than a core for seconds: several at once would all take minutes. The limit of a start counts from its turn on. */
export const oneStartAtATime = <T>(work: () => Promise<T>) =>
  withLock(join(tmpdir(), "meterman-hass-start.lock"), work);
