import { ago, power } from "../parts/format.ts";
import { locked, pulse, top, unlock } from "../parts/top.ts";
import { type Child, h, type Piece } from "../parts/tree.ts";
import { loadsCard } from "./loads.ts";
import { logCard } from "./log.ts";
import { monthsCard } from "./months.ts";
import { notices, OLD_S, zoneOf } from "./notices.ts";
import { type Answer, maySwitch, type PageState, sinceAnswer } from "./state.ts";
import { windowCard } from "./window.ts";

/** The whole page, but its dialogs. */
export function view(state: PageState): Piece[] {
  const { answer, trouble } = state;
  const isOld = answer !== null && (trouble !== null || sinceAnswer(state) > OLD_S);
  const isLocked = answer === null && trouble?.kind === "refused";
  return [
    head(state),
    h(
      "main",
      { class: isOld ? "old" : "" },
      isLocked ? locked(state.hasToken, trouble.text) : notices(state),
      answer === null && trouble === null && h("p", { class: "wait" }, "One moment…"),
      answer !== null && cards(answer, state),
    ),
  ];
}

/** For the tab of the browser. */
export function titleOf({ answer }: PageState): string {
  const [first] = answer?.demand ?? [];
  if (first === undefined) return "Demand · meterman";
  const { target, powerWatts, projectedWatts } = first;
  return `${power(target === "surplus" ? powerWatts : projectedWatts)} · Demand`;
}

function head(state: PageState): Piece {
  const { answer, trouble } = state;
  const isFresh = answer !== null && trouble === null;
  const age = isFresh ? `${ago(sinceAnswer(state))} ago` : trouble?.kind === "away" ? "not connected" : "";
  const lock = answer !== null && unlock(maySwitch(state) ? "Unlocked" : "Read only", maySwitch(state));
  return top("Demand", pulse(isFresh, age), lock);
}

function cards(answer: Answer, state: PageState): Child {
  const { demand, shed } = answer;
  return [
    demand.length === 0 &&
      h(
        "p",
        { class: "card empty" },
        "No demand node runs: wire one behind a meter node, and deploy. If there is one, its status says what it lacks.",
      ),
    ...demand.map((report) => windowCard(report, state)),
    h(
      "div",
      { class: "columns" },
      h(
        "div",
        {},
        shed.length === 0 &&
          h(
            "p",
            { class: "card empty" },
            "No shed node runs, so nothing is switched: wire one behind a demand node, and deploy.",
          ),
        ...shed.map((one) => loadsCard(one, state, zoneOf(answer, one))),
      ),
      h("div", {}, ...demand.map((report) => monthsCard(report))),
    ),
    ...shed.map((one) => logCard(one, zoneOf(answer, one))),
  ];
}
