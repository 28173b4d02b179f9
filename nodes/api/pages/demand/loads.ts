import type { LoadReport, ShedReport } from "../../../model/index.ts";
import { power } from "../parts/format.ts";
import { moment } from "../parts/time.ts";
import { type Child, h, type Piece } from "../parts/tree.ts";
import { maySwitch, type PageState, type Told } from "./state.ts";

/** For how long a wish holds; `today` is until midnight. */
const SPANS = [
  ["3600", "for 1 hour"],
  ["today", "today"],
  ["", "until changed"],
] as const;
const WISHES = [
  ["auto", "Automatic"],
  ["on", "On"],
  ["off", "Off"],
] as const;

/** A card of one shed node: what each load does, why, and the ways to say otherwise. */
export function loadsCard(shed: ShedReport, state: PageState, zone: string): Piece {
  const title = shed.name || "Loads";
  return h(
    "section",
    { key: `shed ${shed.id}`, class: "card loads", "aria-label": title },
    h("header", {}, h("h2", {}, title), dryRun(shed, state)),
    words(state.told.get(`${shed.id}/`)),
    shed.loads.length === 0
      ? h("p", { class: "empty" }, "This node has no loads yet: add them in its dialog, and deploy.")
      : h("ul", { class: "rows" }, ...shed.loads.map((load) => row(shed, load, state, zone))),
  );
}

function words(told: Told | undefined): Piece | null {
  return told === undefined ? null : h("p", { class: `told ${told.kind}` }, told.text);
}

function dryRun({ id, dryRun: on }: ShedReport, state: PageState): Piece {
  const attributes = { type: "button", class: "switch", role: "switch", "aria-checked": String(on) };
  return h(
    "button",
    { ...attributes, "data-act": "dry-run", "data-shed": id, "data-on": String(!on), disabled: !maySwitch(state) },
    h("span", { class: "knob", "aria-hidden": "true" }),
    "Dry run",
  );
}

function row(shed: ShedReport, load: LoadReport, state: PageState, zone: string): Piece {
  return h(
    "li",
    { key: load.name, class: `load ${isOn(load) ? "on" : load.level === null ? "unknown" : "off"}` },
    h(
      "div",
      { class: "what" },
      h("h3", {}, h("span", { class: "dot", "aria-hidden": "true" }), load.name),
      h("span", { class: "level" }, levelWords(load)),
      h("span", { class: "power" }, powerWords(load)),
    ),
    h("p", { class: "why" }, load.why),
    h("ul", { class: "tags" }, ...tags(load, shed.at, zone).map(([kind, text]) => h("li", { class: kind }, text))),
    load.trouble !== null && h("p", { class: "trouble" }, load.trouble),
    maySwitch(state) && controls(shed, load),
    words(state.told.get(`${shed.id}/${load.name}`)),
  );
}

function isOn({ level }: LoadReport): boolean {
  return level !== null && level > 0;
}

function levelWords(load: LoadReport): string {
  const { level, kind, levels } = load;
  if (level === null) return "not known";
  if (level <= 0) return "off";
  return kind === "switch" ? "on" : `${level} of ${Math.max(...levels)}`;
}

/** What it draws; for one that is off, what it would. */
function powerWords(load: LoadReport): string {
  const { watts, powerW } = load;
  if (!isOn(load) && (watts ?? 0) < 1) return powerW === null || powerW < 1 ? power(watts) : would(powerW);
  if (watts !== null) return power(watts);
  return powerW === null ? "" : `about ${power(powerW)}`;
}

function would(watts: number): string {
  return `${power(watts)} if on`;
}

function tags(
  { held, override, critical, surplus, phases }: LoadReport,
  now: number,
  zone: string,
): [string, string][] {
  const found: [string, string][] = [];
  if (held !== null && override === null)
    found.push(["held", `${held.dryRun ? "would be held" : "held"} since ${moment(held.since, now, zone)}`]);
  if (override !== null) {
    const until = override.until === null ? "until changed" : `until ${moment(override.until, now, zone)}`;
    found.push(["hand", `${override.mode === "leave" ? "left alone" : `${override.mode} by hand`} ${until}`]);
  }
  if (critical) found.push(["", "never switched off"]);
  if (surplus) found.push(["sun", "runs on surplus"]);
  if (phases.length > 0) found.push(["", phases.join(" ")]);
  return found;
}

function controls({ id }: ShedReport, { name, override }: LoadReport): Child {
  const present = override === null ? "auto" : override.mode;
  return h(
    "div",
    { class: "controls", role: "group", "aria-label": `Switch ${name} by hand` },
    h(
      "div",
      { class: "segments" },
      ...WISHES.map(([wish, text]) => {
        const aim = { "data-act": "wish", "data-shed": id, "data-load": name, "data-wish": wish };
        return h("button", { type: "button", "aria-pressed": String(wish === present), ...aim }, text);
      }),
    ),
    h(
      "select",
      { class: "span", "aria-label": `How long ${name} stays on or off by hand` },
      ...SPANS.map(([value, text]) => h("option", { value }, text)),
    ),
  );
}
