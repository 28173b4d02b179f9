import type { Line } from "./decode.ts";

export type LineKind = Line["kind"];

/** How many lines ended as what. The sum of `kinds` is `lines`, the sum of `rejections` is `kinds.rejected`. */
export interface Accounts {
  readonly lines: number;
  readonly kinds: Readonly<Record<LineKind, number>>;
  /** By code of rejection. */
  readonly rejections: Readonly<Record<string, number>>;
}

export const NO_LINES: Accounts = {
  lines: 0,
  kinds: { frame: 0, continuation: 0, diagnostic: 0, echo: 0, console: 0, noise: 0, rejected: 0 },
  rejections: {},
};

export function account(accounts: Accounts, line: Line): Accounts {
  const { lines, kinds, rejections } = accounts;
  return {
    lines: lines + 1,
    kinds: { ...kinds, [line.kind]: kinds[line.kind] + 1 },
    rejections:
      line.kind === "rejected" ? { ...rejections, [line.code]: (rejections[line.code] ?? 0) + 1 } : rejections,
  };
}
