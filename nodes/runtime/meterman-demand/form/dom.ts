/** Small parts that the form of a tariff is made of. Each field reports a change to `changed` of the form. */

/** Words of the locale, below `form.`. */
export type Words = (key: string) => string;

/** How a value is shown and read back. */
export interface Field<T> {
  show(value: T): void;
  read(): T;
}

export function element(to: JQuery, tag: string, className: string, text = ""): JQuery {
  return $(`<${tag}/>`, { class: className, text }).appendTo(to);
}

/** A text or number field; its title and accessible label are `label`. */
export function textField(to: JQuery, label: string, width: string, placeholder = ""): Field<string> {
  const attributes = { type: "text", title: label, "aria-label": label, placeholder };
  const input = $("<input/>", { ...attributes, style: `width:${width};` }).appendTo(to);
  return { show: (value) => void input.val(value), read: () => String(input.val() ?? "").trim() };
}

export function checkField(to: JQuery, label: string): Field<boolean> {
  const box = element(to, "label", "mm-check");
  const input = $("<input/>", { type: "checkbox" }).appendTo(box);
  box.append(document.createTextNode(label));
  return { show: (value) => void input.prop("checked", value), read: () => input.prop("checked") === true };
}

export type Options = readonly (readonly [value: string, words: string])[];

export function fillSelect(select: JQuery, options: Options): void {
  select.empty();
  for (const [value, text] of options) select.append($("<option/>", { value, text }));
}

export function selectField(to: JQuery, label: string, options: Options): Field<string> & { readonly select: JQuery } {
  const select = $("<select/>", { title: label, "aria-label": label }).appendTo(to);
  fillSelect(select, options);
  return { select, show: (value) => void select.val(value), read: () => String(select.val() ?? "") };
}

/**
 * Buttons of which any number can be chosen. None chosen means all of them, and `every` says so beside them.
 * @param names by value, in the order they are shown
 */
export function chips(to: JQuery, label: string, names: Options, every: string): Field<readonly number[]> {
  const group = $("<span/>", { class: "mm-chips", role: "group", "aria-label": label }).appendTo(to);
  const buttons = names.map(([value, text]) =>
    $("<button/>", { type: "button", "data-value": value, text, "aria-pressed": "false" }).appendTo(group),
  );
  const hint = element(group, "span", "mm-every", every);
  const isChosen = (button: JQuery) => button.attr("aria-pressed") === "true";
  const look = () => void hint.toggle(!buttons.some(isChosen));
  for (const button of buttons) {
    button.on("click", () => {
      button.attr("aria-pressed", String(!isChosen(button)));
      if (buttons.every(isChosen)) for (const one of buttons) one.attr("aria-pressed", "false");
      look();
      group.trigger("change");
    });
  }
  return {
    show(values) {
      for (const button of buttons) button.attr("aria-pressed", String(values.includes(Number(button.data("value")))));
      look();
    },
    read: () =>
      buttons
        .filter(isChosen)
        .map((button) => Number(button.data("value")))
        .sort((a, b) => a - b),
  };
}

/**
 * A list whose rows can be added and taken out.
 * @param fill makes the fields of a row
 * @param fresh what a new row begins with
 */
export function rowsField<T>(
  to: JQuery,
  words: { readonly add: string; readonly remove: string },
  fresh: T,
  fill: (row: JQuery) => Field<T>,
): Field<readonly T[]> {
  const list = element(to, "div", "mm-rows");
  const fields: { readonly row: JQuery; readonly field: Field<T> }[] = [];
  const add = (value: T) => {
    const row = element(list, "div", "mm-row");
    const body = element(row, "div", "mm-row-body");
    const field = fill(body);
    const remove = $("<button/>", { type: "button", class: "mm-remove", title: words.remove, text: "×" });
    remove.attr("aria-label", words.remove).appendTo(row);
    const entry = { row, field };
    remove.on("click", () => {
      fields.splice(fields.indexOf(entry), 1);
      row.remove();
      list.trigger("change");
    });
    field.show(value);
    fields.push(entry);
  };
  $("<button/>", { type: "button", class: "red-ui-button red-ui-button-small", text: `+ ${words.add}` })
    .appendTo(to)
    .on("click", () => {
      add(fresh);
      list.trigger("change");
    });
  return {
    show(values) {
      list.empty();
      fields.length = 0;
      for (const value of values) add(value);
    },
    read: () => fields.map(({ field }) => field.read()),
  };
}
