import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { simulator } from "../../gateway/index.ts";
import { EPOCH_SCHEMA, type EpochSeconds, NETWORK_PATTERN } from "../../model/index.ts";
import { nodeFile, parser } from "../shell/index.ts";
import { METER_SCHEMA } from "./config.ts";
import { all, flag, HOUSE_SCHEMA, number, object } from "./house-schema.ts";

/**
 * The simulated world between two runs of Node-RED. Without it every start would play yesterday once more, with
 * registers from 0, into a store that has it already. After a crash the same bytes are sent again from the last save:
 * the account ignores what it knows.
 */
const FORMAT = 2;

const maybe = { type: ["number", "null"] };
const text = { type: "string", maxLength: 100_000 };
const values = { type: "array", maxItems: 16, items: number };

const device = object({
  ...all(number, "seed rssi joules watts pulsesStart registerStart offset intervalS entryStart entryRegister"),
  ...all(number, "baseAt baseRegister sentAt ledRate ledMs pollS pollUntil darkUntil loseNext"),
  ...all(flag, "aligned loseRebase swapNext"),
  settings: METER_SCHEMA,
  bootedAt: maybe,
  house: { anyOf: [{ type: "null" }, HOUSE_SCHEMA] },
  pending: { type: "array", items: object(all(number, "s wh centiamps")) },
  held: { anyOf: [{ type: "null" }, object({ text, ...all(number, "first last") })] },
  due: object(all(number, "boot hello close update poll clock")),
  account: object({ ...all(number, "closedWh hiddenRebases"), ...all(maybe, "first last") }),
});

const registration = object({
  ...all(number, "node lastSeen darkAt drift lastFinish lastRegister"),
  ginr: { anyOf: [{ type: "null" }, values] },
  queue: { type: "object", properties: all(values, "SGITR SMVAL SMINT SPLED"), additionalProperties: false },
});

const state = object({
  ...all(number, "dice integratedTo clockOffset bootedAt"),
  ...all(flag, "clockHeld clockSet"),
  now: EPOCH_SCHEMA,
  settings: object({
    ...all(number, "seed utcOffsetS lossShare duplicateShare spliceShare"),
    network: { type: "string", pattern: NETWORK_PATTERN },
    meters: { type: "array", items: METER_SCHEMA },
  }),
  share: object(all(number, "loss duplicates splice")),
  devices: { type: "array", items: device },
  registry: { type: "array", items: registration },
  typed: text,
  out: text,
  spliced: { anyOf: [{ type: "null" }, text] },
});

interface Saved {
  readonly format: number;
  readonly state: simulator.SimulatorState;
}
const parse = parser<Saved>(object({ format: { const: FORMAT }, state }), "METERMAN_BAD_CONFIG");

/** Of a world of another version only the end is known. */
const parseEnd = parser<{ readonly state: { readonly now: EpochSeconds } }>(
  object({ state: object({ now: EPOCH_SCHEMA }) }),
  "METERMAN_BAD_CONFIG",
);

export interface LeftWorld {
  /** Simulated time at which it was left. */
  readonly at: EpochSeconds;
  /** undefined: written by another version, so the house cannot go on. */
  readonly state: simulator.SimulatorState | undefined;
}

export interface SavedWorld {
  /** What was left, if it is there and whole. */
  load(): LeftWorld | undefined;
  save(state: simulator.SimulatorState): void;
  remove(): void;
}

/** @param id of the node; one that is no plain file name is not kept */
export function savedWorld(folder: string, id: string): SavedWorld {
  const file = nodeFile(folder, "meterman-simulator", id);
  return {
    load() {
      if (file === undefined) return undefined;
      try {
        const kept: unknown = JSON.parse(readFileSync(file, "utf8"));
        const parsed = parse(kept);
        if (parsed.ok) return { at: parsed.value.state.now, state: parsed.value.state };
        const end = parseEnd(kept);
        return end.ok ? { at: end.value.state.now, state: undefined } : undefined;
      } catch {
        // Not there, or cut off: the simulation begins anew.
        return undefined;
      }
    },
    save(saved) {
      if (file === undefined) return;
      const written: Saved = { format: FORMAT, state: saved };
      writeFileSync(`${file}.new`, JSON.stringify(written));
      renameSync(`${file}.new`, file);
    },
    remove() {
      if (file === undefined) return;
      rmSync(file, { force: true });
      rmSync(`${file}.new`, { force: true });
    },
  };
}
