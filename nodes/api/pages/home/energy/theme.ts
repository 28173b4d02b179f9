/** Colours of the canvas, from the style sheet: light or dark, as the reader has it. */
export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly bar: string;
  readonly earlier: string;
  readonly lines: readonly string[];
  readonly hole: string;
  readonly recovered: string;
  readonly corrected: string;
  readonly selection: string;
  readonly font: string;
}

export const LINE_COLORS = 6;

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ...{ text: color("text"), muted: color("muted"), line: color("line"), bar: color("bar") },
    ...{ earlier: color("earlier"), hole: color("hole"), recovered: color("recovered") },
    ...{ corrected: color("corrected"), selection: color("selection") },
    lines: Array.from({ length: LINE_COLORS }, (_, index) => color(`line-${index + 1}`)),
    font: `12px ${style.fontFamily}`,
  };
}

/** @returns how to stop listening */
export function onTheme(listener: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", listener);
  return () => dark.removeEventListener("change", listener);
}
