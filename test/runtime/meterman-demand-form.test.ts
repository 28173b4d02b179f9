import Ajv from "ajv";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TARIFF_SCHEMA, TARIFFS, type Tariff, tariffFault, tariffWords } from "../../nodes/demand/index.ts";
import { judge } from "../../nodes/runtime/editor/judge.ts";
import { calendarOf, hoursOf } from "../../nodes/runtime/meterman-demand/form/calendar.ts";
import { formOf, type TariffForm } from "../../nodes/runtime/meterman-demand/form/form.ts";
import { tariffOf, tariffOfForm, tariffOfText } from "../../nodes/runtime/meterman-demand/form/read.ts";

const shipped = Object.entries(TARIFFS) as [string, Tariff][];
const fits = new Ajv({ strict: false }).compile(TARIFF_SCHEMA);

const some = (min: number, max: number) =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1 }).map((list) => list.sort((a, b) => a - b));
const hours = fc
  .tuple(fc.integer({ min: 0, max: 48 }), fc.integer({ min: 0, max: 48 }))
  .map(([from, to]): [number, number] => [from / 2, to / 2])
  .filter(([from, to]) => from !== to);
const given = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const calendar = fc
  .record({
    months: given(some(1, 12)),
    weekdays: given(some(0, 6)),
    hours: given(fc.array(hours, { minLength: 1, maxLength: 3 })),
    holidays: given(fc.constant(false)),
  })
  .map(plain);
const amount = fc.integer({ min: 0, max: 1_000_000 }).map((cents) => cents / 1000);
const currency = fc.constantFrom("EUR", "NOK", "SEK", "AUD");
const price = fc.oneof(
  fc.record({
    kind: fc.constant("per-kw" as const),
    currency,
    per: fc.constantFrom("day", "month", "year"),
    rates: fc.array(fc.record({ months: given(some(1, 12)), perKw: amount }).map(plain), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  fc
    .tuple(
      currency,
      fc.uniqueArray(
        amount.filter((kw) => kw > 0),
        { maxLength: 4 },
      ),
      amount,
    )
    .map(([unit, bounds, last]) => ({
      kind: "steps" as const,
      currency: unit,
      steps: [...bounds.sort((a, b) => a - b).map((belowKw, i) => ({ belowKw, perMonth: i })), { perMonth: last }],
    })),
);
/** Every rate has another price: neighbours that are alike are one. */
const energy = fc.record({
  currency,
  rates: fc
    .array(
      fc.record({
        when: fc.array(
          calendar.filter((one) => Object.keys(one).length > 0),
          { minLength: 1, maxLength: 3 },
        ),
        dear: given(fc.constant(true)),
      }),
      { maxLength: 3 },
    )
    .map((rates) => [...rates.map((rate, i) => ({ ...plain(rate), perKwh: i / 10 })), { perKwh: 0.9 }]),
});
const anyTariff: fc.Arbitrary<Tariff> = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.trim() || "x"),
    windowMinutes: fc.constantFrom(5, 6, 10, 12, 15, 20, 30, 60),
    zone: fc.constantFrom("Europe/Oslo", "Australia/Brisbane", "UTC"),
    counts: given(fc.array(calendar, { minLength: 1, maxLength: 3 })),
    weights: given(
      fc.array(fc.record({ when: calendar, factor: fc.constantFrom(0.5, 0.25, 1.5) }), { minLength: 1, maxLength: 2 }),
    ),
    onPeak: given(fc.array(calendar, { minLength: 1, maxLength: 2 })),
    holidays: given(
      fc.uniqueArray(fc.constantFrom("12-25", "easter", "easter+1", "easter-2", "2026-06-19"), { minLength: 1 }),
    ),
    highest: fc.integer({ min: 1, max: 31 }),
    distinctDays: given(fc.constant(true)),
    floorW: given(fc.integer({ min: 0, max: 9000 })),
    limitW: given(fc.integer({ min: 1, max: 25_000 })),
    averageMonths: given(fc.integer({ min: 1, max: 12 })),
    price: given(price),
    energy: given(energy),
    stepOf: fc.nat(),
  })
  .map(({ stepOf, ...tariff }) => {
    const steps = Array.from({ length: 30 }, (_, i) => i + 1).filter(
      (step) => step < tariff.windowMinutes && tariff.windowMinutes % step === 0,
    );
    const stepMinutes = steps[stepOf % (steps.length + 1)];
    return plain({ ...tariff, stepMinutes }) as unknown as Tariff;
  })
  .filter((tariff) => tariffFault(tariff) === null);

