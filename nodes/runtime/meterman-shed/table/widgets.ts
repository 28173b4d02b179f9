/** Looks a text up in the catalogue of the node. */
export type Words = (key: string) => string;

/** Fields beside each other that wrap where the dialog is narrow. */
export const line = (to: JQuery): JQuery => $("<div/>", { class: "meterman-line" }).appendTo(to);

/** Its name above a field, and what it means as a tooltip. */
function captioned(to: JQuery, name: string, flex: string, words: Words): JQuery {
  const label = $("<label/>", { class: "meterman-field", style: `flex:${flex};`, title: words(`tip.${name}`) });
  return label.append($("<span/>", { text: words(`load.${name}`) })).appendTo(to);
}

/** A text field. @returns the field itself */
export function field(to: JQuery, name: string, value: string, flex: string, words: Words): JQuery {
  const label = captioned(to, name, flex, words);
  const placeholder = words(`like.${name}`);
  const shown = placeholder === `like.${name}` ? {} : { placeholder };
  return $("<input/>", { type: "text", "data-field": name, ...shown })
    .val(value)
    .appendTo(label);
}

/** A choice among `options`, whose names are in the catalogue below `name`. @returns the select itself */
export function pick(
  to: JQuery,
  name: string,
  value: string,
  options: readonly string[],
  flex: string,
  words: Words,
): JQuery {
  const select = $("<select/>", { "data-field": name }).appendTo(captioned(to, name, flex, words));
  for (const option of options) select.append($("<option/>", { value: option, text: words(`${name}.${option}`) }));
  return select.val(value);
}

/** A box to tick, with its meaning beside it. */
export function tick(to: JQuery, name: string, value: boolean, words: Words): void {
  const label = $("<label/>", { class: "meterman-tick", title: words(`tip.${name}`) }).appendTo(to);
  label.append($("<input/>", { type: "checkbox", "data-field": name }).prop("checked", value));
  label.append(document.createTextNode(words(`load.${name}`)));
}
