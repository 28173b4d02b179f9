import { simulator } from "../../gateway/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import { type Message, parser } from "../shell/index.ts";

/** What a message asks of the simulation. */
export type Wish =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "fault"; readonly fault: simulator.Fault }
  | { readonly kind: "load"; readonly load: simulator.LoadName; readonly on: boolean }
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

const parseLoad = parser<{ load: simulator.LoadName; on: boolean }>(
  {
    type: "object",
    required: ["load", "on"],
    properties: { load: { enum: simulator.LOAD_NAMES }, on: { type: "boolean" } },
  },
  "METERMAN_BAD_MESSAGE",
);

/** What the shed node decides, so that it can be wired here without a node between. */
const parseDecision = parser<{ load: simulator.LoadName; level: number; dryRun?: boolean }>(
  {
    type: "object",
    required: ["load", "action", "level"],
    properties: {
      load: { enum: simulator.LOAD_NAMES },
      action: { enum: ["off", "on", "set"] },
      level: { type: "number", minimum: 0 },
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
    const load = parseLoad(payload);
    return load.ok ? ok({ kind: "load", ...load.value }) : load;
  }
  if (typeof payload === "object" && payload !== null && "action" in payload) {
    const decision = parseDecision(payload);
    if (!decision.ok) return decision;
    const { load, level, dryRun } = decision.value;
    // These loads know no steps: whatever is left of one leaves it on.
    return ok(dryRun === true ? { kind: "nothing" } : { kind: "load", load, on: level > 0 });
  }
  if (payload instanceof Uint8Array) return ok({ kind: "bytes", bytes: payload });
  if (typeof payload === "string") return ok({ kind: "bytes", bytes: Buffer.from(payload, "latin1") });
  return failed(
    "METERMAN_BAD_MESSAGE",
    'send bytes or text for the gateway, or a message with the topic "fault" or "load"',
    "payload",
  );
}