function plain<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;
}
const form = (tariff: Tariff): TariffForm => {
  const made = formOf(tariff);
  if (made === null) throw new Error("the form cannot show it");
  return made;
};

describe("the form of a tariff", () => {
  it.each(shipped)("shows the shipped tariff %s and gives it back as it was", (_, tariff) => {
    expect(tariffOfForm(form(tariff)).told).toEqual({ tariff });
  });

  it("gives back every tariff that it can show, and saves the JSON of it", () => {
    fc.assert(
      fc.property(anyTariff, (tariff) => {
        const { text, told } = tariffOfForm(form(tariff));
        expect(told).toEqual({ tariff });
        expect(tariffOfText(text)).toEqual({ tariff });
      }),
      { numRuns: 300 },
    );
  });

  it("says which field is wrong, and keeps what was typed in it", () => {
    const base = form(TARIFFS.belgium);
    const faults: [Partial<TariffForm>, RegExp][] = [
      [{ name: " " }, /^Name: must not be empty/],
      [{ highest: "three" }, /^Mean of: enter a number/],
      [{ floorW: "2.5 kW" }, /^At least: enter a number/],
      [{ highest: "0" }, /^highest must be 1 or more/],
      [{ highest: "2.5" }, /^highest must be a whole number/],
      [{ zone: "Mars/Olympus" }, /zone/i],
      [
        { counts: [{ months: [], weekdays: [], hours: "morning", noHolidays: false }] },
        /^Windows that count: hours are written/,
      ],
      [{ holidays: "Christmas" }, /^Holidays: write “Christmas” like 12-25/],
      [{ price: { ...base.price, currency: "" } }, /^Currency of power: must not be empty/],
      [{ price: { ...base.price, rates: [] } }, /^price\.rates needs an entry/],
      [{ windowMinutes: "15", stepMinutes: "4" }, /^stepMinutes: 4 /],
    ];
    for (const [change, words] of faults) {
      const { text, told } = tariffOfForm({ ...base, ...change });
      expect("fault" in told ? told.fault : "no fault").toMatch(words);
      expect("fault" in tariffOfText(text)).toBe(true);
      const typed = Object.values(change).find((value) => typeof value === "string");
      if (typed !== undefined && typed.trim() !== "") expect(text).toContain(typed);
    }
  });

  it("takes numbers with a decimal comma", () => {
    const { price: before } = form(TARIFFS.belgium);
    const { told } = tariffOfForm({
      ...form(TARIFFS.belgium),
      price: { ...before, rates: [{ months: [], perKw: "54,20" }] },
    });
    expect("tariff" in told && told.tariff.price).toMatchObject({ rates: [{ perKw: 54.2 }] });
  });

  it("takes hours as people write them, and nothing else", () => {
    expect(hoursOf("7–19, 22-6")).toEqual([
      [7, 19],
      [22, 6],
    ]);
    expect(hoursOf(" 07:00 to 19:00 h")).toEqual([[7, 19]]);
    expect(hoursOf("15–21:30")).toEqual([[15, 21.5]]);
    expect(hoursOf("")).toEqual([]);
    for (const text of ["7", "7-25", "7:15-9", "24:30-6", "7-7", "seven", "7-9-11"])
      expect(hoursOf(text), text).toBeNull();
    expect(calendarOf({ months: [], weekdays: [], hours: "", noHolidays: false })).toEqual({});
  });

  it("leaves to the JSON what it would show wrongly: an empty list fits never, an empty field always", () => {
    const { belgium } = TARIFFS;
    expect(formOf({ ...belgium, counts: [] })).toBeNull();
    expect(formOf({ ...belgium, counts: [{ months: [] }] })).toBeNull();
    expect(formOf({ ...belgium, weights: [{ when: { hours: [] }, factor: 0.5 }] })).toBeNull();
    expect(formOf({ ...belgium, price: { ...belgium.price, rates: [{ months: [], perKw: 1 }] } })).toBeNull();
  });
});

