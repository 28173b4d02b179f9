import type { DecisionReport, ShedReport } from "../../../model/index.ts";
import { moment } from "../parts/time.ts";
import { type Child, h, type Piece } from "../parts/tree.ts";

/** What was decided, newest first; each unfolds to the sum behind it. */
export function logCard({ id, name, decisions, at }: ShedReport, zone: string): Piece {
  return h(
    "section",
    { key: `log ${id}`, class: "card log", "aria-label": `Decisions of ${name || "this node"}` },
    h("header", {}, h("h2", {}, "Decisions")),
    decisions.length === 0
      ? h("p", { class: "empty" }, "Nothing had to be switched yet.")
      : h("ol", { class: "rows" }, ...keyed(decisions).map(([key, one]) => entry(key, one, at, zone))),
  );
}

/** Keys that stay when newer decisions come: several may be of one second. */
function keyed(decisions: readonly DecisionReport[]): [string, DecisionReport][] {
  const seen = new Map<string, number>();
  const oldestFirst = [...decisions].reverse().map((one): [string, DecisionReport] => {
    const base = `${one.time} ${one.load}`;
    const number = seen.get(base) ?? 0;
    seen.set(base, number + 1);
    return [`${base} ${number}`, one];
  });
  return oldestFirst.reverse();
}

export function actionWords({ action, level, load }: DecisionReport): string {
  return action === "set" && level > 0 ? `${load} to ${level}` : `${load} ${action === "set" ? "off" : action}`;
}

function entry(key: string, one: DecisionReport, now: number, zone: string): Piece {
  return h(
    "li",
    { key, class: `decision ${one.level > 0 ? one.action : "off"}` },
    h(
      "details",
      {},
      h(
        "summary",
        {},
        h("time", {}, moment(one.time, now, zone, true)),
        h(
          "span",
          { class: "text" },
          h("strong", {}, actionWords(one)),
          one.dryRun && h("em", {}, "dry run"),
          h("span", { class: "reason" }, one.reason),
        ),
      ),
      h("div", { class: "sum" }, one.formula !== "" && h("code", {}, one.formula), h("dl", {}, ...inputs(one))),
    ),
  );
}

function inputs({ inputs: figures, rule, limit }: DecisionReport): Child[] {
  const rows: [string, string][] = Object.entries(figures).map(([name, value]) => [
    name,
    value === null ? "not known" : tidy(value),
  ]);
  if (limit !== null) rows.push(["limit", limit]);
  rows.push(["rule", rule]);
  return rows.map(([name, value]) => h("div", { key: name }, h("dt", {}, name), h("dd", {}, value)));
}

function tidy(value: number): string {
  return String(Math.round(value * 10) / 10).replace("-", "\u2212");
}
