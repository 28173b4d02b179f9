import { EPOCH_SCHEMA, type EpochSeconds } from "../model/index.ts";
import { noShedding, type Override, RULES, type Rule, type Shedding } from "./shed.ts";

/** What must survive a restart: what is to be given back, what people asked for, how long loads have been on or off. */
export interface ShedLedger {
  readonly held: readonly {
    readonly load: string;
    readonly fromLevel: number;
    readonly level: number;
    readonly since: EpochSeconds;
    readonly rule: Rule;
    readonly dryRun: boolean;
  }[];
  readonly loads: readonly { readonly load: string; readonly level: number | null; readonly since: EpochSeconds }[];
  readonly learned: readonly { readonly load: string; readonly watts: number }[];
  /** Absent in ledgers of the first version. */
  readonly overrides?: readonly ({ readonly load: string } & Override)[];
}

const load = { type: "string", minLength: 1, maxLength: 64 } as const;
const number = { type: "number", minimum: 0, maximum: 1e6 } as const;

export const SHED_LEDGER_SCHEMA = {
  type: "object",
  required: ["held", "loads", "learned"],
  properties: {
    held: {
      type: "array",
      maxItems: 200,
      items: {
        type: "object",
        required: ["load", "fromLevel", "level", "since", "rule", "dryRun"],
        properties: {
          load,
          fromLevel: number,
          level: number,
          since: EPOCH_SCHEMA,
          rule: { enum: RULES },
          dryRun: { type: "boolean" },
        },
      },
    },
    loads: {
      type: "array",
      maxItems: 200,
      items: {
        type: "object",
        required: ["load", "level", "since"],
        properties: { load, level: { ...number, nullable: true }, since: EPOCH_SCHEMA },
      },
    },
    learned: {
      type: "array",
      maxItems: 200,
      items: { type: "object", required: ["load", "watts"], properties: { load, watts: number } },
    },
    overrides: {
      type: "array",
      maxItems: 200,
      items: {
        type: "object",
        required: ["load", "mode", "until", "sent"],
        properties: {
          load,
          mode: { enum: ["on", "off", "leave"] },
          until: { ...EPOCH_SCHEMA, nullable: true },
          sent: { type: "boolean" },
        },
      },
    },
  },
} as const;

export function ledgerOf(state: Shedding): ShedLedger {
  return {
    held: [...state.held].map(([load, { fitsSince: _, ...held }]) => ({ load, ...held })),
    loads: [...state.seen].map(([load, seen]) => ({ load, level: seen.level ?? seen.was, since: seen.since })),
    learned: [...state.learned].map(([load, watts]) => ({ load, watts })),
    overrides: [...state.overrides].map(([load, override]) => ({ load, ...override })),
  };
}

/**
 * Goes on after a restart. No load's state is taken from the ledger: nothing is given back before the load itself has
 * said that it is still as we left it.
 */
export function fromLedger(ledger: ShedLedger, now: EpochSeconds): Shedding {
  return {
    ...noShedding(now),
    held: new Map(ledger.held.map(({ load, ...held }) => [load, { ...held, fitsSince: null }])),
    seen: new Map(
      ledger.loads.map(({ load, level, since }) => [load, { level: null, was: level, watts: null, since }]),
    ),
    learned: new Map(ledger.learned.map(({ load, watts }) => [load, watts])),
    overrides: new Map(ledger.overrides?.map(({ load, ...override }) => [load, override])),
  };
}
