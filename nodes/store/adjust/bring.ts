import { type AdjustmentPreview, failed, ok, type Result, type UploadRow } from "../../model/index.ts";
import { flagsOf } from "../flags.ts";
import { energyBefore, type Row } from "../run.ts";
import type { Days } from "../views.ts";
import { registerBefore, Walk } from "./registers.ts";

/** More rows than in seven years of a reading every two minutes; some hundred megabytes while they are looked at. */
export const MAX_ROWS = 2_000_000;
/** The longest reading: a year. */
const LONGEST_S = 31_622_400;
/** 2000-01-01: no meter of this kind was read before. */
export const EARLIEST_S = 946_684_800;
const MOST_WH = 1e13;
/** So many refused rows are told of. */
const TOLD = 100;

type LeftOut = AdjustmentPreview["leftOut"];

export interface Brought {
  readonly rows: readonly Row[];
  readonly leftOut: LeftOut;
}

class Refused {
  readonly told: { row: number; why: string }[] = [];

  add(row: number, why: string): void {
    if (this.told.length < TOLD) this.told.push({ row: row + 1, why });
  }
}

/** Why a row can never count, whatever is there. */
function faultOf({ start, end, wh, registerWh, amps }: UploadRow, now: number): string | undefined {
  if (![start, end, wh, registerWh ?? 0].every(Number.isSafeInteger)) return "its numbers must be whole";
  if (start < EARLIEST_S) return "it begins before 2000";
  if (end < start) return "it ends before it begins";
  if (end > now) return "it ends in the future";
  if (end - start > LONGEST_S) return "it is longer than a year";
  if (wh < 0) return "its energy is below 0";
  if (wh > MOST_WH || (registerWh ?? 0) > MOST_WH) return "its numbers are too large for a meter";
  if (registerWh !== undefined && registerWh < wh) return "its register is lower than its energy";
  if (amps !== undefined && !(Number.isFinite(amps) && amps >= 0)) return "its amperes must be a number, not below 0";
  return undefined;
}

/**
 * Rows that somebody brings, as readings: sorted, none over another, with the register going on where none is given.
 * A row that cannot count is left out and the others count; rows are numbered from 1.
 * @param days what is there
 * @param fill rows that meet a reading are left out
 * @returns METERMAN_TOO_LARGE for more rows than are taken at once
 */
export async function bring(
  days: Days,
  given: readonly UploadRow[],
  now: number,
  fill: boolean,
): Promise<Result<Brought>> {
  if (given.length > MAX_ROWS) {
    return failed("METERMAN_TOO_LARGE", `at most ${MAX_ROWS} rows at once: bring them in several parts`, "rows");
  }
  const refused = new Refused();
  const order: number[] = [];
  for (const [i, row] of given.entries()) {
    const fault = faultOf(row, now);
    if (fault === undefined) order.push(i);
    else refused.add(i, fault);
  }
  const at = (i: number) => given[i];
  order.sort((a, b) => (at(a)?.start ?? 0) - (at(b)?.start ?? 0) || (at(a)?.end ?? 0) - (at(b)?.end ?? 0) || a - b);
  const rows: Row[] = [];
  const [first] = order;
  const from = first === undefined ? 0 : (at(first)?.start ?? 0);
  const latest = order.reduce((end, i) => Math.max(end, at(i)?.end ?? 0), from);
  const walk = new Walk(days, from, latest + 1);
  let before: { row: Row; number: number } | undefined;
  for (const i of order) {
    const row = at(i);
    if (row === undefined) continue;
    if (before !== undefined && isOver(before.row, row)) {
      refused.add(i, `it lies over row ${before.number + 1}`);
      continue;
    }
    if (fill && (await meets(walk, row))) {
      refused.add(i, "a reading is there already");
      continue;
    }
    const register = row.registerWh ?? (await registerAt(walk, days, before?.row, row.start)) + row.wh;
    rows.push(rowOf(row, register));
    before = { row: rows.at(-1) ?? before?.row ?? rowOf(row, register), number: i };
  }
  return ok({ rows, leftOut: refused.told });
}

function isOver(before: Row, row: UploadRow): boolean {
  return row.start < before.end || (row.start === before.start && row.end === before.end);
}

async function meets(walk: Walk, { start, end }: UploadRow): Promise<boolean> {
  const next = await walk.pass(start);
  if (walk.reach > start) return true;
  return next !== undefined && (next.start < end || next.start === start);
}

/** How the register stands where a row begins. */
async function registerAt(walk: Walk, days: Days, before: Row | undefined, start: number): Promise<number> {
  if (before === undefined) return (await registerBefore(days, start)) ?? 0;
  if (before.end === start) return before.register;
  await walk.pass(start);
  const { last } = walk;
  if (last === undefined || last.end <= before.end) return before.register;
  return last.register - last.wh + energyBefore(last, start);
}

function rowOf(row: UploadRow, register: number): Row {
  return {
    start: row.start,
    end: row.end,
    wh: row.wh,
    register,
    lifetime: register,
    amps: row.amps,
    flags: flagsOf(row.source ?? "interval", row.quality ?? []),
  };
}
