import { type Consumption, type EpochSeconds, epochSeconds, wh } from "../model/index.ts";
import { DAY_S } from "./day.ts";
import { sourceOfMask } from "./flags.ts";
import { expand } from "./run.ts";
import { join, type Stretch, stretchesOf } from "./stretch.ts";
import type { Views } from "./views.ts";

/**
 * Energy from `from` to `to`, with its parts between rebases. Whole days are taken from their roll-ups; only the days at
 * the two ends, and those that are not in documents yet, are read.
 */
export async function consumptionOf(views: Views, from: EpochSeconds, to: EpochSeconds): Promise<Consumption> {
  const stretches: Stretch[] = [];
  for (const view of from < to ? await views.days(from, to) : []) {
    const { roll } = view;
    const isWhole = view.layers.length === 0 && view.day * DAY_S >= from && view.reach <= to;
    const found =
      roll !== undefined && isWhole ? roll.stretches : stretchesOf(expand(await views.runs(view)), from, to);
    for (const stretch of found) join(stretches, stretch);
  }
  const parts = stretches.map((stretch) => ({
    start: epochSeconds(stretch.start),
    end: epochSeconds(stretch.end),
    wh: wh(stretch.wh),
    source: sourceOfMask(stretch.sources),
  }));
  return { from, to, wh: wh(parts.reduce((sum, part) => sum + part.wh, 0)), parts };
}
