/** How far work has come, for people: a bar where there is a terminal, else a line every ten seconds. */
export interface ProgressBar {
  /** @param total 0 while it is not known @param what is being done, or counted */
  show(done: number, total: number, what: string): void;
  /** Takes the bar away. */
  clear(): void;
}

const WIDTH = 24;
const REDRAW_MS = 100;
const LINE_MS = 10_000;

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** @param now milliseconds of a clock that only goes forward */
export function progressBar(screen: Screen, now: () => number): ProgressBar {
  const began = now();
  const isTerminal = screen.isTTY === true;
  let shown = isTerminal ? Number.NEGATIVE_INFINITY : began;
  let isDrawn = false;
  return {
    show(done, total, what) {
      const at = now();
      if (at - shown < (isTerminal ? REDRAW_MS : LINE_MS)) return;
      shown = at;
      const line = progressWords(done, total, what, (at - began) / 1000);
      if (!isTerminal) {
        screen.write(`meterman: ${line}\n`);
        return;
      }
      isDrawn = true;
      const bar = total > 0 ? `${barOf(done / total)} ` : "";
      screen.write(`\r\u001B[K${(bar + line).slice(0, (screen.columns ?? 80) - 1)}`);
    },
    clear() {
      if (isDrawn) screen.write("\r\u001B[K");
      isDrawn = false;
    },
  };
}

/** `43 % · 1 234 of 2 870 · 120/s · 14 s left · 2026-07` */
export function progressWords(done: number, total: number, what: string, elapsedS: number): string {
  const rate = elapsedS > 0 ? done / elapsedS : 0;
  const speed = rate > 0 ? ` · ${grouped(rate)}/s` : "";
  const about = what === "" ? "" : ` · ${what}`;
  if (total <= 0) return `${grouped(done)}${speed}${about}`;
  const left = rate > 0 && done < total ? ` · ${timeInWords((total - done) / rate)} left` : "";
  const share = Math.floor((100 * Math.min(done, total)) / total);
  return `${share} % · ${grouped(done)} of ${grouped(total)}${speed}${left}${about}`;
}

function barOf(share: number): string {
  const full = Math.round(WIDTH * Math.min(1, Math.max(0, share)));
  return `[${"#".repeat(full)}${"-".repeat(WIDTH - full)}]`;
}

/** Thousands apart; a number below 10 with one decimal unless it is whole. */
export function grouped(value: number): string {
  const text = value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
  return text.replace(/\B(?=(\d{3})+(?!\d|\.))/g, " ");
}

export function timeInWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
