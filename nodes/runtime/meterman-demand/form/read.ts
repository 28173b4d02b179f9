import { HOLIDAY_PATTERN, TARIFF_SCHEMA, type Tariff, tariffFault } from "../../../demand/index.ts";
import { judge } from "../../editor/judge.ts";
import { type CalendarForm, calendarOf } from "./calendar.ts";
import type { PriceForm, TariffForm } from "./form.ts";

/** A tariff, or what to change to have one. */
export type Told = { readonly tariff: Tariff } | { readonly fault: string };

/**
 * Reads the fields of a form. What does not fit stays as it was typed, so that nothing typed is lost on the way to the
 * saved JSON; the first fault is told in the words of the form.
 */
class Reader {
  fault: string | null = null;

  #keep(text: string, fault: string): string {
    this.fault ??= fault;
    return text;
  }

  /** Numbers as people type them: with a comma or a point. */
  number(text: string, field: string): number | string {
    const value = Number(text.trim().replace(",", "."));
    return text.trim() !== "" && Number.isFinite(value) ? value : this.#keep(text, `${field}: enter a number`);
  }

  /** As a part of an object: nothing where the field is empty. */
  optional(key: string, text: string, field: string): object {
    return text.trim() === "" ? {} : { [key]: this.number(text, field) };
  }

  word(text: string, field: string): string {
    return text.trim() === "" ? this.#keep("", `${field}: must not be empty`) : text.trim();
  }

  calendar(form: CalendarForm, field: string): object {
    const found = calendarOf(form);
    if (found !== null) return found;
    const hours = this.#keep(form.hours, `${field}: hours are written like 7–19, or 22–6 over midnight`);
    return { ...calendarOf({ ...form, hours: "" }), hours };
  }

  holidays(text: string): readonly string[] {
    const days = text.split(/[\s,;]+/).filter((day) => day !== "");
    const wrong = days.find((day) => !new RegExp(HOLIDAY_PATTERN).test(day));
    if (wrong !== undefined) this.#keep(wrong, `Holidays: write “${wrong}” like 12-25, 2026-06-19 or easter+1`);
    return days;
  }

  price({ kind, currency, per, rates, steps }: PriceForm): object | undefined {
    switch (kind) {
      case "none":
        return undefined;
      case "per-kw":
        return {
          ...{ kind, currency: this.word(currency, "Currency of power"), per },
          rates: rates.map(({ months, perKw }) => ({
            ...(months.length > 0 ? { months } : {}),
            perKw: this.number(perKw, "Price of power"),
          })),
        };
      case "steps":
        return {
          ...{ kind, currency: this.word(currency, "Currency of power") },
          steps: steps.map(({ belowKw, perMonth }) => ({
            ...this.optional("belowKw", belowKw, "Step of power"),
            perMonth: this.number(perMonth, "Price of a step"),
          })),
        };
      default:
        return kind satisfies never;
    }
  }

  /** Neighbours with the same price are one rate with several times, as they were before the form made rows of them. */
  energy({ energy, energyCurrency }: TariffForm): object | undefined {
    if (energy.length === 0) return undefined;
    const rates: { when: object[]; perKwh: number | string; dear: boolean }[] = [];
    for (const row of energy) {
      const when = this.calendar(row, "Price of energy");
      const perKwh = this.number(row.perKwh, "Price of energy");
      const last = rates.at(-1);
      if (last?.perKwh === perKwh && last.dear === row.dear) last.when.push(when);
      else rates.push({ when: [when], perKwh, dear: row.dear });
    }
    const isAlways = (when: readonly object[]) => when.some((one) => Object.keys(one).length === 0);
    return {
      currency: this.word(energyCurrency, "Currency of energy"),
      rates: rates.map(({ when, perKwh, dear }) => ({
        ...(isAlways(when) ? {} : { when }),
        ...{ perKwh, ...(dear ? { dear } : {}) },
      })),
    };
  }
}

/** A list where it has entries. */
const some = (key: string, list: readonly unknown[]) => (list.length > 0 ? { [key]: list } : {});
const given = (key: string, value: object | undefined) => (value === undefined ? {} : { [key]: value });

function read(form: TariffForm, reader: Reader): object {
  const times = (list: readonly CalendarForm[], field: string) => list.map((one) => reader.calendar(one, field));
  return {
    name: reader.word(form.name, "Name"),
    windowMinutes: reader.number(form.windowMinutes, "Window"),
    ...reader.optional("stepMinutes", form.stepMinutes, "Window"),
    zone: reader.word(form.zone, "Time zone"),
    highest: reader.number(form.highest, "Mean of"),
    ...(form.distinctDays ? { distinctDays: true } : {}),
    ...reader.optional("floorW", form.floorW, "At least"),
    ...reader.optional("averageMonths", form.averageMonths, "Billed"),
    ...reader.optional("limitW", form.limitW, "Fixed limit"),
    ...some("counts", times(form.counts, "Windows that count")),
    ...some(
      "weights",
      form.weights.map((one) => ({
        when: reader.calendar(one, "Windows that count in part"),
        factor: reader.number(one.factor, "Windows that count in part"),
      })),
    ),
    ...some("holidays", reader.holidays(form.holidays)),
    ...given("price", reader.price(form.price)),
    ...given("energy", reader.energy(form)),
    ...some("onPeak", times(form.onPeak, "Dear hours")),
  };
}

/** What a parsed JSON is as a tariff. */
export function tariffOf(value: unknown): Told {
  const fault = judge(TARIFF_SCHEMA, value);
  if (fault !== null) return { fault };
  const tariff = value as Tariff;
  const wrong = tariffFault(tariff);
  return wrong === null ? { tariff } : { fault: wrong };
}

export function tariffOfText(text: string): Told {
  try {
    return tariffOf(JSON.parse(text));
  } catch (thrown) {
    const where = thrown instanceof Error ? /position (\d+)/.exec(thrown.message)?.[1] : undefined;
    const line = where === undefined ? "" : ` in line ${text.slice(0, Number(where)).split("\n").length}`;
    return { fault: `this is not valid JSON: look for a missing comma or quote${line}` };
  }
}

/** JSON to be read by people: lists of plain values stand in one line. A text never has a line break of its own. */
function inLines(value: object): string {
  const short = (_: string, inner: string) => `[${inner.replace(/\n\s*/g, " ")}]`;
  return JSON.stringify(value, null, 2).replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, short);
}

/** The JSON that is saved for a form, also for one that is not right yet, and what it is as a tariff. */
export function tariffOfForm(form: TariffForm): { readonly text: string; readonly told: Told } {
  const reader = new Reader();
  const value = read(form, reader);
  return {
    text: inLines(value),
    told: reader.fault === null ? tariffOf(value) : { fault: reader.fault },
  };
}
