import { promisify } from "node:util";
import { deflateRaw, deflateRawSync, inflateRawSync } from "node:zlib";
import { type DeviceSnapshot, type Json, type LedgerWrite, type MeterEvent, MetermanError } from "../model/index.ts";
import { decodeRuns, encodeRuns } from "./codec.ts";
import { eventShape } from "./event-shapes.ts";
import { extend, type Row, type Run, rowOf, type Span } from "./run.ts";
import { groupsShape, type PackedGroup, type PackedItem, type PackedSpan, type PackedStep } from "./shapes.ts";
import { packSnapshot, unpackSnapshot } from "./snapshots.ts";

/** First `removes` go, then `runs` come: the order matters when a gap is refined. */
export interface Step {
  readonly removes: Span[];
  readonly runs: Run[];
}

/** What one batch brings for one meter. */
export interface Group {
  readonly meter: string;
  readonly steps: Step[];
  readonly events: MeterEvent[];
  readonly snapshots: DeviceSnapshot[];
  readonly memory: Record<string, Json>;
}

/** What one flush makes durable: one line of the journal, so all of it or none. */
export interface Batch {
  readonly seq: number;
  readonly groups: Group[];
}

/** The rows of a unit, refused as a whole if a number would not survive the way through JSON. */
export function rowsOf(unit: LedgerWrite): Row[] {
  const rows = unit.readings.map(rowOf);
  const isSound = (row: Row) =>
    [row.start, row.end, row.wh, row.register, row.lifetime].every(Number.isSafeInteger) &&
    row.start >= 0 &&
    row.end >= row.start &&
    row.wh >= 0 &&
    (row.amps === undefined || Number.isFinite(row.amps));
  if (rows.every(isSound)) return rows;
  throw new MetermanError({ code: "METERMAN_INTERNAL", message: "a reading with impossible numbers was not stored" });
}

/** Whether a unit has nothing but its memory. */
export function bringsNothing({ readings, events, snapshots = [], replaces = [] }: LedgerWrite): boolean {
  return readings.length + events.length + snapshots.length + replaces.length === 0;
}

export function addStep(steps: Step[], removes: readonly Span[], rows: readonly Row[]): void {
  let step = steps.at(-1);
  if (step === undefined || removes.length > 0) {
    step = { removes: removes.map(({ start, end }) => ({ start, end })), runs: [] };
    steps.push(step);
  }
  for (const row of rows) extend(step.runs, row);
}

/** Shorter lines gain nothing from being deflated; longer ones would hold up the event loop. */
const SHORT = 500;
const LONG = 30_000;
const deflateLong = promisify(deflateRaw);

/**
 * The body of a journal line. A card writes whole pages: a line of all meters, deflated to a quarter, seldom needs two.
 */
export async function encodeBatch(segment: number, batch: Batch): Promise<string> {
  const groups = JSON.stringify(batch.groups.map(packGroup));
  if (groups.length < SHORT) return `[${segment},${batch.seq},${groups}]`;
  const deflated = groups.length < LONG ? deflateRawSync(groups) : await deflateLong(groups);
  return `[${segment},${batch.seq},"${deflated.toString("base64")}"]`;
}

function inflated(text: string): PackedGroup[] | undefined {
  try {
    return groupsShape(JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString("utf8")));
  } catch {
    return undefined;
  }
}

function packGroup(group: Group): PackedGroup {
  const steps = group.steps.map((step): PackedStep => {
    return [step.removes.map(packSpan), encodeRuns(step.runs)];
  });
  const items: PackedItem[] = [...group.events, ...group.snapshots.map((one) => ({ snapshot: packSnapshot(one) }))];
  if (Object.keys(group.memory).length > 0) return [group.meter, steps, items, group.memory];
  return items.length > 0 ? [group.meter, steps, items] : [group.meter, steps];
}

function packSpan({ start, end, until }: Span): PackedSpan {
  return until === undefined ? [start, end] : [start, end, until];
}

function unpackSpan([start, end, until]: PackedSpan): Span {
  return until === undefined ? { start, end } : { start, end, until };
}

/** @returns undefined when they are not what `encodeBatch` made */
export function decodeGroups(packed: readonly PackedGroup[] | string): Group[] | undefined {
  const groups: Group[] = [];
  const plain = typeof packed === "string" ? inflated(packed) : packed;
  if (plain === undefined) return undefined;
  for (const [meter, steps, items = [], memory = {}] of plain) {
    const group: Group = {
      meter,
      steps: [],
      events: items.flatMap((item) => eventShape(item) ?? []),
      snapshots: items.flatMap((item) => ("snapshot" in item ? (unpackSnapshot(meter, item.snapshot) ?? []) : [])),
      memory,
    };
    for (const [removes, runs] of steps) {
      const decoded = decodeRuns(runs);
      if (decoded === undefined) return undefined;
      group.steps.push({ removes: removes.map(unpackSpan), runs: decoded });
    }
    groups.push(group);
  }
  return groups;
}
