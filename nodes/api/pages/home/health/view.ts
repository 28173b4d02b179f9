import { h, type Piece } from "../../parts/tree.ts";
import { gatewayCard } from "./gateway.ts";
import { meterCard } from "./meter.ts";
import type { HealthAnswer, HealthState } from "./state.ts";

export function healthView(state: HealthState): Piece[] {
  const { answer, trouble } = state;
  if (answer === null) return [h("p", { key: "wait", class: "wait" }, trouble ?? "One moment…")];
  return [
    h("h2", { key: "title", class: "unseen" }, "Health"),
    summary(answer),
    group(
      "Meters",
      answer.meters.map((row) => meterCard(row, state)),
      "No meter has been heard yet.",
    ),
    group(
      "Gateways",
      answer.gateways.map((report) => gatewayCard(report, state)),
      "No gateway node runs.",
    ),
  ];
}

function group(title: string, cards: readonly Piece[], none: string): Piece {
  return h(
    "div",
    { key: title, class: "devices" },
    h("h2", {}, title),
    ...(cards.length === 0 ? [h("p", { class: "card empty" }, none)] : cards),
  );
}

interface Trouble {
  readonly of: string;
  /** Of the card that tells more; null where there is none. */
  readonly card: string | null;
  readonly text: string;
}

/** Everything that is wrong anywhere, in words, before any figure. */
function summary(answer: HealthAnswer): Piece {
  const all = troublesOf(answer);
  if (all.length === 0) {
    const nothing = answer.meters.length === 0 && answer.gateways.length === 0;
    const words = nothing ? "Nothing is heard yet." : "All is well: nothing needs you.";
    return h("p", { key: "summary", class: "card well" }, h("span", { class: "dot", "aria-hidden": "true" }), words);
  }
  return h(
    "section",
    { key: "summary", class: "card unwell", "aria-labelledby": "unwell" },
    h("h2", { id: "unwell" }, all.length === 1 ? "One thing needs a look" : `${all.length} things need a look`),
    h(
      "ul",
      {},
      ...all.map(({ of, card, text }) => {
        const name =
          card === null ? h("b", {}, of) : h("button", { type: "button", class: "link", "data-card": card }, of);
        return h("li", { key: `${of} ${text}` }, name, h("span", {}, text));
      }),
    ),
  );
}

function troublesOf({ store, nodes, meters, gateways }: HealthAnswer): Trouble[] {
  const found: Trouble[] = [];
  if (!store.open) found.push({ of: "Store", card: null, text: store.detail ?? "It is not open." });
  for (const { id, name, health, display } of meters) {
    for (const text of health.troubles) found.push({ of: name, card: `meter-${id}`, text });
    if (display?.isOff === true) found.push({ of: name, card: `meter-${id}`, text: display.words });
  }
  for (const { id, name, troubles } of gateways) {
    for (const text of troubles) found.push({ of: name, card: `gateway-${id}`, text });
  }
  // Meters and gateways speak for their nodes.
  for (const { type, name, status } of nodes) {
    const isTold = type === "meterman-meter" || type === "meterman-gateway";
    if (status.kind === "error" || (status.kind === "warn" && !isTold))
      found.push({ of: name || `${type.replace("meterman-", "")} node`, card: null, text: status.text });
  }
  return found;
}
