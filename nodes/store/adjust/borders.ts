import { never } from "../../model/index.ts";
import type { Days } from "../views.ts";
import { coverMask } from "./mask.ts";
import type { Op } from "./shapes.ts";
import type { Trails } from "./trails.ts";

/**
 * The instants in [from, to] at which corrections of a meter's readings begin or end: how a half hour around one was
 * measured decides what is left of it.
 * @param sheet the readings that a correction of the meter brought
 */
export async function bordersOf(
  meter: string,
  trails: Trails,
  sheet: (number: number) => Days,
  from: number,
  to: number,
): Promise<number[]> {
  const found: number[] = [];
  for (const op of trails.find(meter)?.changes.flatMap(({ ops }) => ops) ?? []) {
    found.push(...(op[0] === "sheet" ? await bordersOfSheet(sheet(op[1]), from, to) : bordersOfOp(op)));
  }
  for (const target of trails.changed()) {
    for (const op of trails.find(target)?.changes.flatMap(({ ops }) => ops) ?? []) {
      if (op[0] === "merge" && op[1] === meter) found.push(op[3]);
    }
  }
  return found.filter((at) => at >= from && at <= to);
}

async function bordersOfSheet(sheet: Days, from: number, to: number): Promise<number[]> {
  return (await coverMask(sheet).spans(from, to)).flatMap(({ start, end }) => [start, end]);
}

function bordersOfOp(op: Exclude<Op, readonly ["sheet", number]>): number[] {
  switch (op[0]) {
    case "cut":
      return [op[1], op[2]];
    case "shift":
      return op[2] === null ? [op[1]] : [op[1], op[2]];
    case "merge":
      return [op[2], op[3]];
    default:
      return never(op);
  }
}
