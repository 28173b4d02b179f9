import { describe, expect, it } from "vitest";
import { demandState, plainTariff, rebuildDemand, reportOf } from "../../nodes/demand/index.ts";
import { type Archive, epochSeconds, failed, type Reading, wh } from "../../nodes/model/index.ts";
import { archive, past } from "./archive.ts";
import { at, config, Run, reading } from "./support.ts";

const T0 = at("2026-03-20T10:00:00Z");

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
    const rebuilt = await rebuildDemand(past(archive(readings), settings, epochSeconds(T0 + 300)));
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const now = epochSeconds(T0 + 330);
    const expected = demandState(run.demand, settings, now);
    expect(demandState(rebuilt.value, settings, now)).toEqual(expected);
    expect(expected.limitWatts).toBeGreaterThan(1000);
  });

  it("the store gives back windows that are finer than its quarters", async () => {
    for (const [minutes, step] of [
      [12, 12],
      [20, 5],
    ] as const) {
      const settings = config({ ...plainTariff(minutes, "Asia/Kathmandu", step), highest: 2 });
      const run = new Run(settings);
      for (const one of readings) if (one.start >= at("2026-03-01T00:00:00+05:45")) run.read(one);
      const rebuilt = await rebuildDemand(past(archive(readings), settings, epochSeconds(T0 + 300)));
      if (!rebuilt.ok) throw new Error(rebuilt.error.message);
      const now = epochSeconds(T0 + 330);
      expect(demandState(rebuilt.value, settings, now)).toEqual(demandState(run.demand, settings, now));
      expect(reportOf(rebuilt.value, settings, now)).toEqual(reportOf(run.demand, settings, now));
    }
  });

  it("the store wins where it has data; months and days before its first reading come from the ledger", async () => {
    const settings = config({ ...tariff, averageMonths: 2 }, { limitW: 1000, followPeak: true });
    const before = new Run(settings);
    const peak = (iso: string, energy: number) => before.read(reading(at(iso), at(iso) + 900, energy));
    peak("2026-01-10T12:00:00Z", 1500);
    peak("2026-02-10T12:00:00Z", 1000);
    peak("2026-03-01T12:00:00Z", 800);
    // Something that was taken out of the store since.
    peak("2026-03-10T12:00:00Z", 9000);
    before.read(reading(T0 - 900, T0, 1));
    const since = at("2026-03-05T00:00:00Z");
    const young = readings.filter((one) => one.start >= since);
    const now = epochSeconds(T0 + 300);
    const rebuilt = await rebuildDemand(past(archive(young), settings, now), before.demand);
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const { months } = reportOf(rebuilt.value, settings, now);
    expect(months.map(({ period }) => period)).toEqual(["2026-03", "2026-02", "2026-01"]);
    expect(months[0]?.candidates[0]).toEqual({ start: at("2026-03-01T12:00:00Z"), watts: 3200 });
    expect(months[0]?.candidates[1]?.watts).toBeLessThan(3200);
    expect(months[1]).toMatchObject({ figureWatts: 4000, energyWh: 1000 });
    expect(months[0]?.energyWh).toBe(young.reduce((sum, one) => sum + one.wh, 0));
  });

  it("a month that ended while nothing ran is told as final afterwards", async () => {
    const settings = config(tariff);
    const before = new Run(settings);
    const february = at("2026-02-10T12:00:00Z");
    before.read(reading(february, february + 900, 1000));
    expect(before.peaks).toMatchObject([{ period: "2026-02", final: false }]);
    const now = epochSeconds(T0 + 300);
    const rebuilt = await rebuildDemand(past(archive(readings), settings, now), before.demand);
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const run = new Run(settings);
    run.demand = rebuilt.value;
    run.read(reading(T0 + 300, T0 + 1800, 300));
    const told = run.peaks.filter(({ period }) => period === "2026-02");
    expect(told).toMatchObject([{ final: true, figureWatts: 4000, energyWh: 1000 }]);
  });

  it("the ledger stays when the store knows nothing of a meter that it knows", async () => {
    const settings = config(tariff);
    const run = new Run(settings);
    run.read(reading(T0, T0 + 300, 123));
    const now = epochSeconds(T0 + 300);
    const rebuilt = await rebuildDemand(past(archive([]), settings, now), run.demand);
    expect(rebuilt).toEqual({ ok: true, value: run.demand });
    // Or no more of it: what the meter says since is not stored.
    const former = archive(readings.filter((one) => one.end < T0 - 86_400));
    const stopped = await rebuildDemand(past(former, settings, now), run.demand);
    expect(stopped).toEqual({ ok: true, value: run.demand });
  });

  it("a reading that comes once more from the meter is not counted again", async () => {
    const settings = config(tariff);
    const rebuilt = await rebuildDemand(past(archive(readings), settings, epochSeconds(T0 + 300)));
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const run = new Run(settings);
    run.demand = rebuilt.value;
    for (const one of readings.slice(-20)) run.read(one);
    expect(new Set(run.ignored)).toEqual(new Set(["duplicate"]));
  });

  it("a whole past that the store held before it was published is not counted again", async () => {
    const settings = config(tariff);
    const rebuilt = await rebuildDemand(past(archive(readings), settings, epochSeconds(T0 + 300)));
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
    const rebuilt = await rebuildDemand(past(broken, config(tariff), epochSeconds(T0)));
    expect(rebuilt).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_DAMAGED" } });
  });
});
