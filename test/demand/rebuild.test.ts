import { describe, expect, it } from "vitest";
import { demandState, plainTariff, rebuildDemand } from "../../nodes/demand/index.ts";
import {
  type Archive,
  epochSeconds,
  failed,
  ok,
  type Reading,
  type ReadingRow,
  type ReadingsQuery,
  wh,
} from "../../nodes/model/index.ts";
import { at, config, HOUSE, Run, reading } from "./support.ts";

const T0 = at("2026-03-20T10:00:00Z");

/** A store in memory that answers as the real one does: raw rows, or clock-aligned buckets, in small pages. */
function archive(readings: readonly Reading[]): Archive {
  const row = (start: number, end: number, energy: number, coveredS: number): ReadingRow => ({
    start: epochSeconds(start),
    end: epochSeconds(end),
    wh: wh(energy),
    watts: (energy * 3600) / (end - start),
    registerWh: null,
    source: "interval",
    quality: [],
    coveredS,
  });
  const quarters = new Map<number, { energy: number; coveredS: number }>();
  for (const one of readings) {
    const start = Math.floor(one.start / 900) * 900;
    const { energy, coveredS } = quarters.get(start) ?? { energy: 0, coveredS: 0 };
    quarters.set(start, { energy: energy + one.wh, coveredS: coveredS + one.end - one.start });
  }
  const buckets = ({ from, to }: ReadingsQuery) =>
    [...quarters]
      .filter(([start]) => start >= from && start < to)
      .map(([start, { energy, coveredS }]) => row(start, start + 900, energy, coveredS));
  const unused = async () => failed("METERMAN_INTERNAL", "not asked");
  return {
    async readings(query) {
      const all =
        query.resolution === "raw"
          ? readings
              .filter((one) => one.end > query.from && one.start < query.to)
              .map((one) => row(one.start, one.end, one.wh, one.end - one.start))
          : buckets(query);
      const first = Number(query.cursor ?? 0);
      const items = all.slice(first, first + 100);
      return ok({ items, next: first + 100 < all.length ? String(first + 100) : null });
    },
    async consumption(_meter, from, to) {
      const energy = readings.reduce((sum, one) => sum + (one.start >= from && one.end <= to ? one.wh : 0), 0);
      return ok({ from, to, wh: wh(energy), parts: [] });
    },
    events: unused,
  };
}

describe("after a restart", () => {
  const tariff = { ...plainTariff(15, "Europe/Brussels"), highest: 3 };
  const readings: Reading[] = [];
  for (let t = T0 - 20 * 86_400; t < T0 + 300; t += 60) {
    // A hole of ten minutes on the second day, and a swinging load.
    if (t >= T0 - 19 * 86_400 && t < T0 - 19 * 86_400 + 600) continue;
    readings.push(reading(t, t + 60, 10 + ((t / 60) % 37) + (t % 7200 === 0 ? 30 : 0)));
  }
  const thisMonth = readings.filter((one) => one.start >= at("2026-03-01T00:00:00+01:00"));

  it("the store gives back the open window, the month's peaks and its limits", async () => {
    const settings = config(tariff, { limitW: 1000, followPeak: true });
    const run = new Run(settings);
    for (const one of thisMonth) run.read(one);
    const rebuilt = await rebuildDemand(archive(readings), [HOUSE], settings, epochSeconds(T0 + 300));
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const now = epochSeconds(T0 + 330);
    const expected = demandState(run.demand, settings, now);
    expect(demandState(rebuilt.value, settings, now)).toEqual(expected);
    expect(expected.limitWatts).toBeGreaterThan(1000);
  });

  it("a reading that comes once more from the meter is not counted again", async () => {
    const settings = config(tariff);
    const rebuilt = await rebuildDemand(archive(readings), [HOUSE], settings, epochSeconds(T0 + 300));
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const run = new Run(settings);
    run.demand = rebuilt.value;
    for (const one of readings.slice(-20)) run.read(one);
    expect(new Set(run.ignored)).toEqual(new Set(["duplicate"]));
  });

  it("a whole past that the store held before it was published is not counted again", async () => {
    const settings = config(tariff);
    const rebuilt = await rebuildDemand(archive(readings), [HOUSE], settings, epochSeconds(T0 + 300));
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const run = new Run(settings);
    run.demand = rebuilt.value;
    const before = demandState(run.demand, settings, epochSeconds(T0 + 330));
    let lifetimeWh = 0;
    for (const one of readings) {
      lifetimeWh += one.wh;
      run.read({ ...one, lifetimeWh: wh(lifetimeWh) });
    }
    expect(demandState(run.demand, settings, epochSeconds(T0 + 330))).toEqual(before);
    // What is new counts, though it brings no energy.
    const ignored = run.ignored.length;
    run.read({ ...reading(T0 + 300, T0 + 360, 0), lifetimeWh: wh(lifetimeWh) });
    expect(run.ignored).toHaveLength(ignored);
  });

  it("says what went wrong when the store cannot answer", async () => {
    const broken: Archive = { ...archive([]), readings: async () => failed("METERMAN_STORE_DAMAGED", "look at it") };
    const rebuilt = await rebuildDemand(broken, [HOUSE], config(tariff), epochSeconds(T0));
    expect(rebuilt).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_DAMAGED" } });
  });
});
