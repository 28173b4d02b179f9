import type { DeviceSnapshot, MeterEvent } from "../../../../model/index.ts";
import { isObject } from "../../parts/client.ts";
import { patch } from "../../parts/patch.ts";
import type { App, View } from "../app.ts";
import { parseKwh } from "../corrections/kwh.ts";
import { knownZone } from "../corrections/local-time.ts";
import { everyPage } from "./pages.ts";
import { BEGIN, CURVE_DAYS, EVENT_DAYS, type HealthAnswer, type HealthState, type Told } from "./state.ts";
import { healthView } from "./view.ts";

const POLL_MS = 10_000;
/** Devices speak of themselves about once an hour. */
const CURVES_MS = 600_000;
const MOST_EVENTS = 40;
const DAY_S = 86_400;
const WHY = "Read from the display";

/** The view of health: asks again and again while it is seen, and keeps what the display reads. */
export function mountHealth(host: HTMLElement, app: App): View {
  let state: HealthState = BEGIN;
  let isShown = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  let curvesMs = Number.NEGATIVE_INFINITY;
  let isAsking = false;

  function change(part: Partial<HealthState>): void {
    state = { ...state, ...part, now: app.now(), zone: knownZone(app.house()?.zone ?? "UTC") };
    if (isShown) patch(host, healthView(state));
  }

  async function poll(): Promise<void> {
    if (isAsking || !isShown || document.hidden) return;
    isAsking = true;
    const got = await app.get("health", isHealth);
    isAsking = false;
    if (!got.ok)
      return change({ trouble: got.trouble.text, ...(got.trouble.kind === "refused" ? { answer: null } : {}) });
    change({ answer: got.value, trouble: null });
    if (performance.now() - curvesMs > CURVES_MS) await readCurves(got.value);
  }

  /** One meter after the other: there may be many, and nobody waits for a curve. */
  async function readCurves({ meters }: HealthAnswer): Promise<void> {
    curvesMs = performance.now();
    const from = Math.floor(app.now()) - CURVE_DAYS * DAY_S;
    for (const { id } of meters) {
      if (!isShown) return;
      const items = await everyPage<DeviceSnapshot>(app, `meters/${encodeURIComponent(id)}/snapshots?from=${from}`);
      if (items !== null) change({ said: new Map(state.said).set(id, items) });
    }
  }

  async function readEvents(meter: string): Promise<void> {
    if (!state.events.has(meter)) change({ events: new Map(state.events).set(meter, "wait") });
    const from = Math.floor(app.now()) - EVENT_DAYS * DAY_S;
    const items = await everyPage<MeterEvent>(app, `meters/${encodeURIComponent(meter)}/events?from=${from}`);
    const found = items === null ? "away" : items.slice(-MOST_EVENTS).reverse();
    change({ events: new Map(state.events).set(meter, found) });
  }

  function tell(meter: string, told: Told): void {
    change({ told: new Map(state.told).set(meter, told) });
    if (told.kind !== "busy") app.announce(told.text);
  }

  async function keep(meter: string, field: HTMLInputElement): Promise<void> {
    const read = parseKwh(field.value);
    if (!read.ok) {
      tell(meter, { kind: "failed", text: read.why });
      return field.focus();
    }
    const at = Math.floor(app.now());
    if (!app.may("adjust") && !(await app.askToken("adjust")))
      return tell(meter, { kind: "failed", text: "This needs a token with the scope adjust." });
    tell(meter, { kind: "busy", text: "One moment…" });
    const fields = { kind: "check", at, displayWh: read.value, why: WHY };
    const got = await app.post(`meters/${encodeURIComponent(meter)}/adjustments`, fields, isObject);
    if (!got.ok) return tell(meter, { kind: "failed", text: got.trouble.text });
    field.value = "";
    change({ typed: new Map(state.typed).set(meter, "") });
    tell(meter, { kind: "done", text: "Kept." });
    await poll();
  }

  host.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target instanceof HTMLFormElement ? event.target : null;
    const field = form?.querySelector<HTMLInputElement>("input[name=display]");
    if (form !== null && field != null) void keep(form.dataset.meter ?? "", field);
  });
  host.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    const told = new Map(state.told);
    told.delete(target.dataset.meter ?? "");
    change({ told, typed: new Map(state.typed).set(target.dataset.meter ?? "", target.value.trim()) });
  });
  host.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLElement>("[data-card]") : null;
    if (link !== null) document.getElementById(link.dataset.card ?? "")?.focus();
  });
  // Unfolding is an event that does not rise: it is heard on its way down.
  host.addEventListener(
    "toggle",
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.open) void readEvents(target.dataset.meter ?? "");
    },
    true,
  );
  document.addEventListener("visibilitychange", () => void poll());
  app.onHouse(() => isShown && change({}));
  app.onLive((item) => {
    if (isShown && item.type === "event" && state.events.has(item.event.meter)) void readEvents(item.event.meter);
  });

  return {
    show() {
      isShown = true;
      change({});
      void poll();
      timer ??= setInterval(() => void poll(), POLL_MS);
    },
    hide() {
      isShown = false;
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function isHealth(value: unknown): value is HealthAnswer {
  const { store, ...lists } = Object(value) as Partial<HealthAnswer>;
  return isObject(store) && [lists.nodes, lists.meters, lists.gateways].every((list) => Array.isArray(list));
}
