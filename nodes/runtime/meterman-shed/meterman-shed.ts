import { type Decision, ledgerOf, type ShedEvent, type ShedInput, stepShed } from "../../demand/index.ts";
import { failed, type Json, ok, type Result } from "../../model/index.ts";
import type { HomeAssistantStatus } from "../services.ts";
import { defineNode, type Running, type Shell } from "../shell/index.ts";
import { begin, reportLater } from "./begin.ts";
import { config, type ShedSettings } from "./config.ts";
import { Driver } from "./driver.ts";
import { parseInput } from "./input.ts";
import { savedLedger } from "./saved.ts";
import { Troubles } from "./troubles.ts";
import { awayWords, words } from "./words.ts";

const TICK_S = 1;

function recordOf(decision: ShedEvent & { kind: "decision" }): Decision {
  const { kind: _, dropW: __, ...record } = decision;
  return record;
}

function run(shell: Shell<ShedSettings>): Running {
  const settings = shell.config;
  const saved = savedLedger(shell.RED.settings.userDir ?? ".", shell.id);
  const kept = saved.load();
  const troubles = new Troubles();
  /** Why Home Assistant refused the last call for a load. */
  const refusals = new Map<string, string>();
  let state = begin(shell, kept);
  let told = "";
  let unsaved = false;
  let driver: Driver | undefined;
  let connection: HomeAssistantStatus = { kind: "unconfigured" };

  function show(): void {
    const away = settings.driven.size === 0 ? null : awayWords(connection);
    shell.status(...words(state, settings, away, (load) => driver?.trouble(load) ?? null));
  }

  function heldLoads(): Json {
    return ledgerOf(state).held.map((one) => ({ ...one }));
  }

  function carryOut(decision: Decision): void {
    // A dry run must not reach whatever is wired to the first output.
    if (decision.dryRun) {
      shell.send(1, { topic: "dry-run", payload: decision });
      return;
    }
    shell.send(0, { topic: decision.load, payload: decision });
    if (driver?.has(decision.load) !== true) return;
    refusals.delete(decision.load);
    // A refusal is no more believed than a success: if the load does not follow, it is the reason that is told.
    driver.command(decision).then((answer) => {
      if (answer.ok) return;
      refusals.set(decision.load, answer.error.message);
      shell.log(`${decision.load}: ${answer.error.message}`);
    });
  }

  /** What an entity says of a load; why it says nothing is told once. */
  function hear(load: string, level: number | null, watts: number | null): void {
    const trouble = driver?.trouble(load) ?? null;
    if (troubles.hear(load, trouble, shell.now())) {
      const payload = { load, trouble: trouble?.kind ?? null, message: trouble?.words ?? "it says how it is again" };
      shell.send(1, { topic: "entity", payload });
    }
    step({ kind: "load", load, level, watts });
  }

  function tell(event: ShedEvent): void {
    switch (event.kind) {
      case "decision":
        carryOut(recordOf(event));
        break;
      case "unresponsive": {
        const why = refusals.get(event.load) ?? "look at its plug or relay";
        const message = `${event.load} was asked twice and did not follow: ${why}`;
        shell.report({ code: "METERMAN_LOAD_UNRESPONSIVE", message });
        shell.send(1, { topic: "unresponsive", payload: { load: event.load, until: event.until } });
        break;
      }
      case "stale":
        if (event.since !== null) {
          const message = "nothing fresh is heard of demand: what is shed stays shed until it is";
          shell.report({ code: "METERMAN_DEMAND_STALE", message });
        }
        shell.send(1, { topic: "stale", payload: { since: event.since } });
        break;
      case "released":
        shell.send(1, { topic: "released", payload: { load: event.load, reason: event.reason } });
        break;
      case "stopped":
        shell.log("shedding saves nothing: no more is shed in this window");
        shell.send(1, { topic: "stopped", payload: { until: event.until } });
        break;
      default:
    }
  }

  /** On disk before a load hears of it: a crash in between leaves a load on, never one off and forgotten. */
  function keep(): void {
    try {
      saved.save({ ledger: ledgerOf(state), modes: driver?.modes ?? kept?.modes ?? new Map() });
      unsaved = false;
    } catch (thrown) {
      if (unsaved) return;
      unsaved = true;
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      shell.report({ code: "METERMAN_STORE_WRITE", message: `a restart would forget what is shed: ${why}` });
    }
  }

  function step(input: ShedInput): Result<void> {
    const next = stepShed(state, input, settings, shell.now());
    state = next.state;
    keep();
    for (const event of next.events) tell(event);
    const held = JSON.stringify(heldLoads());
    if (held !== told) {
      told = held;
      shell.send(1, { topic: "ledger", payload: { held: heldLoads() } });
    }
    show();
    const refused = next.events.find((event) => event.kind === "refused");
    return refused === undefined ? ok(undefined) : failed(refused.code, refused.message, "load");
  }

  if (settings.driven.size > 0) {
    const service = shell.service(settings.homeAssistant, "home-assistant");
    if (service !== undefined) {
      const renamed = (load: string, from: string, to: string) => {
        const message = `${load}: ${from} is called ${to} now: write that in the table before the next restart`;
        shell.report({ code: "METERMAN_HA_ENTITY", message });
      };
      const hearConnection = (status: HomeAssistantStatus) => {
        connection = status;
        show();
      };
      const events = { connection: hearConnection, heard: hear, renamed };
      driver = new Driver(service, settings.driven, kept?.modes ?? new Map(), events);
      driver.start();
    }
    if (connection.kind === "unconfigured") {
      const remedy = service === undefined ? "choose one" : "enter URL and token in the one that is chosen";
      const message = `loads with an entity need a Home Assistant connection: ${remedy}`;
      reportLater(shell, { code: "METERMAN_BAD_CONFIG", message, field: "homeAssistant" });
    }
  }
  show();
  shell.every(TICK_S, () => {
    step({ kind: "tick" });
    for (const failure of troubles.due(shell.now())) shell.report(failure);
  });
  return {
    input(message) {
      const input = parseInput(message, settings.loads);
      return input.ok ? step(input.value) : input;
    },
    close(removed) {
      driver?.close();
      if (!removed) return;
      const off = [...state.held].filter(([, held]) => !held.dryRun).map(([load]) => load);
      if (off.length > 0) shell.log(`removed while holding ${off.join(", ")}: switch it on yourself`);
      saved.remove();
    },
    health: () => ({
      dryRun: settings.dryRun,
      staleSince: state.staleSince,
      held: heldLoads(),
      loads: settings.loads.map(({ name }) => ({
        name,
        level: state.seen.get(name)?.level ?? null,
        watts: state.seen.get(name)?.watts ?? null,
        learnedW: state.learned.get(name) ?? null,
        override: state.overrides.get(name)?.mode ?? null,
        trouble: driver?.trouble(name)?.kind ?? null,
      })),
    }),
  };
}

export default defineNode({ type: "meterman-shed", config, start: run });
