import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { DEFAULT_SETTINGS, decide, evolveAll, memorise, newLedger, restore, toWrite } from "../../nodes/meter/index.ts";
import { epochSeconds, type MeterId, parseMeterId, type Result } from "../../nodes/model/index.ts";
import { openStore, type Store } from "../../nodes/store/index.ts";

/** The program as it is shipped. */
export const PROGRAM = join(import.meta.dirname, "..", "..", "dist", "cli", "meterman.js");
/** 2026-07-02T13:46:45Z. */
export const START = 1_783_000_005;

const folders: string[] = [];
const children = new Set<ChildProcessWithoutNullStreams>();
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "meterman-cli-"));
  folders.push(folder);
  return folder;
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}
export const HOUSE: MeterId = must(parseMeterId("0.0.1.1.2"));
export const SHED: MeterId = must(parseMeterId("0.0.1.1.3"));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Options {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

export function start(args: readonly string[], { env = {} }: Options = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: "pipe",
    env: { ...process.env, METERMAN_DATA: "", TZ: "UTC", ...env },
  });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

/** Runs the program to its end. */
export async function run(args: readonly string[], options: Options = {}): Promise<Ran> {
  const child = start(args, options);
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString("utf8");
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const code = await ended(child);
  return { code, out: out?.() ?? "", err: err?.() ?? "" };
}

export function ended(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => child.on("close", (code) => resolve(code)));
}

/** Opens a store for one piece of work. */
export async function inStore<T>(folder: string, work: (store: Store) => Promise<T>, at = START + 86_400): Promise<T> {
  const store = must(await openStore({ folder, zone: "UTC", now: () => epochSeconds(at) }));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** An account as the meter node keeps it: hears a register, writes what it means, and goes on after a restart. */
export async function hear(store: Store, meter: MeterId, registers: readonly (readonly [at: number, wh: number])[]) {
  const kept = store.memory(meter);
  let state = kept === undefined ? newLedger(meter) : must(restore(meter, kept));
  let before = kept ?? {};
  const written: Promise<void>[] = [];
  for (const [at, registerWh] of registers) {
    const fact = { kind: "register", meter, receivedAt: epochSeconds(at), registerWh } as const;
    const events = decide(state, fact, DEFAULT_SETTINGS);
    state = evolveAll(state, events);
    const memory = memorise(state);
    const write = toWrite(state, events, memory, before);
    before = memory;
    if (write !== undefined) written.push(store.append(write));
  }
  await store.flush();
  await Promise.all(written);
  return state.lifetimeWh;
}

/** Registers every `step` seconds from START on, `wh` apart. */
export function steadily(count: number, step = 60, wh = 7, from = START, registerWh = 400_000): [number, number][] {
  return Array.from({ length: count }, (_, i) => [from + i * step, registerWh + i * wh]);
}

/** All rows of a meter, page by page. */
export async function rowsOf(store: Store, meter: MeterId) {
  const [from, to] = [epochSeconds(0), epochSeconds(4_000_000_000)];
  return must(await store.readings({ meter, from, to, resolution: "raw" })).items;
}

export async function eventsOf(store: Store, meter: MeterId) {
  return must(await store.events({ meter, from: epochSeconds(0), to: epochSeconds(4_000_000_000) })).items;
}

export async function until(what: string, isSo: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
