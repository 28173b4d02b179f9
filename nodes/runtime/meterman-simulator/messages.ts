import { type household, simulator } from "../../gateway/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import { type Message, parser } from "../shell/index.ts";

/** What a message asks of the simulation. */
export type Wish =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "fault"; readonly fault: simulator.Fault }
  | { readonly kind: "load"; readonly load: simulator.LoadName; readonly level: number | undefined }
  | { readonly kind: "behaviour"; readonly load: simulator.LoadName; readonly behaviour: household.Behaviour }
  | { readonly kind: "want"; readonly load: simulator.LoadName }
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

const parseWant = parser<{ load: simulator.LoadName }>(
  { type: "object", required: ["load"], properties: { load } },
  "METERMAN_BAD_MESSAGE",
);

/** What the shed node decides, so that it can be wired here without a node between. */
const parseDecision = parser<{
  load: simulator.LoadName;
  action: "off" | "on" | "set";
  level: number;
  dryRun?: boolean;
}>(
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

/** What a parsed value asks for, or why it could not be parsed. */
function wish<T>(parsed: Result<T>, of: (value: T) => Wish): Result<Wish> {
  return parsed.ok ? ok(of(parsed.value)) : parsed;
}

export function parseWish({ topic, payload }: Message): Result<Wish> {
  switch (topic) {
    case "fault":
      return wish(parseFault(payload), (fault) => ({ kind: "fault", fault }));
    case "load":
      return wish(parseLoad(payload), ({ load, on, level }) => ({ kind: "load", load, level: on ? level : 0 }));
    case "behaviour":
      return wish(parseBehaviour(payload), ({ load, obeys, delayS = 0 }) => {
        return { kind: "behaviour", load, behaviour: { obeys, delayS } };
      });
    case "want":
      return wish(parseWant(payload), ({ load }) => ({ kind: "want", load }));
  }
  if (payload instanceof Uint8Array) return ok({ kind: "bytes", bytes: payload });
  if (typeof payload === "string") return ok({ kind: "bytes", bytes: Buffer.from(payload, "latin1") });
  if (typeof payload === "object" && payload !== null && "action" in payload) {
    return wish(parseDecision(payload), ({ load, action, level, dryRun }) => {
      if (dryRun === true) return { kind: "nothing" };
      // For a shed node that knows the car as a switch, on is as many amps as there are.
      return { kind: "load", load, level: action === "on" ? undefined : level };
    });
  }
  return failed(
    "METERMAN_BAD_MESSAGE",
    'send bytes or text for the gateway, or a message with the topic "load", "want", "behaviour" or "fault"',
    "payload",
  );
}
