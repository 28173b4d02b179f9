import type { AdjustmentOutcome } from "../../../../model/index.ts";
import type { Got } from "../../parts/client.ts";
import { patch } from "../../parts/patch.ts";
import type { App, View } from "../app.ts";
import { fill, focusOn, textOf } from "./controls.ts";
import { type Order, readDraft } from "./draft.ts";
import { fieldId } from "./fields.ts";
import { readFile } from "./file.ts";
import { isKind, KINDS } from "./kinds.ts";
import { listen } from "./listen.ts";
import { fieldTime, knownZone } from "./local-time.ts";
import { getTrail, sendOrder, sendUndo } from "./send.ts";
import { BEGIN, type CorrectionsState, NEW_DRAFT, ownMeters, PAGE_OF_TRAIL } from "./state.ts";
import { correctionsView } from "./view.ts";
import { count, doneWords } from "./words.ts";

const NO_SCOPE = "Corrections need a token with the scope adjust.";

/** The view of corrections: holds its state, asks the server, and does what its buttons say. */
export function mountCorrections(host: HTMLElement, app: App): View {
  let state: CorrectionsState = BEGIN;
  let isShown = false;
  /** The part of the address that was taken over: what a person changed since then stays. */
  let taken = "";
  let trailsAsked = 0;

  function change(part: Partial<CorrectionsState>): void {
    state = { ...state, ...part };
    if (!isShown) return;
    patch(host, correctionsView(state));
    fill(host, state.draft, state.meter, state.kind);
  }

  /** Any change of the form ends its preview. */
  function edit(part: Partial<CorrectionsState>): void {
    change({ step: { at: "form" }, refusal: null, ...part });
  }

  const isBusy = () => state.step.at === "busy";

  function takeHouse(): void {
    const house = app.house();
    const meters = house?.items ?? [];
    const own = ownMeters(meters);
    const meter = own.some(({ id }) => id === state.meter) ? state.meter : (own[0]?.id ?? "");
    const isOther = meter !== state.meter;
    change({ meters, meter, zone: knownZone(house?.zone ?? "UTC") });
    if (meter !== "") takeRoute();
    if (isOther) void loadTrail(true);
  }

  function takeRoute(): void {
    const { query } = app.route();
    if (query.toString() === taken) return;
    taken = query.toString();
    const meter = query.get("meter");
    if (meter !== null && ownMeters(state.meters).some(({ id }) => id === meter)) choose(meter);
    const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
    if (!(from > 0 && to > from)) return;
    const kind = KINDS[state.kind].fields.includes("to") ? state.kind : "delete";
    edit({ kind, draft: { ...state.draft, ...timeField("from", from), ...timeField("to", to) }, faults: [] });
    app.announce("The span of the chart is filled in.");
  }

  function timeField(name: string, at: number) {
    const { text, fold } = fieldTime(at, state.zone);
    return { [name]: text, [`${name}-fold`]: String(fold) };
  }

  function choose(meter: string): void {
    if (meter === state.meter) return;
    edit({ meter, trail: null, shown: PAGE_OF_TRAIL, undo: null, faults: [] });
    void loadTrail();
  }

  async function loadTrail(isNew = false): Promise<void> {
    const { meter } = state;
    if (meter === "") return;
    if (isNew) change({ trail: null, undo: null });
    const mine = ++trailsAsked;
    const got = await getTrail(app, meter);
    // The answer to an earlier question may come later.
    if (mine !== trailsAsked) return;
    change(got.ok ? { trail: got.value, trailTrouble: null } : { trailTrouble: got.trouble.text });
  }

  /** Asks for a token once, when the server wants one with more scope. */
  async function allowed<T>(question: () => Promise<Got<T>>): Promise<Got<T>> {
    const refusal: Got<T> = { ok: false, code: "METERMAN_FORBIDDEN", trouble: { kind: "refused", text: NO_SCOPE } };
    if (!app.may("adjust") && !(await app.askToken("adjust"))) return refusal;
    const got = await question();
    if (got.ok || got.trouble.kind !== "refused") return got;
    return (await app.askToken("adjust")) ? question() : got;
  }

  async function preview(): Promise<void> {
    if (isBusy()) return;
    const { kind, draft, file, zone, meter } = state;
    const read = readDraft(kind, draft, file, zone);
    if (!read.ok) {
      const [first] = read.faults;
      edit({ faults: read.faults });
      if (first === undefined) return;
      app.announce(`${count(read.faults.length, "field")} to look at. ${first.why}`);
      focusOn(host, fieldId(first.field));
      return;
    }
    const { order } = read;
    edit({ faults: [], step: { at: "busy", text: "One moment…" } });
    const got = await allowed(() => sendOrder(app, meter, order, true));
    // Whoever went on typing meanwhile wants another preview.
    if (!isBusy() || meter !== state.meter) return;
    if (!got.ok) return edit({ refusal: got.trouble.text });
    change({ step: { at: "preview", order, preview: got.value.preview } });
    focusOn(host, "correct-preview");
  }

  async function make(order: Order): Promise<void> {
    const { meter } = state;
    change({ step: { at: "busy", text: "Making it…" } });
    const got = await allowed(() => sendOrder(app, meter, order, false));
    if (got.ok) await made(got.value);
    else edit({ refusal: got.trouble.text });
  }

  async function made({ adjustment }: AdjustmentOutcome): Promise<void> {
    if (adjustment === null) return edit({ refusal: "The server only previewed it. Try again." });
    change({ step: { at: "done", adjustment }, draft: NEW_DRAFT, file: null, faults: [], refusal: null });
    focusOn(host, "correct-done");
    app.announce(doneWords(adjustment, state.zone));
    await Promise.all([loadTrail(), app.refresh()]);
  }

  function askWhy(n: number): void {
    if (state.step.at === "done") change({ step: { at: "form" } });
    change({ undo: { n, isBusy: false, fault: null } });
    focusOn(host, "undo-why");
  }

  async function undo(why: string): Promise<void> {
    const { meter, undo: asked } = state;
    if (asked === null || asked.isBusy) return;
    if (why === "") {
      change({ undo: { ...asked, fault: "Say why: the reason stands in the list for ever." } });
      focusOn(host, "undo-why");
      return;
    }
    change({ undo: { ...asked, isBusy: true, fault: null } });
    const got = await allowed(() => sendUndo(app, meter, asked.n, why));
    if (!got.ok) return change({ undo: { ...asked, isBusy: false, fault: got.trouble.text } });
    change({ undo: null });
    app.announce(`No. ${asked.n} is undone.`);
    await Promise.all([loadTrail(), app.refresh()]);
  }

  async function takeFile(files: FileList | null | undefined): Promise<void> {
    const [one, second] = files ?? [];
    if (one === undefined) return;
    if (second !== undefined) return edit({ faults: [{ field: "file", why: "One file at a time." }] });
    const read = await readFile(one);
    edit(read.ok ? { file: read.value, faults: [] } : { file: null, faults: [{ field: "file", why: read.why }] });
  }

  function takeControl(control: HTMLInputElement | HTMLSelectElement): void {
    const value = textOf(control);
    if (control.name === "meter") choose(value);
    else if (control.name !== "kind") {
      const faults = state.faults.filter(({ field }) => field !== control.name);
      edit({ draft: { ...state.draft, [control.name]: value }, faults });
    } else if (isKind(value)) takeKind(value);
  }

  function takeKind(kind: CorrectionsState["kind"]): void {
    const isTime = KINDS[kind].fields.includes("at") && (state.draft.at ?? "") === "";
    const now = isTime ? timeField("at", Math.floor(app.now())) : {};
    edit({ kind, draft: { ...state.draft, ...now }, faults: [] });
  }

  const DOINGS: Readonly<Record<string, (button: HTMLElement) => unknown>> = {
    make: () => state.step.at === "preview" && make(state.step.order),
    change: () => edit({}),
    again: () => edit({}),
    undo: ({ dataset }) => askWhy(Number(dataset.n)),
    keep: () => change({ undo: null }),
    more: () => change({ shown: state.shown + PAGE_OF_TRAIL }),
  };

  listen(host, {
    takeControl,
    takeFile,
    submit: (form) => (form === "undo" ? undo(reasonIn(host)) : preview()),
    press: (button) => DOINGS[button.dataset.do ?? ""]?.(button),
  });
  app.onHouse(() => isShown && takeHouse());
  app.onLive((item) => {
    if (isShown && item.type === "adjusted" && item.meter === state.meter) void loadTrail();
  });

  return {
    show() {
      isShown = true;
      takeHouse();
      void loadTrail();
    },
    hide() {
      isShown = false;
    },
  };
}

function reasonIn(host: HTMLElement): string {
  return host.querySelector<HTMLInputElement>("#undo-why")?.value.trim() ?? "";
}
