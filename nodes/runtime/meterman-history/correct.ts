import { parseAdjustment } from "../../api/index.ts";
import { type Adjustment, type AdjustmentOutcome, failed, ok, parseMeterId, type Result } from "../../model/index.ts";
import type { OpenStore } from "../services.ts";
import { parser } from "../shell/index.ts";

/** A correction, or the undoing of one, as a message has it. */
interface Order {
  readonly adjust?: object;
  readonly undo?: number;
  readonly meter?: string;
  readonly why: string;
  readonly who?: string;
  readonly dryRun?: boolean;
}

const LINE = { type: "string", maxLength: 500 } as const;
const parseOrder = parser<Order>(
  {
    type: "object",
    additionalProperties: false,
    required: ["why"],
    properties: {
      adjust: { type: "object" },
      undo: { type: "integer", minimum: 1 },
      meter: { type: "string" },
      why: LINE,
      who: LINE,
      dryRun: { type: "boolean" },
    },
  },
  "METERMAN_BAD_QUERY",
);
const LEGIBLE = /^(?=.*\S)[^\p{Cc}\p{Cs}]+$/u;
const HOW =
  "a correction is {adjust: {kind, …}, meter, why}, with who and dryRun if you like; " +
  "{undo: number, meter, why} undoes one";

export type Corrected = { readonly text: string } & (
  | { readonly topic: "adjusted"; readonly payload: AdjustmentOutcome }
  | { readonly topic: "undone"; readonly payload: Adjustment }
);

/** Whether a payload corrects rather than asks. */
export function isOrder(payload: unknown): payload is object {
  return typeof payload === "object" && payload !== null && ("adjust" in payload || "undo" in payload);
}

/** @param defaults the meter of the settings, the name that corrections are made in, and the zone of times */
export async function correct(
  payload: object,
  defaults: { readonly meter: string; readonly who: string; readonly zone: string },
  { adjustments }: Pick<OpenStore, "adjustments">,
): Promise<Result<Corrected>> {
  const order = parseOrder(payload);
  if (!order.ok) return failed("METERMAN_BAD_QUERY", `${order.error.message}; ${HOW}`, order.error.field);
  const { adjust, undo, why, who = defaults.who, dryRun = false } = order.value;
  const meter = parseMeterId(order.value.meter ?? defaults.meter);
  if (!meter.ok) return failed("METERMAN_BAD_QUERY", meter.error.message, "meter");
  const author = { who, why: why.trim() };
  for (const [field, text] of Object.entries(author)) {
    if (!LEGIBLE.test(text))
      return failed("METERMAN_BAD_QUERY", `${field} must be 1 to 500 characters on one line`, field);
  }
  if (undo !== undefined && adjust !== undefined) return failed("METERMAN_BAD_QUERY", HOW);
  if (undo !== undefined) {
    if (dryRun) return failed("METERMAN_BAD_QUERY", "undoing has no dry run: leave dryRun out", "dryRun");
    const undone = await adjustments.undo(meter.value, undo, author);
    return undone.ok ? ok({ topic: "undone", payload: undone.value, text: `undid correction ${undo}` }) : undone;
  }
  const wanted = parseAdjustment({ dryRun, ...adjust, why }, defaults.zone);
  if (!wanted.ok) return wanted;
  const { request, ...options } = wanted.value;
  const outcome = await adjustments.adjust(meter.value, request, author, { dryRun: options.dryRun || dryRun });
  if (!outcome.ok) return outcome;
  const { adjustment } = outcome.value;
  const text = adjustment === null ? "dry run: nothing was changed" : `correction ${adjustment.n}`;
  return ok({ topic: "adjusted", payload: outcome.value, text });
}
