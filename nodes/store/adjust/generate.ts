import { type AdjustmentRequest, failed, ok, type Result } from "../../model/index.ts";
import { Buckets } from "../bucket.ts";
import { DAY_S } from "../day.ts";
import { breathe } from "../files.ts";
import { flagsOf } from "../flags.ts";
import { expand, type Row } from "../run.ts";
import type { Days } from "../views.ts";
import { ZoneClock } from "../zone-clock.ts";
import { MAX_ROWS } from "./bring.ts";
import { registerBefore } from "./registers.ts";

export const STEP_S = 900;
/** So many steps are summed up at once. */
const WINDOW = 1500;

type Generate = Extract<AdjustmentRequest, { kind: "generate" }>;

/**
 * Readings of the energy asked for, step by step: evenly, or in proportion to the same steps some days before. Whole Wh
 * that add up exactly.
 * @param days what is there
 * @param zone local time: the same hours of the day are meant
 * @returns METERMAN_ADJUSTMENT_REFUSED when the days before have no energy to go by
 */
export async function generate(days: Days, request: Generate, zone: string): Promise<Result<readonly Row[]>> {
  const { from, to, wh, stepS = STEP_S, likeDays = 0 } = request;
  if (!Number.isSafeInteger(stepS) || stepS < 1 || stepS > DAY_S) {
    return failed("METERMAN_BAD_QUERY", `stepS must be a whole number of seconds from 1 to ${DAY_S}`, "stepS");
  }
  if (!Number.isSafeInteger(likeDays) || likeDays < 0 || likeDays * DAY_S > from) {
    return failed("METERMAN_BAD_QUERY", "likeDays must be a whole number of days before the span", "likeDays");
  }
  if ((to - from) / stepS > MAX_ROWS) {
    return failed(
      "METERMAN_TOO_LARGE",
      `at most ${MAX_ROWS} steps at once: take longer steps or a shorter span`,
      "stepS",
    );
  }
  const edges: number[] = [];
  for (let at: number = from; at < to; at += stepS) edges.push(at);
  edges.push(to);
  const shares = likeDays === 0 ? edges.map((edge) => edge - from) : await shape(days, edges, likeDays, zone);
  const total = shares.at(-1) ?? 0;
  if (total === 0) {
    const what = `there is no energy ${likeDays} days before to go by: choose other days, or spread it evenly`;
    return failed("METERMAN_ADJUSTMENT_REFUSED", what, "likeDays");
  }
  const rows: Row[] = [];
  let register = (await registerBefore(days, from)) ?? 0;
  let before = 0;
  for (let i = 1; i < edges.length; i += 1) {
    if (i % 10_000 === 0) await breathe();
    const until = Math.round(wh * ((shares[i] ?? 0) / total));
    register += until - before;
    const [start, end] = [edges[i - 1] ?? 0, edges[i] ?? 0];
    rows.push({
      start,
      end,
      wh: until - before,
      register,
      lifetime: register,
      amps: undefined,
      flags: flagsOf("synthetic", []),
    });
    before = until;
  }
  return ok(rows);
}

/** Energy up to each edge, of the span so many local days before. */
async function shape(days: Days, edges: readonly number[], likeDays: number, zone: string): Promise<number[]> {
  const clock = ZoneClock.of(zone);
  const from = edges[0] ?? 0;
  // The offset may have changed since: noon then is noon now.
  const back = likeDays * DAY_S + clock.offset(from - likeDays * DAY_S) - clock.offset(from);
  const sums = [0];
  let sum = 0;
  for (let i = 0; i < edges.length - 1; i += WINDOW) {
    const buckets = new Buckets(edges.slice(i, i + WINDOW + 1).map((edge) => edge - back));
    for (const view of await days.days(buckets.from, buckets.to)) {
      if (view.whole !== undefined && buckets.fitsHalfHours(view.day)) buckets.addRoll(view.whole);
      else buckets.addRows(expand(await view.runs()));
      await breathe();
    }
    const found = new Map(buckets.rows().map(({ start, wh }) => [Number(start), Number(wh)]));
    for (const start of buckets.edges.slice(0, -1)) {
      sum += found.get(start) ?? 0;
      sums.push(sum);
    }
  }
  return sums;
}
