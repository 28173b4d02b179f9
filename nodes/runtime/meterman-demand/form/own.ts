import { isTariffKey, plainTariff, TARIFFS, type Tariff } from "../../../demand/index.ts";
import { element, fillSelect, type Words } from "./dom.ts";
import { formOf } from "./form.ts";
import { type Told, tariffOfForm, tariffOfText } from "./read.ts";
import { tariffField } from "./tariff-field.ts";

/**
 * A tariff of one's own in the dialog: a form and the JSON of the same, which is what is saved. Each shows what the
 * other said last; the form only what is a tariff.
 *
 * @param root the part of the dialog, see template.html; its textarea is the saved setting
 * @param told hears what the tariff is now
 */
export function ownTariff(
  root: JQuery,
  words: Words,
  zone: () => string,
  told: (told: Told) => void,
): { refresh(): void } {
  const text = root.find("textarea");
  const formBox = root.find(".mm-form");
  const jsonBox = root.find(".mm-json");
  const note = root.find(".mm-note");
  const views = root.find(".mm-view");
  const field = tariffField(formBox, words);
  const alarm = root.find(".mm-alarm");
  let isForm = true;
  /** What the form last wrote: it still shows that, also where it is no tariff yet. */
  let written = "";

  function view(form: boolean): void {
    isForm = form;
    formBox.toggle(form);
    jsonBox.toggle(!form);
    for (const one of views) $(one).toggleClass("selected", ($(one).attr("data-view") === "form") === form);
  }
  function show(tariff: Tariff): void {
    const form = formOf(tariff);
    note.text(form === null ? words("jsonOnly") : "");
    view(form !== null);
    if (form !== null) field.show(form);
  }
  function tell(now: Told): void {
    alarm.text("fault" in now ? now.fault : "");
    told(now);
  }
  function toForm(): void {
    const isWritten = String(text.val()) === written;
    const now = isWritten ? tariffOfForm(field.read()).told : tariffOfText(String(text.val()));
    if (!isWritten && "tariff" in now) show(now.tariff);
    else view(isWritten);
    tell(now);
  }
  function fromForm(): void {
    const now = tariffOfForm(field.read());
    written = now.text;
    text.val(now.text).trigger("change");
    tell(now.told);
  }
  formBox.on("change input", (event) => {
    event.stopPropagation();
    fromForm();
  });
  text.on("input", () => tell(tariffOfText(String(text.val()))));
  views.on("click", (event) => {
    event.preventDefault();
    if (($(event.currentTarget).attr("data-view") === "form") === isForm) return;
    if (isForm) view(false);
    else toForm();
  });

  const start = root.find("select.mm-start");
  fillSelect(start, [
    ["", words("startFrom")],
    ...Object.entries(TARIFFS).map(([key, { name }]) => [key, name] as const),
  ]);
  start.on("change", (event) => {
    event.stopPropagation();
    const key = String(start.val());
    start.val("");
    if (!isTariffKey(key)) return;
    const copy: Tariff = TARIFFS[key];
    show({ ...copy, name: `${copy.name}, ${words("mine")}` });
    fromForm();
  });
  return {
    /** Shows the tariff of the textarea; an empty one begins with a plain one. */
    refresh() {
      if (String(text.val()).trim() !== "") return toForm();
      show({ ...plainTariff(15, zone()), name: words("mine") });
      fromForm();
    },
  };
}

/** The rules of a tariff as a list. */
export function showRules(list: JQuery, rules: readonly string[]): void {
  list.empty();
  for (const line of rules) element(list, "li", "", line);
}
