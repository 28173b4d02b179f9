import { EPOCH_SCHEMA, type EpochSeconds } from "../../model/index.ts";
import { type Awaited, noShedding, type Override, RULES, type Rule, type Shedding } from "./shedding.ts";

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
  /** Switched while running; absent or null: as configured. */
  readonly dryRun?: boolean | null;
  /** Loads that came back for comfort, and until when they are not shed again. */
  readonly spared?: readonly { readonly load: string; readonly until: EpochSeconds }[];
  /** The demand nodes whose limits are kept. */
  readonly limits?: readonly ({ readonly id: string } & Awaited)[];
}

/** A sensor with a wrong unit must not make a ledger that cannot be read again. */
export const MOST_W = 1e6;
const load = { type: "string", minLength: 1, maxLength: 64 } as const;
const number = { type: "number", minimum: 0, maximum: MOST_W } as const;

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
    dryRun: { type: "boolean", nullable: true },
    spared: {
      type: "array",
      maxItems: 200,
      items: { type: "object", required: ["load", "until"], properties: { load, until: EPOCH_SCHEMA } },
    },
    limits: {
      type: "array",
      maxItems: 100,
      items: {
        type: "object",
        required: ["id", "name", "target", "phase"],
        properties: {
          id: { type: "string", minLength: 1, maxLength: 200 },
          name: { type: "string", maxLength: 200 },
          target: { enum: ["limit", "surplus"] },
          phase: { type: "string", nullable: true, maxLength: 16 },
        },
      },
    },
  },
} as const;

/** Without an id nobody could say later that the node is gone: such a limit is not waited for. */
function limitsOf(state: Shedding): (Awaited & { readonly id: string })[] {
  const heard = [...state.demands].map(([id, { name, state: of }]) => ({
    ...{ id, name, target: of.target, phase: of.phase },
  }));
  const awaited = [...state.awaited].map(([id, one]) => ({ id, ...one }));
  return [...heard, ...awaited].filter(({ id }) => id !== "");
}

export function ledgerOf(state: Shedding): ShedLedger {
  return {
    held: [...state.held].map(([load, { fitsSince: _, ...held }]) => ({ load, ...held })),
    loads: [...state.seen].map(([load, seen]) => ({ load, level: seen.level ?? seen.was, since: seen.since })),
    learned: [...state.learned].map(([load, watts]) => ({ load, watts })),
    overrides: [...state.overrides].map(([load, override]) => ({ load, ...override })),
    dryRun: state.dryRun,
    spared: [...state.spared].map(([load, until]) => ({ load, until })),
    limits: limitsOf(state),
  };
}

/**
 * Goes on after a restart. The limits that were kept are waited for. No load's state is taken from the ledger: nothing is given back before the load itself has
 * said that it is still as we left it.
 */
export function fromLedger(ledger: ShedLedger, now: EpochSeconds): Shedding {
  // The clock may have been set back meanwhile: then minimum times begin anew.
  const past = (at: EpochSeconds) => (at > now ? now : at);
  return {
    ...noShedding(now),
    held: new Map(
      ledger.held.map(({ load, since, ...held }) => [load, { ...held, since: past(since), fitsSince: null }]),
    ),
    seen: new Map(
      ledger.loads.map(({ load, level, since }) => [
        load,
        { level: null, was: level, watts: null, since: past(since) },
      ]),
    ),
    learned: new Map(ledger.learned.map(({ load, watts }) => [load, watts])),
    overrides: new Map(ledger.overrides?.map(({ load, ...override }) => [load, override])),
    dryRun: ledger.dryRun ?? null,
    spared: new Map(ledger.spared?.map(({ load, until }) => [load, until])),
    awaited: new Map(ledger.limits?.map(({ id, ...limit }) => [id, limit])),
  };
}
