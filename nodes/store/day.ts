/** UTC days since 1970-01-01: what files and roll-ups are cut by. Local days are the business of queries. */
export const DAY_S = 86_400;
export const HALF_S = 1_800;
export const HALVES = 48;

export function dayOf(at: number): number {
  return Math.floor(at / DAY_S);
}

function dateOf(day: number): string {
  return new Date(day * DAY_S * 1000).toISOString();
}

/** `2026-03`, the stem of the file that holds the day. */
export function monthOf(day: number): string {
  return dateOf(day).slice(0, 7);
}

/** `2026`, the stem of the roll-up file that describes the day. */
export function yearOf(day: number): string {
  return dateOf(day).slice(0, 4);
}
