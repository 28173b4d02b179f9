import { never } from "../../model/index.ts";
import type { Days } from "../views.ts";
import { BothDays } from "./both-days.ts";
import { Jump } from "./jump.ts";
import { coverMask, spanMask } from "./mask.ts";
import type { Op } from "./shapes.ts";
import { GONE, shiftedBy } from "./shift.ts";
import { SpanDays } from "./span-days.ts";

const FOR_EVER = Number.POSITIVE_INFINITY;

/** Where the readings come from that corrections bring. */
export interface Supply {
  sheet(number: number): Days;
  /** Another meter's readings, with its own corrections. */
  meter(source: string): Days;
}

/** A shift of registers and where it ends; Infinity: not yet. */
export interface Shift {
  readonly by: number;
  end(): Promise<number>;
}

export interface Laid {
  readonly days: Days;
  readonly shifts: readonly Shift[];
}

/** Lays corrections over readings, in their order. */
export function laidOver(measured: Days, ops: readonly Op[], supply: Supply): Laid {
  const shifts: Shift[] = [];
  let days = measured;
  for (const op of ops) {
    switch (op[0]) {
      case "cut":
        days = without(days, op[1], op[2]);
        break;
      case "sheet": {
        const sheet = supply.sheet(op[1]);
        days = new BothDays(new SpanDays(days, coverMask(sheet), GONE), sheet);
        break;
      }
      case "shift": {
        const [, from, to, by] = op;
        const jump = new Jump(days, from);
        const end = async (before: number) => to ?? (await jump.find(before)) ?? FOR_EVER;
        shifts.push({ by, end: () => end(FOR_EVER) });
        days = new SpanDays(days, spanMask(from, end), shiftedBy(by));
        break;
      }
      case "merge": {
        const [, source, from, until] = op;
        days = new BothDays(without(days, from, until), without(supply.meter(source), until, FOR_EVER));
        break;
      }
      default:
        never(op);
    }
  }
  return { days, shifts };
}

function without(days: Days, from: number, to: number): Days {
  return new SpanDays(
    days,
    spanMask(from, async () => to),
    GONE,
  );
}
