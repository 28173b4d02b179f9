import { type Consumption, type EpochSeconds, epochSeconds, wh } from "../model/index.ts";
import { DAY_S } from "./day.ts";
import { sourceOfMask } from "./flags.ts";
import { expand } from "./run.ts";
import { join, type Stretch, stretchesOf } from "./stretch.ts";
import type { Days } from "./views.ts";

/**
 * Energy from `from` to `to`, with its parts between rebases. Whole days are taken from their roll-ups; only the days at
 * the two ends, and those that are not in documents yet, are read.
 */
export async function consumptionOf(days: Days, from: EpochSeconds, to: EpochSeconds): Promise<Consumption> {
  const stretches: Stretch[] = [];
  for (const view of from < to ? await days.days(from, to) : []) {
    // A reading without duration at the very end does not count any more; a day has none at its own end.
    const isWithin = view.reach < to || (view.reach === to && (view.day + 1) * DAY_S <= to);
    const whole = view.day * DAY_S >= from && isWithin ? view.whole : undefined;
    const found = whole?.stretches ?? stretchesOf(expand(await view.runs()), from, to);
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
