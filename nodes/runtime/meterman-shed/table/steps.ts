const parts = (text: string) => text.split(/[\s,;]+/).filter((part) => part !== "");

/** The steps that a text like `0, 6, 10, 16` names; null unless they are two or more, rising, 0 to 1000. */
export function stepsOf(text: string): readonly number[] | null {
  const steps = parts(text).map(Number);
  const rising = steps.every((step, i) => step >= 0 && step <= 1000 && step > (steps[i - 1] ?? -1));
  return steps.length >= 2 && rising ? steps : null;
}

/** What is said of a text that names no steps. */
export const NO_STEPS = "give its steps in rising order, like 6, 10, 16";

const PHASES = ["L1", "L2", "L3"];

/** The phases that a text like `L1 L2 L3` names, none for an empty one; null when it names something else. */
export function phasesOf(text: string): readonly string[] | null {
  const phases = [...new Set(parts(text.toUpperCase()))].sort();
  return phases.every((phase) => PHASES.includes(phase)) ? phases : null;
}

/** What is said of a text that names no phases. */
export const NO_PHASES = "its phases must be L1, L2, L3, or several of them, or empty";

/** What is said of a load that could neither stay off nor come back. */
export const TOO_SHORT = "its longest time off is shorter than its minimum time off";
