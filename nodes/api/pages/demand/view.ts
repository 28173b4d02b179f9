import { ago, power } from "./format.ts";
import { loadsCard } from "./loads.ts";
import { logCard } from "./log.ts";
import { monthsCard } from "./months.ts";
import { notices, OLD_S, zoneOf } from "./notices.ts";
import { type Answer, maySwitch, type PageState, sinceAnswer, type Trouble } from "./state.ts";
import { type Child, h, type Piece } from "./tree.ts";
import { windowCard } from "./window.ts";

/** The whole page, but its dialogs. */
export function view(state: PageState): Piece[] {
  const { answer, trouble } = state;
  const isOld = answer !== null && (trouble !== null || sinceAnswer(state) > OLD_S);
  const isLocked = answer === null && trouble?.kind === "refused";
  return [
    top(state),
    h(
      "main",
      { class: isOld ? "old" : "" },
      isLocked ? locked(state, trouble) : notices(state),
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

function locked({ hasToken }: PageState, { text }: Trouble): Piece {
  return h(
    "section",
    { class: "card locked" },
    h("h2", {}, hasToken ? "This token does not open the page" : "This page asks for a token"),
    h("p", { role: "alert" }, text),
    unlock(hasToken ? "Enter another token" : "Enter a token"),
  );
}

function top(state: PageState): Piece {
  const { answer, trouble } = state;
  const isFresh = answer !== null && trouble === null;
  const age = isFresh ? `${ago(sinceAnswer(state))} ago` : trouble?.kind === "away" ? "not connected" : "";
  return h(
    "header",
    { class: "top" },
    h("h1", {}, "Demand"),
    h("span", { class: `pulse ${isFresh ? "live" : ""}` }, h("span", { class: "dot", "aria-hidden": "true" }), age),
    answer !== null && unlock(maySwitch(state) ? "Unlocked" : "Read only", maySwitch(state)),
  );
}

/** Opens the dialog of the token. */
function unlock(text: string, isOpen = false): Piece {
  const look = { class: isOpen ? "token open" : "token", title: "Enter or forget a token" };
  return h("button", { type: "button", ...look, "data-act": "token" }, lock(isOpen), text);
}

function lock(isOpen: boolean): Piece {
  return h(
    "svg",
    { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
    h("path", { d: isOpen ? "M4.5 7V4.5a3.5 3.5 0 0 1 6.9-.8" : "M4.5 7V5a3.5 3.5 0 0 1 7 0v2" }),
    h("rect", { x: 3, y: 7, width: 10, height: 7, rx: 1.8, class: "body" }),
  );
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
