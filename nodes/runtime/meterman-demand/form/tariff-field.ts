import { WINDOW_MINUTES } from "../../../demand/index.ts";
import { ALWAYS, type CalendarForm } from "./calendar.ts";
import { calendarField } from "./calendar-field.ts";
import {
  checkField,
  element,
  type Field,
  fillSelect,
  type Options,
  rowsField,
  selectField,
  textField,
  type Words,
} from "./dom.ts";
import type { TariffForm } from "./form.ts";
import { energyField, priceField } from "./price-field.ts";

export const windowOptions = (words: Words): Options =>
  WINDOW_MINUTES.map((minutes) => [String(minutes), `${minutes} ${words("minutes")}`] as const);

/** Blocks of the clock, or how often a new window begins: every whole part of the window. */
export function stepOptions(minutes: number, words: Words): Options {
  const steps = [30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1].filter((step) => step < minutes && minutes % step === 0);
  const name = (step: number) =>
    step === 1 ? words("everyMinute") : words("everyMinutes").replace("{n}", String(step));
  return [["", words("onTheClock")] as const, ...steps.map((step) => [String(step), name(step)] as const)];
}

/** Keeps the steps that are offered in line with the length of the window. */
export function linkSteps(minutes: JQuery, step: JQuery, words: Words): () => void {
  const fill = () => {
    const before = String(step.val() ?? "");
    const options = stepOptions(Number(minutes.val()), words);
    fillSelect(step, options);
    step.val(options.some(([value]) => value === before) ? before : "");
  };
  minutes.on("change", fill);
  return fill;
}

/** Sections that need a line of explanation. */
const HINTS: readonly string[] = ["counts", "weights", "holidays", "energy", "onPeak"];

function section(to: JQuery, words: Words, key: string): JQuery {
  const box = element(to, "div", "mm-section");
  element(box, "div", "mm-title", words(`section.${key}`));
  if (HINTS.includes(key)) element(box, "div", "mm-hint", words(`hint.${key}`));
  return box;
}

function labelled(to: JQuery, before: string): JQuery {
  const line = element(to, "div", "mm-line");
  element(line, "span", "mm-label", before);
  return line;
}

/** The whole form of a tariff, into `root`. */
export function tariffField(root: JQuery, words: Words): Field<TariffForm> {
  const remove = { remove: words("remove") };
  const name = textField(labelled(root, words("name")), words("name"), "240px");
  const zone = textField(labelled(root, words("zone")), words("zone"), "240px", "Europe/Brussels");
  const line = labelled(root, words("window"));
  const minutes = selectField(line, words("window"), windowOptions(words));
  const step = selectField(line, words("step"), []);
  const fillSteps = linkSteps(minutes.select, step.select, words);

  const figure = section(root, words, "figure");
  const top = labelled(figure, words("meanOf"));
  const highest = textField(top, words("meanOf"), "45px");
  element(top, "span", "mm-unit", words("highest"));
  const distinctDays = checkField(top, words("distinctDays"));
  const floor = labelled(figure, words("floorW"));
  const floorW = textField(floor, words("floorW"), "80px", words("none"));
  element(floor, "span", "mm-unit", "W");
  const mean = labelled(figure, words("averageMonths"));
  const averageMonths = textField(mean, words("averageMonths"), "45px", "1");
  element(mean, "span", "mm-unit", words("months12"));
  const fixed = labelled(figure, words("limitW"));
  const limitW = textField(fixed, words("limitW"), "80px", words("none"));
  element(fixed, "span", "mm-unit", words("limitUnit"));

  const calendarRow = (row: JQuery) => calendarField(row, words);
  const times = (key: string) =>
    rowsField<CalendarForm>(section(root, words, key), { add: words("addTime"), ...remove }, ALWAYS, calendarRow);
  const counts = times("counts");
  const weights = rowsField<TariffForm["weights"][number]>(
    section(root, words, "weights"),
    { add: words("addTime"), ...remove },
    { ...ALWAYS, factor: "0.5" },
    (row) => {
      const first = element(row, "div", "mm-line");
      element(first, "span", "mm-unit", words("factor"));
      const factor = textField(first, words("factor"), "60px", "0.5");
      const when = calendarField(row, words);
      return {
        show(value) {
          factor.show(value.factor);
          when.show(value);
        },
        read: () => ({ ...when.read(), factor: factor.read() }),
      };
    },
  );
  const holidays = textField(
    section(root, words, "holidays"),
    words("section.holidays"),
    "95%",
    "12-25, easter+1, 2026-06-19",
  );
  const price = priceField(section(root, words, "price"), words);
  const energy = energyField(section(root, words, "energy"), words);
  const onPeak = times("onPeak");

  return {
    show(form) {
      const texts = { name, zone, highest, floorW, limitW, averageMonths, holidays };
      for (const [key, field] of Object.entries(texts)) field.show(form[key as keyof typeof texts]);
      minutes.show(form.windowMinutes);
      fillSteps();
      step.show(form.stepMinutes);
      distinctDays.show(form.distinctDays);
      counts.show(form.counts);
      weights.show(form.weights);
      price.show(form.price);
      energy.show(form);
      onPeak.show(form.onPeak);
    },
    read: () => ({
      name: name.read(),
      zone: zone.read(),
      windowMinutes: minutes.read(),
      stepMinutes: step.read(),
      highest: highest.read(),
      distinctDays: distinctDays.read(),
      floorW: floorW.read(),
      limitW: limitW.read(),
      averageMonths: averageMonths.read(),
      holidays: holidays.read(),
      counts: counts.read(),
      weights: weights.read(),
      price: price.read(),
      ...energy.read(),
      onPeak: onPeak.read(),
    }),
  };
}
