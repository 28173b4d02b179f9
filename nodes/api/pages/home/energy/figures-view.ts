import type { Resolution } from "../../../../model/index.ts";
import { power, UNKNOWN } from "../../parts/format.ts";
import { h, type Piece } from "../../parts/tree.ts";
import { earlierWords } from "./earlier.ts";
import { difference, type Sum } from "./figures.ts";
import { isEnergy } from "./resolution.ts";
import type { Earlier } from "./state.ts";
import { kwh, rowTime } from "./words.ts";

export interface Figures {
  readonly name: string;
  readonly color: number;
  /** Exact where the server has said it. */
  readonly wh: number | null;
  readonly sum: Sum;
  readonly resolution: Resolution;
  /** W; null for unknown. */
  readonly now: number | null;
  /** Seconds of the span that have passed. */
  readonly passedS: number;
}

export interface Compared {
  readonly unit: Earlier;
  readonly isWhole: boolean;
  readonly wh: number | null;
  readonly coveredS: number;
}

/** Less of the span than this has readings: that is said beside the sum. */
const MUCH = 0.98;

/** Of one line in large figures. */
export function figuresOf(one: Figures, compared: Compared | null, zone: string): Piece {
  const { wh, sum, now, resolution, passedS } = one;
  const covered = passedS > 0 ? sum.coveredS / passedS : 1;
  const gap = sum.wh !== null && covered < MUCH ? `readings for ${Math.floor(covered * 100)}\u00a0% of it` : "";
  return h(
    "dl",
    { class: "figures" },
    figure("Used", kwh(wh), gap),
    figure("Mean", power(sum.watts), ""),
    figure(
      isEnergy(resolution) ? `Highest ${resolution}` : "Highest",
      highest(one),
      sum.most === null ? "" : rowTime(sum.most, resolution, zone),
    ),
    compared === null
      ? figure("Now", power(now), now === null ? "not known" : "")
      : figure("Compared", ...comparedWords(wh, compared, sum)),
  );
}

function highest({ sum: { most }, resolution }: Figures): string {
  return isEnergy(resolution) ? kwh(most?.wh ?? null) : power(most?.watts ?? null);
}

function figure(name: string, value: string, note: string): Piece {
  return h("div", { key: name }, h("dt", {}, name), h("dd", {}, value, note !== "" && h("small", {}, note)));
}

/** ["−18 %", "2.31 kWh less than the week before"] */
export function comparedWords(
  wh: number | null,
  { unit, isWhole, wh: then, coveredS }: Compared,
  sum: Sum,
): [string, string] {
  const before = earlierWords(unit, isWhole);
  const found = difference(wh, then);
  if (found === null) return [UNKNOWN, `nothing is known of ${before}`];
  const size = kwh(Math.abs(found.wh));
  const words =
    Math.abs(found.wh) < 0.5 ? `as much as ${before}` : `${size} ${found.wh < 0 ? "less" : "more"} than ${before}`;
  // A period with holes is no fair one to compare with: it is told how much of it there is.
  const share = sum.coveredS > 0 ? coveredS / sum.coveredS : 1;
  const note = share < 0.95 ? `, of which less is known` : share > 1.05 ? `, of which more is known` : "";
  return [percent(found.percent), `${words}${note}`];
}

function percent(value: number | null): string {
  if (value === null) return UNKNOWN;
  const size = Math.abs(value).toFixed(Math.abs(value) < 9.95 ? 1 : 0);
  return `${value < 0 && Number(size) !== 0 ? "\u2212" : "+"}${size}\u00a0%`;
}

/** Of several lines in rows, which are their legend, too. */
export function figuresTable(all: readonly Figures[]): Piece {
  return h(
    "table",
    { class: "lines" },
    h(
      "thead",
      {},
      h("tr", {}, ...["Meter", "Used", "Mean", "Highest", "Now"].map((name) => h("th", { scope: "col" }, name))),
    ),
    h(
      "tbody",
      {},
      ...all
        .map((one) => [one, highest(one)] as const)
        .map(([{ name, color, wh, sum, now }, most], index) =>
          h(
            "tr",
            { key: index },
            h(
              "th",
              { scope: "row" },
              h("span", { class: `swatch line-${(color % 6) + 1}`, "aria-hidden": "true" }),
              name,
            ),
            ...[kwh(wh), power(sum.watts), most, power(now)].map((text) => h("td", {}, text)),
          ),
        ),
    ),
  );
}
