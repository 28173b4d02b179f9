import { type household, simulator } from "../../gateway/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import { type Message, parser } from "../shell/index.ts";

/** What a message asks of the simulation. */
export type Wish =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "fault"; readonly fault: simulator.Fault }
  | { readonly kind: "load"; readonly load: simulator.LoadName; readonly level: number | undefined }
  | { readonly kind: "behaviour"; readonly load: simulator.LoadName; readonly behaviour: household.Behaviour }
  | { readonly kind: "nothing" };

const parseFault = parser<simulator.Fault>(
  {
    type: "object",
    required: ["kind"],
    properties: {
      kind: { enum: simulator.FAULT_KINDS },
      node: { type: "integer", minimum: 2, maximum: 253 },
      share: { type: "number", minimum: 0, maximum: 1 },
      count: { type: "integer", minimum: 1, maximum: 10_000 },
      seconds: { type: "integer", minimum: -31_622_400, maximum: 31_622_400 },
    },
  },
  "METERMAN_BAD_MESSAGE",
);

const load = { enum: simulator.LOAD_NAMES } as const;
const level = { type: "number", minimum: 0, maximum: 1000 } as const;

const parseLoad = parser<{ load: simulator.LoadName; on: boolean; level?: number }>(
  { type: "object", required: ["load", "on"], properties: { load, on: { type: "boolean" }, level } },
  "METERMAN_BAD_MESSAGE",
);

const parseBehaviour = parser<{ load: simulator.LoadName; obeys: household.Behaviour["obeys"]; delayS?: number }>(
  {
    type: "object",
    required: ["load", "obeys"],
    properties: {
      load,
      obeys: { enum: ["yes", "late", "never"] },
      delayS: { type: "integer", minimum: 0, maximum: 86_400 },
    },
  },
  "METERMAN_BAD_MESSAGE",
);

/** What the shed node decides, so that it can be wired here without a node between. */
const parseDecision = parser<{ load: simulator.LoadName; level: number; dryRun?: boolean }>(
  {
    type: "object",
    required: ["load", "action", "level"],
    properties: {
      load,
      action: { enum: ["off", "on", "set"] },
      level,
      dryRun: { type: "boolean" },
    },
  },
  "METERMAN_BAD_MESSAGE",
);

export function parseWish(message: Message): Result<Wish> {
  const { topic, payload } = message;
  if (topic === "fault") {
    const fault = parseFault(payload);
    return fault.ok ? ok({ kind: "fault", fault: fault.value }) : fault;
  }
  if (topic === "load") {
    const asked = parseLoad(payload);
    if (!asked.ok) return asked;
    const { load, on, level } = asked.value;
    return ok({ kind: "load", load, level: on ? level : 0 });
  }
  if (topic === "behaviour") {
    const asked = parseBehaviour(payload);
    if (!asked.ok) return asked;
    const { load, obeys, delayS = 0 } = asked.value;
    return ok({ kind: "behaviour", load, behaviour: { obeys, delayS } });
  }
  if (typeof payload === "object" && payload !== null && "action" in payload) {
    const decision = parseDecision(payload);
    if (!decision.ok) return decision;
    const { load, level, dryRun } = decision.value;
    return ok(dryRun === true ? { kind: "nothing" } : { kind: "load", load, level });
  }
  if (payload instanceof Uint8Array) return ok({ kind: "bytes", bytes: payload });
  if (typeof payload === "string") return ok({ kind: "bytes", bytes: Buffer.from(payload, "latin1") });
  return failed(
    "METERMAN_BAD_MESSAGE",
    'send bytes or text for the gateway, or a message with the topic "fault", "load" or "behaviour"',
    "payload",
  );
}
