import {
  DEMAND_STATE_SCHEMA,
  type DemandMessage,
  type DemandSource,
  demandFromMessage,
  type Load,
  type ShedInput,
} from "../../demand/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import { type Message, parser } from "../shell/index.ts";

const name = { type: "string", minLength: 1, maxLength: 64 } as const;
const bad = "METERMAN_BAD_MESSAGE";

const demand = parser<DemandMessage>(DEMAND_STATE_SCHEMA, bad);
const load = parser<{ load: string; on: boolean | null; level?: number; watts?: number | null }>(
  {
    type: "object",
    required: ["load", "on"],
    properties: {
      load: name,
      on: { type: ["boolean", "null"] },
      level: { type: "number", minimum: 0, maximum: 1000 },
      watts: { type: ["number", "null"], minimum: 0, maximum: 1e6 },
    },
  },
  bad,
);
const override = parser<{ load: string; mode: "auto" | "on" | "off"; forS?: number | null }>(
  {
    type: "object",
    required: ["load", "mode"],
    properties: {
      load: name,
      mode: { enum: ["auto", "on", "off"] },
      forS: { type: ["number", "null"], minimum: 1, maximum: 31_622_400 },
    },
  },
  bad,
);

const dryRun = parser<{ on: boolean | null }>(
  { type: "object", required: ["on"], properties: { on: { type: ["boolean", "null"] } } },
  bad,
);
/** Of a demand node; a message that was made by hand may have none. In subflows ids are long: those of all of them. */
const source = parser<DemandSource>(
  {
    type: "object",
    required: ["id", "name"],
    properties: { id: { type: "string", minLength: 1, maxLength: 200 }, name: { type: "string", maxLength: 200 } },
  },
  bad,
);
const BY_HAND: DemandSource = { id: "", name: "" };

/** `on` of a modulating load without `level` means its highest. What is a switch here is on, however many amps it tells. */
function levelOf(on: boolean | null, level: number | undefined, of: Load | undefined): number | null {
  if (on === null) return null;
  if (of?.kind === "switch") return on ? 1 : 0;
  return on ? (level ?? of?.levels.at(-1) ?? 1) : 0;
}

/** A message by its topic: `demand`, `load`, `override` or `dry-run`. */
export function parseInput(message: Message, loads: readonly Load[]): Result<ShedInput> {
  switch (message.topic) {
    case "demand": {
      const parsed = demand(message.payload);
      if (!parsed.ok) return parsed;
      const from = message.node === undefined ? ok(BY_HAND) : source(message.node);
      if (!from.ok) return failed(bad, "msg.node is not the id and the name of a demand node", "node");
      return ok({ kind: "demand", source: from.value, state: demandFromMessage(parsed.value) });
    }
    case "load": {
      const parsed = load(message.payload);
      if (!parsed.ok) return parsed;
      const { on, level, watts = null } = parsed.value;
      const of = loads.find((one) => one.name === parsed.value.load);
      return ok({ kind: "load", load: parsed.value.load, level: levelOf(on, level, of), watts });
    }
    case "override": {
      const parsed = override(message.payload);
      if (!parsed.ok) return parsed;
      const { load: of, mode, forS = null } = parsed.value;
      return ok({ kind: "override", load: of, mode, forS });
    }
    case "dry-run": {
      const parsed = dryRun(message.payload);
      return parsed.ok ? ok({ kind: "dry-run", on: parsed.value.on }) : parsed;
    }
    default:
      return failed(bad, "set msg.topic to demand, load, override or dry-run", "topic");
  }
}
