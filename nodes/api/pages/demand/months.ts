import type { DemandReport, MonthReport } from "../../../model/index.ts";
import { energy, kilowatts, money } from "../parts/format.ts";
import { monthName, wall } from "../parts/time.ts";
import { h, type Piece } from "../parts/tree.ts";

/** The peaks of the month and of those before, with what they cost. */
export function monthsCard(report: DemandReport): Piece | null {
  const { months, id, name, target, isFixed } = report;
  const hasCharge = months.some(({ charge }) => charge !== null);
  const hasEnergy = months.some(({ energyCharge }) => energyCharge !== null);
  if (target === "surplus" || months.length === 0 || (isFixed && !hasCharge && !hasEnergy)) return null;
  // Bars compare: one alone says nothing.
  const top = months.length > 1 ? Math.max(1, ...months.map(({ billedWatts }) => billedWatts)) : 0;
  const label = `Months of ${name || "this node"}`;
  return h(
    "section",
    { key: `months ${id}`, class: "card months", "aria-label": label },
    h("header", {}, h("h2", {}, "Months"), h("span", { class: "of" }, name)),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Month"),
          h("th", { scope: "col", class: "number" }, "kW"),
          hasCharge && h("th", { scope: "col", class: "number" }, "Demand"),
          hasEnergy && h("th", { scope: "col", class: "number" }, "Energy"),
        ),
      ),
      h("tbody", {}, ...months.map((month) => row(month, report.zone, top, hasCharge, hasEnergy))),
    ),
    h(
      "details",
      { class: "rules" },
      h("summary", {}, `Rules: ${report.tariff}`),
      h("ul", {}, ...report.rules.map((rule) => h("li", {}, rule))),
    ),
  );
}

function row(month: MonthReport, zone: string, top: number, hasCharge: boolean, hasEnergy: boolean): Piece {
  const { period, final, figureWatts, billedWatts, charge, energyCharge, energyWh } = month;
  const width = Math.max(0, Math.min(100, (billedWatts / top) * 100)).toFixed(1);
  const isSame = Math.abs(figureWatts - billedWatts) < 5;
  return h(
    "tr",
    { key: period, class: final ? "" : "running" },
    h(
      "th",
      { scope: "row" },
      monthName(period),
      h("small", {}, final ? peaks(month, zone) : ["so far", peaks(month, zone)].filter(Boolean).join(" · ")),
      top > 0 &&
        h(
          "svg",
          { class: "share", viewBox: "0 0 100 3", preserveAspectRatio: "none", "aria-hidden": "true" },
          h("rect", { width: 100, height: 3, class: "track" }),
          h("rect", { width, height: 3, class: "part" }),
        ),
    ),
    h(
      "td",
      { class: "number" },
      kilowatts(billedWatts),
      !isSame && h("small", {}, `measured ${kilowatts(figureWatts)}`),
    ),
    hasCharge && h("td", { class: "number" }, charge === null ? "–" : money(charge)),
    hasEnergy &&
      h(
        "td",
        { class: "number" },
        energyCharge === null ? "–" : money(energyCharge),
        energyWh !== null && h("small", {}, energy(energyWh)),
      ),
  );
}

/** When the windows were that make the figure. */
function peaks({ candidates }: MonthReport, zone: string): string {
  return candidates
    .slice(0, 4)
    .map(({ start }) => `${wall(start, zone).date} ${wall(start, zone).minute}`)
    .join(" · ");
}
