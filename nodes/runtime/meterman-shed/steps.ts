/** The steps that a text like `0, 6, 10, 16` names; null unless they are two or more, rising, 0 to 1000. */
export function stepsOf(text: string): readonly number[] | null {
  const steps = text
    .split(/[\s,;]+/)
    .filter((part) => part !== "")
    .map(Number);
  const rising = steps.every((step, i) => step >= 0 && step <= 1000 && step > (steps[i - 1] ?? -1));
  return steps.length >= 2 && rising ? steps : null;
}

/** What is said of a text that names no steps. */
export const NO_STEPS = "give its steps in rising order, like 6, 10, 16";
