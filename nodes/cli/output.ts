import { once } from "node:events";

export const GOOD = 0;
/** Something was found, or refused. */
export const FINDINGS = 1;
export const BAD_USAGE = 2;
/** Ended by Ctrl-C, as shells count it. */
export const STOPPED = 130;

/** Words for people. They go to stderr: stdout has nothing but what was asked for. */
export function say(text: string): void {
  process.stderr.write(`meterman: ${text}\n`);
}

/** Who reads what we write may have enough of it, like `head`: that is no fault, and nothing is left to do. */
export function guardPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      process.exit(error.code === "EPIPE" ? GOOD : FINDINGS);
    });
  }
}

/** Writes to stdout no faster than it is read. */
export async function print(text: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}
