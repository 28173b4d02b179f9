import { ADJUSTMENT_KINDS, type AdjustmentKind } from "../../model/index.ts";
import { COUNT, INT, METER, shape } from "../shapes.ts";

/**
 * What a correction comes to. Applied in the order of the records to the readings as they are asked for:
 * `cut` takes out a span; `sheet` takes out what lies under the readings of that sheet and adds them; `shift` adds to the
 * registers of a span, up to the next rebase where it has no end; `merge` takes out [from, until) and adds what `source`
 * has before `until`.
 */
export type Op =
  | readonly ["cut", from: number, to: number]
  | readonly ["sheet", number: number]
  | readonly ["shift", from: number, to: number | null, by: number]
  | readonly ["merge", source: string, from: number, until: number];

/** A record of the trail as it is kept. */
export interface Kept {
  readonly n: number;
  readonly kind: AdjustmentKind;
  readonly at: number;
  readonly who: string;
  readonly why: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly changeWh: number;
  readonly readings: number;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly ops: readonly Op[];
}

/** The record with that number does not count any more. */
export interface KeptUndo {
  readonly undo: number;
  readonly at: number;
  readonly who: string;
  readonly why: string;
}

const TEXT = { type: "string" } as const;
const MAYBE = { type: ["integer", "null"], minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

function tuple(name: Op[0], ...items: readonly object[]): object {
  const size = items.length + 1;
  return { type: "array", minItems: size, maxItems: size, items: [{ const: name }, ...items] };
}

const OP = {
  anyOf: [
    tuple("cut", COUNT, COUNT),
    tuple("sheet", COUNT),
    tuple("shift", COUNT, MAYBE, INT),
    tuple("merge", METER, COUNT, COUNT),
  ],
} as const;

/** One line of `m/<meter>/adjust/trail.ndj`; lines are never changed. @returns undefined when it is none */
export const trailLine = shape<Kept | KeptUndo>({
  type: "object",
  required: ["at", "who", "why"],
  properties: { at: COUNT, who: TEXT, why: TEXT },
  anyOf: [
    { required: ["undo"], properties: { undo: COUNT } },
    {
      required: ["n", "kind", "from", "to", "changeWh", "readings", "details", "ops"],
      properties: {
        n: COUNT,
        kind: { enum: ADJUSTMENT_KINDS },
        from: MAYBE,
        to: MAYBE,
        changeWh: INT,
        readings: COUNT,
        details: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
        ops: { type: "array", items: OP },
      },
    },
  ],
});
