import { type Child, h, type Piece } from "../../parts/tree.ts";
import { timeWords } from "../corrections/local-time.ts";
import { eventWords, isBad } from "./events.ts";
import { EVENT_DAYS, type HealthState, type MeterRow } from "./state.ts";

/** Folded until somebody wants to know; unfolding asks for them. */
export function eventsPart({ id }: MeterRow, { events, zone }: HealthState): Piece {
  return h(
    "details",
    { key: "events", class: "events", "data-meter": id },
    h("summary", {}, `What happened in the last ${EVENT_DAYS} days`),
    ...list(events.get(id), zone),
  );
}

function list(found: ReturnType<HealthState["events"]["get"]>, zone: string): Child[] {
  if (found === undefined || found === "wait") return [h("p", { class: "hint" }, "One moment…")];
  if (found === "away") return [h("p", { class: "fault" }, "It could not be read just now.")];
  if (found.length === 0) return [h("p", { class: "hint" }, "Nothing worth telling.")];
  const rows = found.map((event) => {
    return h(
      "li",
      { class: isBad(event) ? "bad" : "" },
      h("time", {}, timeWords(event.at, zone)),
      h("span", {}, eventWords(event)),
    );
  });
  return [h("ol", {}, ...rows)];
}
