import {
  alarmsOf,
  type Decision,
  effectiveDryRun,
  evolveShed,
  ledgerOf,
  type ReportFrame,
  type ShedEvent,
  type ShedInput,
  shedReport,
  staleSince,
  stepShed,
} from "../../demand/index.ts";
import { type AlarmReport, failed, type Json, ok, type Result } from "../../model/index.ts";
import { defineNode, houseFolder, type Running, type Shell } from "../shell/index.ts";
import { Acting, reallyHeld } from "./acting.ts";
import { Alarms } from "./alarms.ts";
import { begin } from "./begin.ts";
import { config, type ShedSettings } from "./config.ts";
import { DecisionLog } from "./decision-log.ts";
import { parseInput } from "./input.ts";
import { EntityLoads } from "./loads.ts";
import { recordOf, tell } from "./notices.ts";
import { savedLedger } from "./saved.ts";
import { words } from "./words.ts";

const TICK_S = 1;
/** A flow that invents ids of demand nodes must not fill the memory. */
const MOST_DEMANDS = 50;
const TOO_MANY = failed("METERMAN_TOO_MANY", "more demand nodes than are heard: look at msg.node of the messages");
/** What a node goes on hearing while another one has its house. */
const PERCEPTIONS: readonly ShedEvent["kind"][] = ["heard", "gone", "seen", "dry-run"];

/** Of what did not follow, Home Assistant may have said why. */
const isDeaf = (alarm: AlarmReport): alarm is AlarmReport & { readonly load: string } =>
  alarm.code === "METERMAN_LOAD_UNRESPONSIVE" && alarm.load !== null;

