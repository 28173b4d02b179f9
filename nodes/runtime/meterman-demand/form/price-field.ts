import { ALWAYS } from "./calendar.ts";
import { calendarField, monthsField } from "./calendar-field.ts";
import { checkField, element, type Field, rowsField, selectField, textField, type Words } from "./dom.ts";
import type { PriceForm, TariffForm } from "./form.ts";

/** What power costs: nothing, a price per kW (by months), or steps. */
export function priceField(to: JQuery, words: Words): Field<PriceForm> {
  const first = element(to, "div", "mm-line");
  const kind = selectField(
    first,
    words("price"),
    ["none", "per-kw", "steps"].map((one) => [one, words(`kind.${one}`)] as const),
  );
  const priced = element(first, "span", "mm-line");
  const currency = textField(priced, words("currency"), "60px", "EUR");
  const periods = (["day", "month", "year"] as const).map((one) => [one, words(`period.${one}`)] as const);
  const perBox = element(priced, "span", "mm-line");
  const per = selectField(perBox, words("per"), periods);
  const ratesBox = element(to, "div", "");
  const rates = rowsField<PriceForm["rates"][number]>(
    ratesBox,
    { add: words("addRate"), remove: words("remove") },
    { months: [], perKw: "" },
    (row) => {
      const line = element(row, "div", "mm-line");
      const perKw = textField(line, words("perKw"), "80px", "54.20");
      element(line, "span", "mm-unit", words("perKw"));
      const months = monthsField(element(row, "div", "mm-line"), words);
      return {
        show(value) {
          perKw.show(value.perKw);
          months.show(value.months);
        },
        read: () => ({ months: months.read(), perKw: perKw.read() }),
      };
    },
  );
  const stepsBox = element(to, "div", "");
  const steps = rowsField<PriceForm["steps"][number]>(
    stepsBox,
    { add: words("addStep"), remove: words("remove") },
    { belowKw: "", perMonth: "" },
    (row) => {
      const line = element(row, "div", "mm-line");
      element(line, "span", "mm-unit", words("belowKw"));
      const belowKw = textField(line, words("belowKw"), "80px", words("noBound"));
      element(line, "span", "mm-unit", words("kwCosts"));
      const perMonth = textField(line, words("perMonth"), "80px", "250");
      element(line, "span", "mm-unit", words("perMonth"));
      return {
        show(value) {
          belowKw.show(value.belowKw);
          perMonth.show(value.perMonth);
        },
        read: () => ({ belowKw: belowKw.read(), perMonth: perMonth.read() }),
      };
    },
  );
  const kindOf = (value: string) => (value === "per-kw" || value === "steps" ? value : "none");
  const perOf = (value: string) => (value === "day" || value === "year" ? value : "month");
  const look = () => {
    const chosen = kindOf(kind.read());
    priced.toggle(chosen !== "none");
    perBox.toggle(chosen === "per-kw");
    ratesBox.toggle(chosen === "per-kw");
    stepsBox.toggle(chosen === "steps");
  };
  kind.select.on("change", () => {
    // A price without a single rate is none.
    if (kind.read() === "per-kw" && rates.read().length === 0) rates.show([{ months: [], perKw: "" }]);
    if (kind.read() === "steps" && steps.read().length === 0) steps.show([{ belowKw: "", perMonth: "" }]);
    look();
  });
  return {
    show(value) {
      kind.show(value.kind);
      currency.show(value.currency);
      per.show(value.per);
      rates.show(value.rates);
      steps.show(value.steps);
      look();
    },
    read: () => ({
      kind: kindOf(kind.read()),
      currency: currency.read(),
      per: perOf(per.read()),
      rates: rates.read(),
      steps: steps.read(),
    }),
  };
}

/** What energy costs by time of use; the first row that fits counts. */
export function energyField(to: JQuery, words: Words): Field<Pick<TariffForm, "energy" | "energyCurrency">> {
  const line = element(to, "div", "mm-line");
  element(line, "span", "mm-unit", words("currency"));
  const currency = textField(line, words("currency"), "60px", "EUR");
  const rows = rowsField<TariffForm["energy"][number]>(
    to,
    { add: words("addRate"), remove: words("remove") },
    { ...ALWAYS, perKwh: "", dear: false },
    (row) => {
      const first = element(row, "div", "mm-line");
      const perKwh = textField(first, words("perKwh"), "80px", "0.30");
      element(first, "span", "mm-unit", words("perKwh"));
      const dear = checkField(first, words("dear"));
      const when = calendarField(row, words);
      return {
        show(value) {
          perKwh.show(value.perKwh);
          dear.show(value.dear);
          when.show(value);
        },
        read: () => ({ ...when.read(), perKwh: perKwh.read(), dear: dear.read() }),
      };
    },
  );
  return {
    show(value) {
      currency.show(value.energyCurrency);
      rows.show(value.energy);
    },
    read: () => ({ energy: rows.read(), energyCurrency: currency.read() }),
  };
}
