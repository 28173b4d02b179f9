import { readFileSync } from "node:fs";
import { join } from "node:path";
import { account, createDecoder, type Line, NO_LINES, toFact } from "../nodes/gateway/index.ts";
import { DEFAULT_NETWORK, epochSeconds } from "../nodes/model/index.ts";
import { fuzzedLine, isMessage, leaks, random } from "./decode-fuzz.ts";

/** Decoding: speed against the obvious split-based parser, and a fuzz of the promises that the room makes. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly [detail: string]: unknown;
}

const NOW = epochSeconds(1_783_000_000);

/** What one would write in an hour: no ranges, no counts, no reasons, and the radio key in plain sight. */
function naive(text: string): object[] {
  const frames: object[] = [];
  for (const line of text.split("\r\n")) {
    if (!line.startsWith("G>S:")) continue;
    const [kind, ...parts] = line.slice(4).split(";");
    if (kind === "MUP_" || kind === "MUPC") {
      const [node, , time, register] = (parts[0] ?? "").split(",");
      const entries = parts.slice(1).map((part) => part.split(",").map(Number));
      frames.push({ kind, node: Number(node), time: Number(time), register: Number(register), entries });
    } else {
      frames.push({
        kind,
        fields: (parts[0] ?? "").split(",").map((field) => (Number(field) >= 0 ? Number(field) : field)),
      });
    }
  }
  return frames;
}

/** Best of several rounds, in items per second. */
function rate(items: number, work: () => void, rounds = 7): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    work();
    best = Math.min(best, performance.now() - started);
  }
  return Math.round(items / (best / 1000));
}

function speed(): Measurement[] {
  const capture = readFileSync(join(import.meta.dirname, "..", "test", "data", "bench-run-1.uart.bin"));
  const bytes = Buffer.concat(Array.from({ length: 100 }, () => capture));
  const chunks = Array.from({ length: Math.ceil(bytes.length / 997) }, (_, at) =>
    bytes.subarray(at * 997, at * 997 + 997),
  );
  const decodeAll = (feed: readonly Uint8Array[]) => {
    const decoder = createDecoder();
    return feed.flatMap((chunk) => decoder.feed(chunk));
  };
  const lines = decodeAll(chunks);
  const frames = lines.filter((line) => line.kind === "frame").length;
  const simple = naive(bytes.toString("latin1")).length;
  const messages = Buffer.from(
    bytes
      .toString("latin1")
      .split("\r\n")
      .filter((line) => line.startsWith("G>S:MUP"))
      .join("\r\n"),
    "latin1",
  );
  const updates = decodeAll([messages]).length;
  const single = Array.from(capture, (byte) => Uint8Array.of(byte));
  const once = decodeAll([capture]).filter((line) => line.kind === "frame").length;
  return [
    { name: "decode", value: rate(frames, () => decodeAll(chunks)), unit: "frames/s", lines: lines.length, frames },
    { name: "decode meter updates alone", value: rate(updates, () => decodeAll([messages])), unit: "frames/s" },
    { name: "decode byte by byte", value: rate(once, () => decodeAll(single)), unit: "frames/s", frames: once },
    {
      name: "naive split parser",
      value: rate(simple, () => naive(bytes.toString("latin1"))),
      unit: "frames/s",
      frames: simple,
    },
    {
      name: "naive split parser, meter updates alone",
      value: rate(updates, () => naive(messages.toString("latin1"))),
      unit: "frames/s",
    },
  ];
}

function requireThat(holds: boolean, what: string, seed: number, at: number): void {
  if (!holds) throw new Error(`${what} (seed ${seed}, line ${at})`);
}

/** Throws at the first broken promise, naming the seed that repeats it. */
export function fuzz(count: number, seed: number): Measurement {
  const next = random(seed);
  const decoder = createDecoder();
  let accounts = NO_LINES;
  let newlines = 0;
  let accepted = 0;
  const started = performance.now();
  for (let at = 0; at < count; at += 1) {
    const text = fuzzedLine(next);
    const decoded = decoder.feed(Buffer.from(`${text}${next() < 0.9 ? "\r\n" : "\n"}`, "latin1"));
    newlines += 1;
    requireThat(decoded.length === 1, "one line in, one line out", seed, at);
    for (const line of decoded) {
      accounts = account(accounts, line);
      if (line.kind === "frame" || line.kind === "continuation") {
        accepted += 1;
        requireThat(
          isMessage(text, line.kind === "continuation"),
          "accepted what the protocol does not allow",
          seed,
          at,
        );
      }
      requireThat(!leaks(shown(line)), "the radio key leaked", seed, at);
    }
    if (at % 250_000 === 249_999) process.stderr.write(`fuzz: ${at + 1} lines\n`);
  }
  const kinds = Object.values(accounts.kinds).reduce((sum, amount) => sum + amount, 0);
  const rejections = Object.values(accounts.rejections).reduce((sum, amount) => sum + amount, 0);
  requireThat(
    kinds === accounts.lines && accounts.lines === newlines,
    "counts add up to the lines received",
    seed,
    count,
  );
  requireThat(rejections === accounts.kinds.rejected, "reasons add up to the rejections", seed, count);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return {
    name: "fuzz",
    value: count,
    unit: "lines",
    seed,
    seconds,
    accepted,
    kinds: accounts.kinds,
    reasons: accounts.rejections,
  };
}

/** Everything that could leave the room for this line. */
function shown(line: Line): string {
  const fact = line.kind === "frame" || line.kind === "continuation" ? toFact(line.frame, DEFAULT_NETWORK, NOW) : null;
  return JSON.stringify([line, fact]);
}

/** @returns the measurements; `--quick` fuzzes less, for a look */
export function run(options: { readonly quick?: boolean } = {}): Measurement[] {
  return [...speed(), fuzz(options.quick === true ? 100_000 : 1_000_000, 20_260)];
}

if (import.meta.main) {
  for (const measurement of run({ quick: process.argv.includes("--quick") })) console.log(JSON.stringify(measurement));
}
