import { kwh, PATHS, type Say, STRATEGIES, type WantedPath } from "../../home-assistant/index.ts";
import { failed, type Json, ok } from "../../model/index.ts";
import { words } from "../meterman-home-assistant/words.ts";
import { defineNode, parser, type Running, type Shell, type StatusKind } from "../shell/index.ts";
import { parseInput } from "./input.ts";
import { Publisher } from "./publisher.ts";

interface Config {
  readonly homeAssistant: string;
  readonly path: WantedPath;
}
const config = parser<Config>(
  {
    type: "object",
    properties: {
      homeAssistant: { type: "string", default: "" },
      path: { enum: ["auto", ...PATHS], default: "auto" },
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);

const UNCHOSEN = "choose a Home Assistant connection";
const TICK_S = 0.25;

/** What was said, as output 1 shows it. */
function value(say: Say): Json {
  switch (say.kind) {
    case "energy":
      return kwh(say.lifetimeWh);
    case "power":
      return say.watts;
    case "availability":
      return say.online ? "online" : "offline";
    default:
      return say.name;
  }
}

/** Status of the node: the path in use, or why there is none. */
function shown({ status, choice, failure, plan }: Publisher): readonly [StatusKind, string] {
  if (status.kind !== "ready") return words(status);
  if (choice === undefined) return failure === undefined ? ["busy", "connecting…"] : ["warn", failure.message];
  if (choice.path === null) return ["error", choice.why];
  const { label, degraded } = STRATEGIES[choice.path];
  if (failure !== undefined) return ["warn", `${label}: ${failure.message}`];
  const count = [...plan.meters.values()].filter((meter) => meter.told.name !== null).length;
  return [degraded ? "warn" : "ok", `${label} · ${count} ${count === 1 ? "meter" : "meters"}`];
}

function run(shell: Shell<Config>): Running {
  const service = shell.service(shell.config.homeAssistant, "home-assistant");
  if (service === undefined) {
    shell.status("error", UNCHOSEN);
    return { input: () => failed("METERMAN_BAD_CONFIG", UNCHOSEN, "homeAssistant") };
  }
  /** Meters whose wait was told: once per outage is enough. */
  const waiting = new Set<string>();
  const publisher: Publisher = new Publisher(service, shell.config.path, {
    now: shell.now,
    published(say) {
      const payload = { meter: say.meter, path: say.path, what: say.kind, value: value(say) };
      shell.send(0, { topic: "published", payload });
    },
    failed(say, failure) {
      const payload = { meter: say.meter, path: say.path, what: say.kind, code: failure.code, reason: failure.message };
      shell.send(0, { topic: "failed", payload });
      // The first of a streak reaches Catch nodes and the log, the rest only the output.
      if ((publisher.plan.meters.get(say.meter)?.failures ?? 0) === 0) shell.report(failure);
    },
    changed() {
      shell.status(...shown(publisher));
      if (publisher.plan.path !== null) waiting.clear();
    },
  });
  publisher.start();
  shell.every(TICK_S, () => publisher.tick());
  return {
    input(message) {
      const parsed = parseInput(message);
      if (!parsed.ok) return parsed;
      const input = parsed.value;
      if (input === null) return ok(undefined);
      const refused = publisher.give(input).some((event) => event.kind === "refused");
      if (refused)
        return failed("METERMAN_METER_LIMIT", "more meters than are published: check the ids in the messages");
      if (publisher.plan.path === null && !waiting.has(input.meter)) {
        waiting.add(input.meter);
        shell.send(0, { topic: "waiting", payload: { meter: input.meter, path: null, reason: shown(publisher)[1] } });
      }
      return ok(undefined);
    },
    close: () => publisher.close(),
    health: () => ({
      path: publisher.plan.path,
      why: publisher.choice?.why ?? null,
      meters: publisher.plan.meters.size,
      failing: [...publisher.plan.meters.values()].filter((meter) => meter.failures > 0).length,
    }),
  };
}

export default defineNode({ type: "meterman-publish", config, start: run });
