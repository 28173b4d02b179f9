import Ajv from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEMAND_LEDGER_SCHEMA,
  type Demand,
  type DemandConfig,
  type DemandLedger,
  demandFromLedger,
  demandLedgerOf,
  demandState,
  noDemand,
  plainTariff,
  reportOf,
  TARIFFS,
  type Tariff,
} from "../../nodes/demand/index.ts";
import { epochSeconds, type Reading, wh } from "../../nodes/model/index.ts";
import { at, config, HOUSE, Run, reading } from "./support.ts";

const T0 = at("2026-03-30T20:00:00Z");
const fits = new Ajv({ allErrors: false, allowUnionTypes: true, strictTypes: false }).compile(DEMAND_LEDGER_SCHEMA);

/** Off and on again: what is on disk is read back by another process. */
function restarted(demand: Demand, settings: DemandConfig, now: number, next: DemandConfig = settings): Demand {
  const ledger: DemandLedger = JSON.parse(JSON.stringify(demandLedgerOf(demand, settings)));
  if (!fits(ledger)) throw new Error(JSON.stringify(fits.errors));
  return demandFromLedger(ledger, next, epochSeconds(now));
}

/** A house draws less than 100 kW: more is not taken for energy that went by. */
const MOST_WH_PER_S = 25;

/** Readings without a break, with the totals of a meter. */
function streamOf(entries: readonly { length: number; energy: number }[], totals: "both" | "register" | "none") {
  let t = T0 + 7;
  let total = 50_000;
  return entries.map((entry): Reading => {
    const { length } = entry;
    const energy = Math.min(entry.energy, length * MOST_WH_PER_S);
    t += length;
    total += energy;
    const one = reading(t - length, t, energy);
    return {
      ...one,
      registerWh: wh(totals === "none" ? 0 : total % 60_000),
      lifetimeWh: wh(totals === "both" ? total : 0),
    };
  });
}

const entries = fc.array(fc.record({ length: fc.integer({ min: 5, max: 400 }), energy: fc.nat(400) }), {
  minLength: 60,
  maxLength: 200,
});
const stops = fc.array(fc.record({ index: fc.nat(190), lost: fc.nat(6) }), { minLength: 1, maxLength: 4 });
const tariffs: Tariff[] = [
  TARIFFS.belgium,
  TARIFFS.norway,
  plainTariff(15, "Europe/Brussels", 1),
  plainTariff(60, "Asia/Kathmandu", 5),
  plainTariff(5, "UTC"),
];

/** Plays a stream; at each stop the state is saved, the next readings are lost, and another process goes on. */
function play(settings: DemandConfig, stream: readonly Reading[], at: readonly { index: number; lost: number }[]) {
  const run = new Run(settings);
  const lost = new Set<number>();
  stream.forEach((one, i) => {
    const stop = at.find(({ index }) => index === i);
    if (stop !== undefined && i > 0) {
      run.demand = restarted(run.demand, settings, one.start);
      for (let k = 0; k < stop.lost; k += 1) lost.add(i + k);
    }
    if (!lost.has(i)) run.read(one, one.end).power(one.watts, one.end);
  });
  const end = stream.at(-1)?.end ?? T0;
  run.tick(end + 86_400);
  return { run, lost, windows: new Map(run.windows.map((window) => [window.start as number, window])) };
}

const sum = (windows: ReadonlyMap<number, { readonly wh: number }>) =>
  [...windows.values()].reduce((total, window) => total + window.wh, 0);

