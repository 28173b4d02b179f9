import { describe, expect, it } from "vitest";
import { averageFigure, charge, figure, reportOf, TARIFFS, type Tariff } from "../../nodes/demand/index.ts";
import { epochSeconds, localTime, watts } from "../../nodes/model/index.ts";
import { at, config, data, elhub, nem12, Run, reading, uci } from "./support.ts";

const vectors = JSON.parse(data("demand.json"));
const candidate = (kw: number) => ({ start: epochSeconds(0), watts: watts(kw * 1000) });

describe("tariffs", () => {
  it("Norway: means the three highest hours of April 2026 on different days and picks the step", () => {
    const expected = vectors.norway_elhub_april_2026;
    const run = new Run(config(TARIFFS.norway));
    for (const one of elhub()) run.read(one);
    const april = run.peaks.filter((peak) => peak.period === "2026-04").at(-1);
    expect(april?.candidates.map((one) => one.watts / 1000)).toEqual(expected.top3_distinct_days);
    expect(april?.figureWatts).toBeCloseTo(expected.avg * 1000, 2);
    expect(april?.charge).toEqual({ amount: expected.expected_fee_kr, currency: "NOK" });
    expect(april?.final).toBe(true);
    const aprilWh = run.windows
      .filter((one) => one.start >= at("2026-04-01T00:00:00+02:00") && one.start < at("2026-05-01T00:00:00+02:00"))
      .reduce((sum, one) => sum + one.wh, 0);
    expect(aprilWh).toBe(expected.sum_kwh * 1000);
  });

  it("Norway: ignoring “different days” would pick the wrong step", () => {
    const run = new Run(config({ ...TARIFFS.norway, distinctDays: false }));
    for (const one of elhub()) run.read(one);
    const april = run.peaks.filter((peak) => peak.period === "2026-04").at(-1);
    expect(april?.figureWatts).toBeCloseTo(vectors.norway_elhub_april_2026.top3_any_hours_avg * 1000, 6);
    expect(april?.charge?.amount).not.toBe(250);
  });

  it("Belgium: averages twelve month peaks, each at least 2.5 kW", () => {
    const months: number[] = vectors.be_wikibooks_year.months;
    const billed = averageFigure(
      months.map((kw) => figure([candidate(kw)], TARIFFS.belgium)),
      TARIFFS.belgium,
    );
    expect(billed).toBeCloseTo(4456, 6);
    expect(12 * (charge(TARIFFS.belgium, billed, { month: 1, days: 31 })?.amount ?? 0)).toBeCloseTo(241.52, 2);
  });

  it("Belgium: a year of quarter hours gives the same through the windows", () => {
    const run = new Run(config(TARIFFS.belgium));
    vectors.be_wikibooks_year.months.forEach((kw: number, i: number) => {
      const noon = at(`2026-${String(i + 1).padStart(2, "0")}-15T11:00:00Z`);
      run.read(reading(noon, noon + 900, kw * 250)).read(reading(noon + 900, noon + 1800, 1));
    });
    expect(run.peaks.at(-1)?.billedWatts).toBeCloseTo(4456, 0);
    expect(run.peaks.at(-1)?.months).toBe(12);
  });

  it("Sweden: weekday hours 07–19 only, holidays left out, winter dearer than summer", () => {
    const price = (month: number) => charge(TARIFFS.sweden, watts(5700), { month, days: 30 })?.amount;
    expect(price(7)).toBeCloseTo(317.775, 3);
    expect(price(11)).toBeCloseTo(635.55, 3);
    const run = new Run(config(TARIFFS.sweden));
    const hour = (iso: string, energy: number) => run.read(reading(at(iso), at(iso) + 3600, energy));
    hour("2026-04-03T10:00:00+02:00", 9000); // Good Friday
    hour("2026-04-04T10:00:00+02:00", 9000); // Saturday
    hour("2026-04-06T10:00:00+02:00", 9000); // Easter Monday
    hour("2026-04-07T06:00:00+02:00", 9000); // too early
    hour("2026-04-07T07:00:00+02:00", 5000);
    hour("2026-04-07T19:00:00+02:00", 9000); // too late
    hour("2026-05-14T10:00:00+02:00", 9000); // Ascension Day
    for (const eve of ["2026-06-19", "2027-06-25", "2028-06-23", "2029-06-22", "2030-06-21"]) {
      hour(`${eve}T10:00:00+02:00`, 9000); // Midsummer Eve
      expect(localTime(epochSeconds(at(`${eve}T10:00:00+02:00`)), "Europe/Stockholm").weekday).toBe(5);
    }
    expect(run.peaks.at(-1)?.candidates.map((one) => one.watts)).toEqual([5000]);
  });

  it("Australia: twice the half-hour energy, inside the daily hours or at any time", () => {
    const expected = vectors.au_nem12;
    const run = new Run(config(TARIFFS.australia));
    const anyTime: Tariff = { ...TARIFFS.australia, counts: [{}] };
    const any = new Run(config(anyTime));
    for (const one of nem12()) {
      run.read(one);
      any.read(one);
    }
    const month = (of: Run, period: string) => of.peaks.filter((peak) => peak.period === period).at(-1);
    expect(month(any, "2016-10")?.figureWatts).toBeCloseTo(expected.oct2016_max30_any_kw * 1000, 6);
    expect(month(run, "2016-10")?.figureWatts).toBeCloseTo(expected.oct2016_max30_15_21_kw * 1000, 6);
    expect(month(any, "2016-12")?.figureWatts).toBeCloseTo(expected.dec2016_max30_kw * 1000, 6);
    expect(month(any, "2016-12")?.candidates[0]?.start).toBe(at("2016-12-06T18:30:00+10:00"));
    const december = any.windows.filter((one) => one.start >= at("2016-12-01T00:00:00+10:00"));
    const inDecember = december.filter((one) => one.start < at("2017-01-01T00:00:00+10:00"));
    expect(inDecember.reduce((sum, one) => sum + one.wh, 0)).toBe(expected.dec2016_kwh * 1000);
    expect(charge(TARIFFS.australia, watts(9600), { month: 12, days: 90 })?.amount).toBeCloseTo(129.6, 6);
  });

  it("Sweden (Ellevio): the three highest hours on different days, of which those at night count half", () => {
    const run = new Run(config(TARIFFS["sweden-ellevio"]));
    const hour = (iso: string, energy: number) => run.read(reading(at(iso), at(iso) + 3600, energy));
    hour("2026-02-02T18:00:00+01:00", 6000);
    hour("2026-02-02T22:00:00+01:00", 11_000); // half: 5.5, less than the same day's 6
    hour("2026-02-03T05:00:00+01:00", 9000); // half: 4.5
    hour("2026-02-03T06:00:00+01:00", 4000);
    hour("2026-02-04T21:00:00+01:00", 5000);
    hour("2026-02-05T23:00:00+01:00", 7000); // half: 3.5, not among the three
    const peak = run.peaks.at(-1);
    expect(peak?.candidates.map((one) => one.watts)).toEqual([6000, 5000, 4500]);
    expect(peak?.figureWatts).toBeCloseTo(15_500 / 3, 6);
    expect(peak?.charge?.amount).toBeCloseTo((15.5 / 3) * 81.25, 6);
    // The windows themselves are told as they were.
    expect(run.windows.map((one) => one.watts)).toContain(11_000);
  });

  it("Australia: workdays of the dear seasons only, summer dearer than winter, nothing in between", () => {
    const run = new Run(config(TARIFFS["australia-weekdays"]));
    const half = (iso: string, energy: number) => run.read(reading(at(iso), at(iso) + 1800, energy));
    half("2026-01-26T16:00:00+11:00", 4000); // Australia Day
    half("2026-01-31T16:00:00+11:00", 4000); // Saturday
    half("2026-02-02T14:30:00+11:00", 4000); // too early
    half("2026-02-02T15:00:00+11:00", 1500);
    half("2026-02-02T21:00:00+11:00", 4000); // too late
    expect(run.peaks.at(-1)).toMatchObject({ period: "2026-02", figureWatts: 3000 });
    expect(run.peaks.at(-1)?.charge?.amount).toBeCloseTo(3 * 0.25 * 28, 6);
    half("2026-05-05T16:00:00+10:00", 4000);
    half("2026-06-08T16:00:00+10:00", 4000); // the King's birthday
    half("2026-07-01T16:00:00+10:00", 1000);
    expect(run.peaks.map((peak) => peak.period)).not.toContain("2026-05");
    expect(run.peaks.at(-1)).toMatchObject({ period: "2026-07", figureWatts: 2000 });
    expect(run.peaks.at(-1)?.charge?.amount).toBeCloseTo(2 * 0.12 * 31, 6);
  });

  it("Australia: the mean of the four highest days, up to half past nine", () => {
    const run = new Run(config(TARIFFS["australia-four-days"]));
    for (const one of nem12()) run.read(one);
    const days = new Map<number, number>();
    for (const one of nem12()) {
      // Local time is UTC+10: 15:00 is 5:00, the last half hour begins at 11:00 UTC.
      const minute = (one.start % 86_400) / 60;
      const day = Math.floor((one.start + 36_000) / 86_400);
      const inDecember = one.start >= at("2016-12-01T00:00:00+10:00") && one.start < at("2017-01-01T00:00:00+10:00");
      if (inDecember && minute >= 300 && minute <= 660) days.set(day, Math.max(days.get(day) ?? 0, one.wh * 2));
    }
    const four = [...days.values()].sort((a, b) => b - a).slice(0, 4);
    const december = run.peaks.filter((peak) => peak.period === "2016-12").at(-1);
    expect(december?.candidates.map((one) => one.watts)).toEqual(four);
    expect(december?.charge?.amount).toBeCloseTo((four.reduce((sum, one) => sum + one, 0) / 4000) * 56.8579, 6);
    const [told] = reportOf(run.demand, run.config, epochSeconds(at("2016-12-31T23:59:00+10:00"))).months;
    expect(told?.energyWh).toBe(vectors.au_nem12.dec2016_kwh * 1000);
    expect(told?.energyCharge?.amount).toBeCloseTo(vectors.au_nem12.dec2016_kwh * 0.17056, 9);
  });

  it("finds the same highest block and sliding windows as the published two days", () => {
    const expected = vectors.uci_2days;
    const readings = uci();
    const kwh = readings.reduce((sum, one) => sum + one.wh, 0) / 1000;
    expect(kwh).toBeCloseTo(expected.kwh, 3);
    for (const minutes of [15, 30, 60] as const) {
      const tariff: Tariff = { name: "t", windowMinutes: minutes, zone: "UTC", highest: 1 };
      const block = new Run(config(tariff));
      const sliding = new Run(config({ ...tariff, stepMinutes: 1 }));
      for (const one of readings) {
        block.read(one);
        sliding.read(one);
      }
      expect(block.windows.reduce((sum, one) => sum + one.wh, 0)).toBe(kwh * 1000);
      for (const [day, date] of [
        ["day0", "2007-02-01"],
        ["day1", "2007-02-02"],
      ] as const) {
        const from = at(`${date}T00:00:00Z`);
        const highest = (run: Run) =>
          Math.max(
            ...run.windows
              .filter((one) => one.start >= from && one.end <= from + 86_400)
              .map((one) => one.watts / 1000),
          );
        expect(highest(block)).toBeCloseTo(expected[day][`b${minutes}`], 2);
        expect(highest(sliding)).toBeCloseTo(expected[day][`s${minutes}`], 2);
      }
    }
  });
});
