import { ago } from "../parts/format.ts";
import { patch } from "../parts/patch.ts";
import { locked, pulse, top, unlock } from "../parts/top.ts";
import { h, type Piece } from "../parts/tree.ts";
import type { View, ViewName } from "./app.ts";
import { mountCorrections } from "./corrections/index.ts";
import { mountEnergy } from "./energy/index.ts";
import { mountHealth } from "./health/index.ts";
import { Session } from "./session.ts";

/** Puts the page together: head, notices and the view that the address names. */
const NAMES = { energy: "Energy", corrections: "Corrections", health: "Health" } as const;
/** Older than this is told: several questions in a row went without an answer. */
const OLD_S = 45;

const part = (id: string) => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page lacks ${id}`);
  return found;
};
const session = new Session(part("news"));
const hosts = { energy: part("energy"), corrections: part("corrections"), health: part("health") };
const views: Partial<Record<ViewName, View>> = {};
let here: ViewName | null = null;

const MOUNT = { energy: mountEnergy, corrections: mountCorrections, health: mountHealth };

/** A view is made when its reader first comes to it. */
function viewOf(name: ViewName): View {
  views[name] ??= MOUNT[name](hosts[name], session);
  return views[name];
}

function draw(): void {
  const house = session.house();
  const { trouble } = session;
  const isLocked = house === null && trouble?.kind === "refused";
  const age =
    house === null ? "" : trouble !== null ? "not connected" : session.isLive ? "live" : `${ago(session.ageS)} ago`;
  const isOpen = session.may("adjust");
  const lock = house !== null && unlock(isOpen ? "Unlocked" : "Read only", isOpen);
  patch(part("top"), [top(NAMES[session.route().view], pulse(house !== null && trouble === null, age), lock)]);
  patch(part("notices"), isLocked ? [locked(session.hasToken, trouble.text)] : notices());
  for (const host of Object.values(hosts)) host.classList.toggle("locked-out", isLocked);
}

function notices(): Piece[] {
  const { trouble } = session;
  if (trouble === null || trouble.kind === "stopped") return [];
  const old = session.house() !== null && session.ageS > OLD_S ? ` What you see is ${ago(session.ageS)} old.` : "";
  return [
    h("ul", { class: "notices", "aria-label": "Notices" }, h("li", { class: "notice bad" }, `${trouble.text}${old}`)),
  ];
}

function show(): void {
  const { view } = session.route();
  if (here !== null && here !== view) views[here]?.hide();
  here = view;
  for (const [name, host] of Object.entries(hosts)) host.hidden = name !== view;
  document.title = `${NAMES[view]} · meterman`;
  draw();
  viewOf(view).show();
}

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("[data-act=token]") !== null) void session.askToken("read");
});
window.addEventListener("hashchange", show);
session.onHouse(draw);
session.start();
setInterval(() => document.hidden || draw(), 1000);
show();
