import type { EditorRED } from "node-red";

/** Small things that the edit dialogs share. The editor's own global is `RED`. */
declare global {
  const RED: EditorRED;
}

export const COLOR = "#9ec9a8";

/** A validator of settings that are whole numbers in a range; an empty value is valid when `optional`. */
export function wholeNumber(min: number, max: number, optional = false): (value: string | number) => boolean {
  return (value) => {
    if (value === "" || value === null || value === undefined) return optional;
    const number = Number(value);
    return Number.isInteger(number) && number >= min && number <= max;
  };
}
