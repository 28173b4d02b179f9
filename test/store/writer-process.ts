import { appendFileSync } from "node:fs";
import { epochSeconds, type MeterId, parseMeterId, type Reading } from "../../nodes/model/index.ts";
import { openStore } from "../../nodes/store/index.ts";

/**
 * A process that does nothing but write, until it is killed: two meters, 15 s readings on a clock that runs a thousand
 * times too fast, late readings and refined gaps in between. What was acknowledged goes to the second argument's file.
 */
const [, , folder = "", acknowledged = ""] = process.argv;
const meters = ["0.0.1.1.2", "0.0.1.1.3"].map((text) => {
  const id = parseMeterId(text);
  if (!id.ok) throw new Error(text);
  return id.value;
});

interface Account {
  readonly at: number;
  readonly register: number;
  readonly gap: readonly [number, number, number] | null;
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

let clock = 1_780_000_000;
const opened = await openStore({ folder, zone: "Europe/Oslo", now: () => epochSeconds(clock), journalLimit: 60_000 });
if (!opened.ok) throw new Error(opened.error.message);
const store = opened.value;
const accounts = new Map<MeterId, Account>();
for (const meter of meters) {
  const [at = clock, register = 0, ...gap] = numbers(store.memory(meter)?.now);
  const [start, end, energy] = gap;
  const known =
    start === undefined || end === undefined || energy === undefined ? null : ([start, end, energy] as const);
  accounts.set(meter, { at, register, gap: known });
  clock = Math.max(clock, at);
}

function make(meter: MeterId, start: number, end: number, energy: number, register: number, gap = false): Reading {
  return {
    meter,
    start: epochSeconds(start),
    end: epochSeconds(end),
    wh: energy,
    watts: 0,
    registerWh: register,
    lifetimeWh: register,
    source: gap ? "register-gap" : "interval",
    quality: [],
  } as unknown as Reading;
}

setInterval(() => void store.flush(), 3);
for (let round = 0; ; round += 1) {
  for (const meter of meters) {
    const account = accounts.get(meter);
    if (account === undefined) continue;
    let { at, register, gap } = account;
    const readings: Reading[] = [];
    const replaces = [];
    for (let i = 0; i < 20; i += 1) {
      register += i % 5;
      readings.push(make(meter, at, at + 15, i % 5, register));
      at += 15;
    }
    if (gap !== null && round % 3 === 0) {
      const [start, end, energy] = gap;
      const middle = Math.floor((start + end) / 2);
      replaces.push({ start: epochSeconds(start), end: epochSeconds(end) });
      const after = Math.floor(energy / 2);
      readings.push(make(meter, start, middle, energy - after, register));
      readings.push(make(meter, middle, end, after, register, true));
      gap = null;
    } else if (gap === null && round % 7 === 0) {
      register += 100;
      readings.push(make(meter, at, at + 5000, 100, register, true));
      gap = [at, at + 5000, 100];
      at += 5000;
    }
    clock = Math.max(clock, at);
    accounts.set(meter, { at, register, gap });
    const now = gap === null ? [at, register] : [at, register, ...gap];
    const total = register;
    const snapshots = [{ device: meter, at: epochSeconds(at), registerWh: total }];
    store.append({ meter, readings, replaces, events: [], snapshots, memory: { now } }).then(() => {
      appendFileSync(acknowledged, `${meter} ${total}\n`);
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
