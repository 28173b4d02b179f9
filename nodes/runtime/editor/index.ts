import type { EditorRED } from "node-red";

/** Small things that the edit dialogs share. The editor's own global is `RED`. */
declare global {
  const RED: EditorRED;
}

export const COLOR = "#9ec9a8";

/** The names above the columns of an editable list; `columns` are [words, CSS width], as wide as the fields below. */
export function columnNames(columns: readonly (readonly [string, string])[], gap = "6px"): JQuery {
  const header = $("<div/>", { style: `display:flex; gap:${gap}; padding:4px 44px 2px 29px; font-size:.9em;` });
  for (const [words, width] of columns) header.append($("<span/>", { style: `width:${width};`, text: words }));
  return header;
}

/** A validator of settings that are whole numbers in a range; an empty value is valid when `optional`. */
export function wholeNumber(min: number, max: number, optional = false): (value: string | number) => boolean {
  return (value) => {
    if (value === "" || value === null || value === undefined) return optional;
    const number = Number(value);
    return Number.isInteger(number) && number >= min && number <= max;
  };
}
