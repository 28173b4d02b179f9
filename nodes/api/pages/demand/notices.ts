import { ago } from "../parts/format.ts";
import { moment } from "../parts/time.ts";
import { h, type Piece } from "../parts/tree.ts";
import { type Answer, type PageState, sinceAnswer } from "./state.ts";

interface Notice {
  readonly key: string;
  readonly tone: "bad" | "near" | "note";
  readonly text: string;
  readonly note?: string;
}

/** An answer this old is called old: several questions in a row went without one. */
export const OLD_S = 15;

/** Everything that a person should know first: alarms, what holds, and whether this page is up to date. */
export function notices(state: PageState): Piece | null {
  const all = [...ofPage(state), ...(state.answer === null ? [] : ofAnswer(state.answer))];
  if (all.length === 0) return null;
  return h(
    "ul",
    { class: "notices", "aria-label": "Alarms and notices" },
    ...all.map(({ key, tone, text, note }) =>
      h("li", { key, class: `notice ${tone}` }, h("span", {}, text), note !== undefined && h("small", {}, note)),
    ),
  );
}

function ofPage(state: PageState): Notice[] {
  const { trouble, answer } = state;
  const age = sinceAnswer(state);
  if (trouble !== null) {
    const old = answer === null ? "" : ` What you see is ${ago(age)} old.`;
    return [{ key: "trouble", tone: "bad", text: `${trouble.text}${old}` }];
  }
  if (answer !== null && age > OLD_S) return [{ key: "old", tone: "near", text: `What you see is ${ago(age)} old.` }];
  return [];
}

export function zoneOf(answer: Answer, shed: { readonly demands: readonly string[] }): string {
  return (answer.demand.find(({ id }) => shed.demands.includes(id)) ?? answer.demand[0])?.zone ?? "UTC";
}

function ofAnswer(answer: Answer): Notice[] {
  return answer.shed.flatMap((shed) => {
    const zone = zoneOf(answer, shed);
    const since = (at: number) => `since ${moment(at, shed.at, zone)}`;
    const found: Notice[] = shed.alarms.map(({ load, code, message, since: at }) => ({
      key: `${shed.id} ${code} ${load ?? ""}`,
      tone: "bad",
      text: load === null || message.includes(load) ? message : `${load}: ${message}`,
      note: since(at),
    }));
    if (shed.refused !== null) found.push({ key: `${shed.id} refused`, tone: "bad", text: shed.refused });
    const isToldOf = shed.alarms.some(({ load, code }) => load === null && code === "METERMAN_DEMAND_STALE");
    if (shed.staleSince !== null && !isToldOf) {
      const text = "No fresh reading: nothing is given back until one comes.";
      found.push({ key: `${shed.id} stale`, tone: "near", text, note: since(shed.staleSince) });
    }
    if (shed.stoppedUntil !== null) {
      const text = `Loads did not follow several commands in a row: nothing more is switched until ${moment(shed.stoppedUntil, shed.at, zone)}.`;
      found.push({ key: `${shed.id} stopped`, tone: "bad", text });
    }
    if (shed.dryRun) {
      const text = `${shed.name || "The shed node"} is in a dry run: it decides and tells, and switches nothing.`;
      found.push({ key: `${shed.id} dry`, tone: "note", text });
    }
    return found;
  });
}