/** Why it failed, in words; null when it did not. */
function thrownBy(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function run(shell: Shell<ShedSettings>): Running {
  const settings = shell.config;
  const folder = houseFolder(shell.RED);
  const saved = savedLedger(folder, shell.id);
  const log = new DecisionLog(folder, shell.id);
  const kept = saved.load();
  const acting = new Acting(shell, kept?.acted ?? null);
  const alarms = new Alarms();
  const loads = new EntityLoads(shell, kept?.modes ?? new Map());
  let state = begin(shell, kept);
  let toldHeld = "";
  let toldRefusal = "";
  /** Why the disk does not take what is to be remembered. */
  let unsaved: string | null = null;

  const heldLoads = (): Json => ledgerOf(state).held.map((one) => ({ ...one }));

  /** On disk before a load hears of it: a crash in between leaves a load on, never one off and forgotten. */
  function keep(decisions: readonly Decision[]): void {
    const { modes } = loads;
    const { dryRun: configuredDryRun } = settings;
    const faults = [
      thrownBy(() => saved.save({ ledger: ledgerOf(state), modes, acted: acting.acted, configuredDryRun })),
      thrownBy(() => log.add(decisions)),
    ];
    const why = faults.find((fault) => fault !== null);
    const message = why === undefined ? null : `a restart would forget what is shed: ${why}`;
    if (message !== null && unsaved === null) shell.report({ code: "METERMAN_STORE_WRITE", message });
    unsaved = message;
  }

  function tellState(): void {
    const held = heldLoads();
    const text = JSON.stringify(held);
    if (text !== toldHeld) shell.send(1, { topic: "ledger", payload: { held } });
    toldHeld = text;
    const now = shell.now();
    const refused = acting.refusal(state);
    if (refused !== null && refused.message !== toldRefusal) shell.report(refused);
    toldRefusal = refused?.message ?? "";
    const found = [
      ...(refused === null ? [] : [{ load: null, code: refused.code, message: refused.message }]),
      ...(unsaved === null ? [] : [{ load: null, code: "METERMAN_STORE_WRITE", message: unsaved }]),
      ...alarmsOf(state, now).map((alarm) =>
        isDeaf(alarm) ? { ...alarm, message: loads.whyDeaf(alarm.load) } : alarm,
      ),
      ...loads.findings,
    ];
    for (const alarm of alarms.look(found, now)) shell.send(1, { topic: "alarm", payload: alarm });
    show();
  }

  function show(): void {
    shell.status(...words(state, settings, { away: loads.away, troubleOf: loads.trouble, rival: acting.rivalName }));
  }

  function step(input: ShedInput): Result<void> {
    const now = shell.now();
    let next = stepShed(state, input, settings, now);
    acting.look(next.state, now);
    if (acting.rivalName !== null) {
      const events = next.events.filter(({ kind }) => PERCEPTIONS.includes(kind));
      next = { state: events.reduce(evolveShed, state), events };
    }
    const { events } = next;
    state = next.state;
    keep(events.flatMap((event) => (event.kind === "decision" ? [recordOf(event)] : [])));
    for (const event of events) tell(event, shell, loads);
    tellState();
    const refused = events.find((event) => event.kind === "refused");
    return refused === undefined ? ok(undefined) : failed(refused.code, refused.message, "load");
  }

  /** What a message or the page asks for. */
  function ask(input: ShedInput): Result<void> {
    const refusal = acting.refusal(state);
    if (input.kind === "override" && refusal !== null) return { ok: false, error: refusal };
    const isNew = input.kind === "demand" && !state.demands.has(input.source.id);
    if (isNew && state.demands.size >= MOST_DEMANDS) return TOO_MANY;
    const endsDryRun = input.kind === "dry-run" && !(input.on ?? settings.dryRun);
    const objection = endsDryRun ? acting.objection(state, shell.now()) : null;
    return objection === null ? step(input) : { ok: false, error: objection };
  }

  const frame = (): ReportFrame => ({
    id: shell.id,
    name: shell.node.name ?? "",
    refused: acting.refusal(state)?.message ?? null,
    decisions: log.newestFirst,
    troubleOf: (load) => loads.trouble(load)?.words ?? null,
  });

  /** Only a deploy takes nodes away. */
  function afterDeploy(): void {
    acting.sweep();
    const sources = [...state.demands.keys(), ...state.awaited.keys()].filter((id) => id !== "");
    for (const source of sources) if (!shell.RED.nodes.getNode(source)) step({ kind: "gone", source });
  }

  acting.look(state, shell.now());
  keep([]);
  if (settings.driven.size === 0) show();
  // Whatever follows from the first words of entities is told when there is a flow to hear it.
  shell.after(0, () => {
    loads.start((load, level, watts) => step({ kind: "load", load, level, watts }), show);
    show();
  });
  shell.RED.events.on("flows:started", afterDeploy);
  shell.every(TICK_S, () => {
    step({ kind: "tick" });
    loads.tick(shell.now());
  });
  return {
    service: {
      kind: "shed",
      report: () => ({ ...shedReport(state, settings, frame(), shell.now()), alarms: alarms.present }),
      override: (load, mode, forS) => ask({ kind: "override", load, mode, forS }),
      setDryRun: (on) => ask({ kind: "dry-run", on }),
    },
    input(message) {
      const input = parseInput(message, settings.loads);
      return input.ok ? ask(input.value) : input;
    },
    close(ending) {
      shell.RED.events.off("flows:started", afterDeploy);
      loads.close();
      acting.close(ending);
      if (ending === "restart") return;
      const off = reallyHeld(state);
      if (off.length > 0) shell.log(`${ending} while holding ${off.join(", ")}: switch it on yourself`);
      if (ending === "disabled") return;
      saved.remove();
      log.remove();
    },
    health: () => ({
      dryRun: effectiveDryRun(state, settings),
      refused: acting.refusal(state)?.message ?? null,
      staleSince: staleSince(state),
      alarms: alarms.present.length,
      held: heldLoads(),
      loads: settings.loads.map(({ name }) => ({
        name,
        level: state.seen.get(name)?.level ?? null,
        watts: state.seen.get(name)?.watts ?? null,
        learnedW: state.learned.get(name) ?? null,
        override: state.overrides.get(name)?.mode ?? null,
        trouble: loads.trouble(name)?.kind ?? null,
      })),
    }),
  };
}

export default defineNode({ type: "meterman-shed", config, start: run });