describe("a restart without a store", () => {
  it("changes nothing at all when no reading was lost on the way", () => {
    fc.assert(
      fc.property(fc.constantFrom(...tariffs), entries, stops, (tariff, list, at) => {
        const settings = config(tariff, { limitW: 2000, followPeak: true });
        const stream = streamOf(list, "both");
        const never = play(settings, stream, []);
        const often = play(
          settings,
          stream,
          at.map(({ index }) => ({ index, lost: 0 })),
        );
        expect(often.windows).toEqual(never.windows);
        expect(often.run.peaks).toEqual(never.run.peaks);
        const now = epochSeconds((stream.at(-1)?.end ?? T0) + 20);
        expect(demandState(often.run.demand, settings, now)).toEqual(demandState(never.run.demand, settings, now));
        expect(reportOf(often.run.demand, settings, now)).toEqual(reportOf(never.run.demand, settings, now));
      }),
      { numRuns: 40 },
    );
  });

  it("loses no energy when the meter's totals go on, and flags each window that may hold it wrongly", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...tariffs),
        entries,
        stops,
        fc.constantFrom("both" as const, "register" as const),
        (tariff, list, at, totals) => {
          const stream = streamOf(list, totals);
          // The last readings arrive, so that it shows what went by before them.
          const early = at.filter(({ index, lost }) => index + lost < list.length - 1);
          const never = play(config(tariff), stream, []);
          const often = play(config(tariff), stream, early);
          for (const [start, window] of often.windows) {
            if (window.coverage === 1) expect(window.wh).toBe(never.windows.get(start)?.wh);
          }
          const fell = stream.some((one, i) => i > 0 && one.registerWh < (stream[i - 1]?.registerWh ?? 0));
          const isBlock = tariff.stepMinutes === undefined;
          if (isBlock && (totals === "both" || !fell)) expect(sum(often.windows)).toBe(sum(never.windows));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("invents nothing when no total tells what went by: there is a gap", () => {
    fc.assert(
      fc.property(entries, stops, (list, at) => {
        const stream = streamOf(list, "none");
        const never = play(config(), stream, []);
        const often = play(config(), stream, at);
        const lostWh = stream.reduce((total, one, i) => total + (often.lost.has(i) ? one.wh : 0), 0);
        expect(sum(often.windows)).toBe(sum(never.windows) - lostWh);
        for (const [start, window] of often.windows) {
          if (window.wh !== never.windows.get(start)?.wh) expect(window.coverage).toBeLessThan(1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("in the middle of a window goes on from the register", () => {
    const settings = config(plainTariff(15, "UTC"), { limitW: 2500 });
    const run = new Run(settings);
    const total = (one: Reading, lifetimeWh: number) => ({ ...one, lifetimeWh: wh(lifetimeWh) });
    run.read(total(reading(T0, T0 + 300, 100), 1100));
    run.demand = restarted(run.demand, settings, T0 + 400);
    expect(demandState(run.demand, settings, epochSeconds(T0 + 400))).toMatchObject({ usedWh: 100 });
    run.read(total(reading(T0 + 420, T0 + 435, 5), 1155));
    expect(demandState(run.demand, settings, epochSeconds(T0 + 435))).toMatchObject({ usedWh: 155, coverage: 1 });
    run.read(total(reading(T0 + 435, T0 + 900, 45), 1200));
    expect(run.windows).toMatchObject([{ wh: 200, coverage: 1, candidate: true }]);
  });

  it("does not take a register that was set anew, or energy that no house draws, for consumption", () => {
    const settings = config(plainTariff(15, "UTC"));
    for (const [registerWh, quality] of [
      [20, []],
      [900_000, []],
      [1200, ["rebase" as const]],
    ] as const) {
      const run = new Run(settings);
      run.read({ ...reading(T0, T0 + 300, 100), registerWh: wh(1000) });
      run.demand = restarted(run.demand, settings, T0 + 400);
      run.read({ ...reading(T0 + 420, T0 + 900, 10), registerWh: wh(registerWh), quality });
      expect(run.windows).toMatchObject([{ wh: 110, candidate: false }]);
      expect(run.windows[0]?.coverage).toBeCloseTo(780 / 900);
    }
  });

  it("does not take the total of a detail, which is of a later time, for what went by before it", () => {
    const settings = config(plainTariff(60, "UTC"));
    const run = new Run(settings);
    const total = (one: Reading, lifetimeWh: number) => ({ ...one, lifetimeWh: wh(lifetimeWh) });
    run.read(total(reading(T0, T0 + 600, 100), 1100));
    run.demand = restarted(run.demand, settings, T0 + 700);
    // While nobody listened 60 Wh were read, and a hole of 300 Wh was bridged, whose details come now.
    run.read(total(reading(T0 + 900, T0 + 1200, 200, { quality: ["refined"] }), 1460));
    run.read(total(reading(T0 + 1200, T0 + 1500, 100, { quality: ["refined"] }), 1460));
    run.read(total(reading(T0 + 1500, T0 + 3600, 50), 1510));
    expect(run.windows).toMatchObject([{ wh: 450 }]);
    expect(run.windows[0]?.coverage).toBeCloseTo(3300 / 3600);
  });

  it("still finds what went by when a late reading of before comes first", () => {
    const settings = config(plainTariff(60, "UTC"));
    const run = new Run(settings);
    const total = (one: Reading, lifetimeWh: number) => ({ ...one, lifetimeWh: wh(lifetimeWh) });
    run.read(total(reading(T0, T0 + 300, 100), 1100)).read(total(reading(T0 + 600, T0 + 900, 50), 1150));
    run.demand = restarted(run.demand, settings, T0 + 1000);
    run.read(total(reading(T0 + 300, T0 + 600, 30), 1250));
    run.read(total(reading(T0 + 1200, T0 + 3600, 10), 1260));
    expect(run.windows).toMatchObject([{ wh: 260, coverage: 1 }]);
  });

  it("knows a reading that it counted before", () => {
    const settings = config(plainTariff(15, "UTC"));
    const run = new Run(settings);
    const one = reading(T0, T0 + 300, 100);
    run.read(one);
    run.demand = restarted(run.demand, settings, T0 + 310);
    run.read(one);
    expect(run.ignored).toEqual(["duplicate"]);
  });

  it("begins anew for other meters or another clock, and without peaks where other windows count", () => {
    const settings = config({ ...plainTariff(15, "UTC"), counts: [{ hours: [[6, 24]] }] });
    const run = new Run(settings);
    run.read(reading(T0, T0 + 900, 1000)).read(reading(T0 + 900, T0 + 1200, 100));
    const as = (next: DemandConfig) => restarted(run.demand, settings, T0 + 1200, next);
    const now = epochSeconds(T0 + 1200);
    expect(as({ ...settings, meters: [HOUSE] })).toBe(noDemand);
    expect(as({ ...settings, tariff: plainTariff(30, "UTC") })).toBe(noDemand);
    const dearer: Tariff = { ...settings.tariff, floorW: 2500, name: "new" };
    expect(demandState(as({ ...settings, tariff: dearer }), settings, now)).toMatchObject({
      usedWh: 100,
      peakWatts: 4000,
    });
    const night: Tariff = { ...settings.tariff, counts: [{ hours: [[0, 6]] }] };
    expect(demandState(as({ ...settings, tariff: night }), settings, now)).toMatchObject({
      usedWh: 100,
      peakWatts: null,
    });
  });

  it("stays small on disk, also with a window each minute over days", () => {
    const settings = config(plainTariff(60, "Europe/Brussels", 1));
    const run = new Run(settings);
    for (let t = T0; t < T0 + 6 * 86_400; t += 60) run.read(reading(t, t + 60, (t / 60) % 97));
    expect(JSON.stringify(demandLedgerOf(run.demand, settings)).length).toBeLessThan(120_000);
  });
});