describe("the editor's judge of a tariff", () => {
  /** One change anywhere: a member gone, renamed, or of another kind. */
  const wrongValue = fc.constantFrom<unknown>(null, -1, 1e12, 0.5, "", "x", [], {}, true, [[7, 19]], 13, 21.5);
  function broken(value: unknown, path: readonly number[], by: unknown): unknown {
    const [first = 0, ...rest] = path;
    if (typeof value !== "object" || value === null || path.length === 0) return by;
    const keys = Object.keys(value);
    const key = keys[first % Math.max(1, keys.length)];
    if (key === undefined) return by;
    if (by === undefined && rest.length === 0) {
      const { [key]: _, ...others } = value as Record<string, unknown>;
      return Array.isArray(value) ? [] : others;
    }
    const inner = broken((value as Record<string, unknown>)[key], rest, by);
    return Array.isArray(value) ? value.map((one, i) => (String(i) === key ? inner : one)) : { ...value, [key]: inner };
  }

  it("agrees with the runtime on what is a tariff", () => {
    const path = fc.array(fc.nat(11), { minLength: 1, maxLength: 6 });
    const by = fc.oneof(wrongValue, fc.constant(undefined));
    let refused = 0;
    fc.assert(
      fc.property(anyTariff, path, by, (tariff, where, what) => {
        const changed: unknown = JSON.parse(JSON.stringify(broken(tariff, where, what) ?? null));
        if (!fits(changed)) refused += 1;
        expect(judge(TARIFF_SCHEMA, changed) === null).toBe(fits(changed));
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  it("names the place and what is expected there", () => {
    const fault = (value: unknown) => {
      const told = tariffOf(value);
      return "fault" in told ? told.fault : null;
    };
    const { belgium } = TARIFFS;
    expect(fault({ ...belgium, windowMinutes: 7 })).toMatch(/^windowMinutes must be one of 5, 6, 10/);
    expect(fault({ ...belgium, price: { ...belgium.price, rates: [{ perKw: "54" }] } })).toBe(
      "price.rates[0].perKw must be a number",
    );
    expect(fault({ ...belgium, price: { kind: "steps", currency: "EUR", steps: [] } })).toBe(
      "price.steps needs an entry",
    );
    expect(fault({ ...belgium, peak: 1 })).toBe("peak is not known here");
    expect(fault([])).toBe("the whole must be an object in { }");
    expect(tariffOfText('{\n"name": "x",,\n}')).toEqual({ fault: expect.stringMatching(/not valid JSON.*in line 2/) });
  });
});

describe("a tariff in words", () => {
  it("says what makes the month's figure, what it costs, and on which clock", () => {
    expect(tariffWords(TARIFFS.belgium)).toEqual([
      "the highest quarter hour of the month",
      "at least 2.5 kW",
      "billed: the mean of the last 12 months",
      "54.20 EUR per kW and year",
      "clock of Europe/Brussels",
    ]);
    expect(tariffWords(TARIFFS.norway).slice(0, 2)).toEqual([
      "the mean of the 3 highest hours of the month, each on another day",
      expect.stringMatching(/^155 NOK a month below 2 kW, 250 below 5 kW, .*, 1800 from 25 kW$/),
    ]);
  });

  it("says sliding windows, times, weights and prices of energy", () => {
    const words = tariffWords({
      ...{ name: "Mine", windowMinutes: 15, stepMinutes: 1, zone: "UTC", highest: 1, limitW: 9200 },
      counts: [
        { months: [11, 12, 1, 2, 3], weekdays: [1, 2, 3, 4, 5], hours: [[7, 19]], holidays: false },
        { weekdays: [6, 0] },
      ],
      weights: [{ when: { hours: [[22, 6]] }, factor: 0.5 }],
      price: {
        kind: "per-kw",
        currency: "SEK",
        per: "month",
        rates: [{ months: [4, 6], perKw: 55.75 }, { perKw: 111.5 }],
      },
      energy: { currency: "SEK", rates: [{ when: [{ hours: [[17, 21]] }], perKwh: 3.1, dear: true }, { perKwh: 0.8 }] },
      onPeak: [{ hours: [[6, 9]] }],
    });
    expect(words).toEqual([
      "the highest quarter hour of the month; a new window begins every minute",
      "windows that count: Nov–Mar, Mon–Fri, 7–19 h, not on holidays; or Sat–Sun",
      "windows 22–6 h count half",
      "fixed limit 9.2 kW, whatever the month has reached",
      "per kW and month: 55.75 SEK in Apr, Jun, 111.50 SEK otherwise",
      "per kWh: 3.10 SEK 17–21 h (dear), 0.80 SEK otherwise",
      "dear: 6–9 h",
      "clock of UTC",
    ]);
  });

  it.each(shipped)("has words for %s without a gap", (_, tariff) => {
    for (const line of tariffWords(tariff)) expect(line).not.toMatch(/undefined|NaN|null|, ,|\s{2}|^$/);
  });
});
