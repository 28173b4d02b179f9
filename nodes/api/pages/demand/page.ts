import { askToken, type ScopeWords } from "../parts/dialogs.ts";
import { keepToken, keptToken } from "../parts/keep.ts";
import { patch } from "../parts/patch.ts";
import { untilMidnight } from "../parts/time.ts";
import { news } from "./announce.ts";
import { windowAt } from "./chart.ts";
import { getDemand, post } from "./client.ts";
import { confirmLive } from "./confirm.ts";
import { zoneOf } from "./notices.ts";
import { BEGIN, type PageState, sinceAnswer, type Told } from "./state.ts";
import { titleOf, view } from "./view.ts";

/** Polls, draws, and does what buttons say. The only file that holds state. */
const POLL_MS = 3000;
const TICK_MS = 1000;
const SCOPES: ScopeWords = [
  ["read", "shows this page"],
  ["control", "switches loads"],
];
/** How long words stand below a load. */
const TOLD_MS = { done: 8000, failed: 30_000 };

const root = document.getElementById("page");
const voice = document.getElementById("news");
let state: PageState = { ...BEGIN, hasToken: keptToken() !== null };
/** Outlives a browser that keeps nothing. */
let token = keptToken();
let asking = false;
let line: Promise<void> = Promise.resolve();

function change(part: Partial<PageState>): void {
  state = { ...state, ...part, nowMs: performance.now() };
  if (root === null) return;
  patch(root, view(state));
  document.title = titleOf(state);
  const width = document.querySelector(".plot")?.clientWidth ?? 0;
  if (width > 0 && width !== state.chartWidth) change({ chartWidth: width });
}

async function poll(): Promise<void> {
  if (asking || document.hidden) return;
  asking = true;
  const asked = token;
  const got = await getDemand(asked);
  asking = false;
  // The answer to a token that was changed meanwhile says nothing.
  if (asked !== token) return poll();
  if (!got.ok) {
    const refused = got.trouble.kind === "refused";
    change({ trouble: got.trouble, ...(refused ? { answer: null } : {}) });
    return;
  }
  const said = news(state.answer, got.value);
  if (voice !== null && said !== "") voice.textContent = said;
  change({ answer: got.value, cameMs: performance.now(), trouble: null });
}

function tell(key: string, told: Told | null): void {
  const all = new Map(state.told);
  if (told === null) all.delete(key);
  else all.set(key, told);
  change({ told: all });
  if (voice !== null && told !== null && told.kind !== "busy") voice.textContent = told.text;
  if (told === null || told.kind === "busy") return;
  setTimeout(() => state.told.get(key) === told && tell(key, null), TOLD_MS[told.kind]);
}

/** Seconds of the choice beside the buttons; null until changed. */
function spanBeside(button: HTMLElement, shedId: string): number | null {
  const value = button.closest(".controls")?.querySelector("select")?.value ?? "";
  const shed = state.answer?.shed.find(({ id }) => id === shedId);
  if (state.answer === null || shed === undefined || value === "") return null;
  return value === "today" ? untilMidnight(shed.at + sinceAnswer(state), zoneOf(state.answer, shed)) : Number(value);
}

/** Wishes go out one after the other: the last one that was pressed is the one that holds. */
function wish(button: HTMLElement): Promise<void> {
  const { shed = "", load = "", wish: mode = "" } = button.dataset;
  const forS = mode === "auto" ? null : spanBeside(button, shed);
  const fields = { load, mode, ...(forS === null ? {} : { forS }) };
  tell(`${shed}/${load}`, { kind: "busy", text: "One moment…" });
  line = line.then(() => send(shed, fields));
  return line;
}

async function send(shed: string, fields: { readonly load: string; readonly mode: string }): Promise<void> {
  const { load, mode } = fields;
  const got = await post(`${encodeURIComponent(shed)}/overrides`, fields, token);
  const done = mode === "auto" ? `${load} follows the rules again.` : `${load} is to be ${mode}.`;
  tell(`${shed}/${load}`, got.ok ? { kind: "done", text: done } : { kind: "failed", text: got.trouble.text });
  await poll();
}

async function dryRun(button: HTMLElement): Promise<void> {
  const { shed = "", on = "" } = button.dataset;
  const loads = state.answer?.shed.find(({ id }) => id === shed)?.loads ?? [];
  if (on === "false" && !(await confirmLive(loads.map(({ name }) => name)))) return;
  const got = await post(`${encodeURIComponent(shed)}/dry-run`, { on: on === "true" }, token);
  tell(`${shed}/`, got.ok ? null : { kind: "failed", text: got.trouble.text });
  await poll();
}

async function enterToken(): Promise<void> {
  const wanted = await askToken(token !== null, SCOPES);
  if (wanted === null) return;
  token = wanted.token;
  keepToken(token, wanted.onDevice);
  change({ hasToken: token !== null, answer: null, trouble: null, told: new Map() });
  await poll();
}

function look(plot: HTMLElement, choose: (present: number, last: number) => number): void {
  const id = plot.dataset.plot ?? "";
  const report = state.answer?.demand.find((one) => one.id === id);
  if (report === undefined) return;
  const last = report.windows.length - 1;
  const looked = new Map(state.looked).set(id, choose(Math.min(state.looked.get(id) ?? -1, last), last));
  change({ looked });
}

const ACTS: Readonly<Record<string, (button: HTMLElement) => Promise<void>>> = {
  wish,
  token: enterToken,
  "dry-run": dryRun,
};

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-act]") : null;
  if (button instanceof HTMLElement) void ACTS[button.dataset.act ?? ""]?.(button);
});

const plotOf = ({ target }: Event) => {
  const found = target instanceof Element ? target.closest("[data-plot]") : null;
  return found instanceof HTMLElement ? found : null;
};
document.addEventListener("pointermove", (event) => {
  const plot = plotOf(event);
  if (plot === null) return;
  const x = event.clientX - plot.getBoundingClientRect().left;
  const report = state.answer?.demand.find(({ id }) => id === plot.dataset.plot);
  if (report !== undefined) look(plot, () => windowAt(report, x, plot.clientWidth));
});
document.addEventListener("pointerout", (event) => {
  const plot = plotOf(event);
  if (plot !== null && event.pointerType === "mouse") look(plot, () => -1);
});

/** Where a key leads from `present`; undefined for keys that are none of ours. */
function step(key: string, present: number, last: number): number | undefined {
  if (key === "ArrowLeft") return Math.max(0, (present < 0 ? last + 1 : present) - 1);
  if (key === "ArrowRight") return Math.min(last, present + 1);
  if (key === "Home") return 0;
  if (key === "End") return last;
  return key === "Escape" ? -1 : undefined;
}
document.addEventListener("keydown", (event) => {
  const plot = plotOf(event);
  if (plot === null || step(event.key, 0, 0) === undefined) return;
  event.preventDefault();
  look(plot, (present, last) => step(event.key, present, last) ?? present);
});

document.addEventListener("visibilitychange", () => void poll());
window.addEventListener("resize", () => change({}));
setInterval(() => void poll(), POLL_MS);
setInterval(() => document.hidden || change({}), TICK_MS);
change({});
void poll();
