import type { DemandReport } from "../../../model/index.ts";
import { ago, countdown, energy, money, power, UNKNOWN, windowName } from "../parts/format.ts";
import { wall } from "../parts/time.ts";
import { type Child, h, type Piece } from "../parts/tree.ts";
import { chart } from "./chart.ts";
import { gauge } from "./gauge.ts";
import { type PageState, sinceAnswer, usedWhOf } from "./state.ts";
import { verdict } from "./verdict.ts";

/** A card of one demand node: its open window, and the last 24 hours. */
export function windowCard(report: DemandReport, state: PageState): Piece {
  const now = report.at + sinceAnswer(state);
  const { tone, text } = verdict(report);
  const title = titleOf(report);
  return h(
    "section",
    { key: `demand ${report.id}`, class: `card window tone-${tone}`, "aria-label": title },
    h("header", {}, h("h2", {}, title), h("ul", { class: "tags" }, ...tags(report).map((tag) => h("li", {}, tag)))),
    h("p", { class: "verdict" }, text),
    h(
      "div",
      { class: "now" },
      h("div", {}, gauge(report, now - report.windowStart, tone), report.target === "limit" && legend()),
      h("dl", { class: "figures" }, ...figures(report, now)),
    ),
    chart(report, state),
  );
}

/** One that has no name is called by what it watches. */
function titleOf({ name, target, windowS }: DemandReport): string {
  if (name !== "") return name;
  return target === "surplus" ? "Surplus" : `This ${windowName(windowS)}`;
}

function legend(): Piece {
  const names = ["used", "expected", "limit"];
  return h("ul", { class: "legend", "aria-hidden": "true" }, ...names.map((name) => h("li", { class: name }, name)));
}

/** So much of a window in holes of the readings is worth a word; there is always a little since the last one. */
const MUCH = 0.1;

function tags(report: DemandReport): string[] {
  const { name, target, phase, tariff, windowS, counts, onPeak, coverage, bridgedWh } = report;
  const found = [target === "surplus" ? "surplus" : tariff];
  if (name !== "") found.push(windowName(windowS));
  if (phase !== null) found.push(`phase ${phase}`);
  if (target === "limit" && !counts) found.push("does not count now");
  else if (target === "limit" && onPeak) found.push("peak time");
  if (coverage < 0.9) found.push(`readings for ${Math.floor(coverage * 100)} % of it`);
  if (bridgedWh !== null && bridgedWh > MUCH * Math.abs(usedWhOf(report)))
    found.push(`${energy(bridgedWh)} of it estimated`);
  return found;
}

function figures(report: DemandReport, now: number): Child[] {
  const usedWh = usedWhOf(report);
  const { powerWatts, allowedWatts, limitWatts, isFixed, windowS, windowEnd, zone, price, adds, ageS } = report;
  const isLimit = report.target === "limit";
  const most = limitWatts === null ? "" : ` of ${energy((limitWatts * windowS) / 3600)}`;
  const age = ageS === null ? "no reading yet" : `reading of ${ago(ageS)} ago`;
  return [
    figure("Power now", isLimit ? power(powerWatts) : flow(powerWatts), age),
    isLimit &&
      figure(
        "May be drawn",
        allowedWatts !== null && allowedWatts <= 0 ? "nothing" : power(allowedWatts),
        "to end at the limit",
      ),
    figure("Time left", countdown(windowEnd - now), `until ${wall(windowEnd, zone).minute}`),
    isLimit
      ? figure("Used", `${energy(usedWh)}`, `${most.trim() || "so far"}`)
      : figure("So far", energy(Math.abs(usedWh)), usedWh < 0 ? "fed in" : "drawn"),
    // A fuse has no bill.
    adds !== null && !(isFixed && adds.charge === null) && figure("Adds to the month", added(adds), peak(adds.watts)),
    price !== null && figure("Energy now", money({ ...price, amount: price.perKwh }, 3), "per kWh"),
  ];
}

function flow(watts: number | null): string {
  return watts === null ? UNKNOWN : power(Math.abs(watts));
}

function added({ watts, charge }: NonNullable<DemandReport["adds"]>): string {
  if (watts <= 0) return "nothing";
  return charge === null ? power(watts) : money(charge);
}

function peak(watts: number): string {
  return watts <= 0 ? "its peak stays" : `its peak rises by ${power(watts)}`;
}

function figure(name: string, value: string, note: string): Piece {
  return h("div", { key: name }, h("dt", {}, name), h("dd", {}, value, h("small", {}, note)));
}
