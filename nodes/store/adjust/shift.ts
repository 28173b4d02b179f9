import { type Roll, registersOf } from "../roll.ts";
import { expand, type Row, type Run } from "../run.ts";
import type { DayView } from "../views.ts";
import { runsOf } from "./rows.ts";
import type { Inside } from "./span-days.ts";

/** Nothing is left within the span. */
export const GONE: Inside = { row: () => undefined, view: () => undefined, stays: false };

/** Adds to registers; a reading whose register would fall below zero stays as it is. */
export function shiftedBy(by: number): Inside {
  return {
    stays: true,
    row: (row) => shiftRow(row, by),
    view: (view): DayView => ({
      day: view.day,
      reach: view.reach,
      isOpen: view.isOpen,
      whole: view.whole === undefined ? undefined : shiftRoll(view.whole, by),
      runs: async () => shiftRuns(await view.runs(), by),
    }),
  };
}

function shiftRow(row: Row, by: number): Row {
  return row.register - row.wh + by < 0 ? row : { ...row, register: row.register + by };
}

function shiftRuns(runs: readonly Run[], by: number): readonly Run[] {
  if (runs.every(({ register0 }) => register0 + by >= 0)) {
    return runs.map((run) => ({ ...run, register0: run.register0 + by }));
  }
  return runsOf(expand(runs).map((row) => shiftRow(row, by)));
}

/** @returns undefined when some reading of the day stays as it is */
function shiftRoll(roll: Roll, by: number): Roll | undefined {
  if (roll.stretches.some(({ register0 }) => register0 + by < 0)) return undefined;
  const registers =
    typeof roll.registers === "number"
      ? roll.registers + by
      : registersOf(roll).map((register) => (register === null ? null : register + by));
  return {
    ...roll,
    registers,
    carries: roll.carries.map((row) => ({ ...row, register: row.register + by })),
    stretches: roll.stretches.map((stretch) => ({
      ...stretch,
      register0: stretch.register0 + by,
      register1: stretch.register1 + by,
    })),
  };
}
