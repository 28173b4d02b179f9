import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adoptCorrected,
  type DemandConfig,
  type DemandEvent,
  demandState,
  plainTariff,
  replayCorrected,
  reportOf,
} from "../../nodes/demand/index.ts";
import { epochSeconds, type Reading } from "../../nodes/model/index.ts";
import { archive, past } from "./archive.ts";
import { at, config, Run, reading } from "./support.ts";

const T0 = at("2026-03-20T10:00:00Z");
const NOW = epochSeconds(T0 + 330);
const DAYS = 3;
const readings: Reading[] = [];
for (let t = T0 - DAYS * 86_400; t < T0 + 300; t += 60) {
  readings.push(reading(t, t + 60, 10 + ((t / 60) % 37) + (t % 7200 === 0 ? 30 : 0)));
}

function counted(of: readonly Reading[], settings: DemandConfig): Run {
  const run = new Run(settings);
  for (const one of of) run.read(one);
  // Power that was heard just now belongs to no correction.
  return run.power(777, T0 + 320);
}

/** Puts `corrected` in place of what the run has counted. @returns what is told */
async function correct(
  run: Run,
  corrected: readonly Reading[],
  from: number,
  heard: readonly Reading[] = [],
): Promise<readonly DemandEvent[]> {
  const replayed = await replayCorrected(past(archive(corrected), run.config, NOW), run.demand, epochSeconds(from));
  if (!replayed.ok) throw new Error(replayed.error.message);
  const next = adoptCorrected(run.demand, replayed.value, heard, run.config, NOW);
  run.demand = next.demand;
  return next.events;
}

const seen = (run: Run) => ({
  report: reportOf(run.demand, run.config, NOW),
  state: demandState(run.demand, run.config, NOW),
});
const windows = (events: readonly DemandEvent[]) =>
  events.flatMap((event) => (event.kind === "window" ? [event.window] : []));
const peaks = (events: readonly DemandEvent[]) =>
  events.flatMap((event) => (event.kind === "peak" ? [event.peak] : []));

describe("a correction of the store", () => {
  const settings = config({ ...plainTariff(15, "Europe/Brussels"), highest: 3 }, { limitW: 1000, followPeak: true });

  it("makes demand what it would be had the energy been read so, and its undoing makes it as before", async () => {
    const quarter = fc.integer({ min: 0, max: DAYS * 96 });
    const property = fc.asyncProperty(
      quarter,
      fc.integer({ min: 1, max: 60 }),
      fc.nat(80),
      async (first, length, wh) => {
        const from = T0 - DAYS * 86_400 + first * 900;
        // The last reading tells power, too: what was heard of that stays.
        const isIn = (one: Reading) => one.start >= from && one.start < Math.min(from + length * 900, T0);
        const others = readings.map((one) => (isIn(one) ? reading(one.start, one.end, wh) : one));
        const run = counted(readings, settings);
        const before = seen(run);
        await correct(run, others, from);
        expect(seen(run)).toEqual(seen(counted(others, settings)));
        await correct(run, readings, from);
        expect(seen(run)).toEqual(before);
      },
    );
    await fc.assert(property, { numRuns: 12 });
  });

  it("is told by the windows that it changes and the peaks of their month, and by no others", async () => {
    const run = counted(readings, settings);
    const [top] = reportOf(run.demand, settings, NOW).months[0]?.candidates ?? [];
    if (top === undefined) throw new Error("no peak");
    const gone = readings.filter(({ start }) => start < top.start || start >= top.start + 900);
    const events = await correct(run, gone, top.start);
    expect(windows(events)).toMatchObject([{ start: top.start, wh: 0, candidate: false, resettled: true }]);
    expect(peaks(events)).toHaveLength(1);
    expect(peaks(events)[0]?.candidates.map(({ start }) => start)).not.toContain(top.start);
    const undone = await correct(run, readings, top.start);
    expect(windows(undone)).toMatchObject([{ start: top.start, candidate: true, resettled: true }]);
    expect(peaks(undone)[0]?.candidates[0]).toEqual(top);
    expect(await correct(run, readings, top.start)).toEqual([]);
  });

  it("counts what came while the past was read, once", async () => {
    const run = counted(readings, settings);
    const next = reading(T0 + 300, T0 + 315, 44);
    const last = readings.at(-1);
    if (last === undefined) throw new Error("no reading");
    run.read(next, NOW);
    const { state } = seen(run);
    await correct(run, readings, T0 - 86_400, [last, next]);
    expect(seen(run).state).toEqual(state);
    await correct(run, [...readings, next], T0 - 86_400, [last, next]);
    expect(seen(run).state).toEqual(state);
  });

  it("keeps power that was heard, and the months before it", async () => {
    const long = { ...settings, tariff: { ...settings.tariff, averageMonths: 1 } };
    const january = reading(at("2026-01-10T12:00:00Z"), at("2026-01-10T12:15:00Z"), 2500);
    const run = counted([january, ...readings], long);
    const before = reportOf(run.demand, long, NOW).months;
    const events = await correct(run, readings.slice(60), T0 - DAYS * 86_400);
    const { months, powerWatts } = reportOf(run.demand, long, NOW);
    expect(powerWatts).toBe(777);
    expect(months.find(({ period }) => period === "2026-01")).toEqual(
      before.find(({ period }) => period === "2026-01"),
    );
    expect(peaks(events).every(({ period }) => period === "2026-03")).toBe(true);
  });

  it("reaches back to months that are over", async () => {
    const noon = at("2026-01-10T12:00:00Z");
    const january = reading(noon, noon + 900, 2500);
    const run = counted([january, ...readings], settings);
    const less = reading(noon, noon + 900, 1000);
    const events = await correct(run, [less, ...readings], noon);
    expect(peaks(events)).toMatchObject([{ period: "2026-01", figureWatts: 4000, energyWh: 1000, final: true }]);
    expect(seen(run).report.months.find(({ period }) => period === "2026-01")).toMatchObject({ figureWatts: 4000 });
  });

  it("leaves what only the ledger knows of the time before the store", async () => {
    const early = reading(T0 - 5 * 86_400, T0 - 5 * 86_400 + 900, 3000);
    const run = counted([early, ...readings], settings);
    await correct(run, readings, T0 - 86_400);
    expect(seen(run).report.months[0]?.candidates[0]).toEqual({ start: early.start, watts: 12_000 });
  });
});
