import { type EpochSeconds, epochSeconds, LAST_NODE, type NetworkId } from "../../model/index.ts";
import { type House, newHouse } from "./house.ts";
import { aloneWatts, type Profile } from "./profile.ts";
import { hashed, type Random } from "./random.ts";

/** One simulated MeterNode. Node numbers are 2…253, each once. */
export interface MeterSettings {
  readonly node: number;
  readonly profile: Profile;
  /** All of `flat`, the motor of a `pump`, what a `household` draws besides, the panels behind an `export` meter. */
  readonly watts: number;
  readonly impulsesPerKwh: number;
  readonly intervalS: number;
  /** Has a current sensor: sends MUPC. */
  readonly current?: boolean;
}

export interface SimulatorSettings {
  readonly seed: number;
  readonly meters: readonly MeterSettings[];
  readonly network: NetworkId;
  /** Local time of the households. */
  readonly utcOffsetS: number;
  /** Shares of frames or lines from 0 to 1. */
  readonly lossShare: number;
  readonly duplicateShare: number;
  readonly spliceShare: number;
}

export interface ClosedEntry {
  readonly s: number;
  readonly wh: number;
  readonly centiamps: number;
}

/** The energy that the lines really sent reveal: what a perfect ledger would count. */
export interface Account {
  /** Of all stretches between register resets that are over. */
  closedWh: number;
  /** First and last register seen in the present stretch. */
  first: number | null;
  last: number | null;
  hiddenRebases: number;
}

/** One MeterNode. All times are simulated real time; `offset` leads to the node's own clock. */
export interface Device {
  readonly settings: MeterSettings;
  readonly seed: number;
  readonly rssi: number;
  /** What the meter of a `household` looks at. */
  readonly house: House | null;
  joules: number;
  /** Power that the meter sees at the moment that was integrated to. */
  watts: number;
  /** Impulses at which the register was `registerStart`. */
  pulsesStart: number;
  registerStart: number;
  /** null until the node has the time. */
  bootedAt: number | null;
  offset: number;
  intervalS: number;
  entryStart: number;
  entryRegister: number;
  aligned: boolean;
  /** Closed, not sent; the first begins at `baseAt` with the register at `baseRegister`. */
  pending: ClosedEntry[];
  baseAt: number;
  baseRegister: number;
  sentAt: number;
  ledRate: number;
  ledMs: number;
  pollS: number;
  pollUntil: number;
  darkUntil: number;
  loseNext: number;
  loseRebase: boolean;
  swapNext: boolean;
  /** An update that waits for the next one (reorder), and the registers it announces. */
  held: { readonly text: string; readonly first: number; readonly last: number } | null;
  readonly due: { boot: number; hello: number; close: number; update: number; poll: number; clock: number };
  readonly account: Account;
}

export type Instruction = "SGITR" | "SMVAL" | "SMINT" | "SPLED";

/** What the gateway knows of a node: the columns of NOSNAP, and one waiting instruction of each kind. */
export interface Registration {
  readonly node: number;
  ginr: readonly number[] | null;
  lastSeen: number;
  darkAt: number;
  drift: number;
  lastFinish: number;
  lastRegister: number;
  readonly queue: Partial<Record<Instruction, readonly number[]>>;
}

export interface SimulatorState extends Random {
  readonly settings: SimulatorSettings;
  now: EpochSeconds;
  /** What the meters saw is counted up to here. */
  integratedTo: number;
  readonly share: { loss: number; duplicates: number; splice: number };
  readonly devices: readonly Device[];
  /** True while the past is played: the gateway keeps simulated time whatever STIME says. */
  clockHeld: boolean;
  /** The gateway's clock minus simulated time. */
  clockOffset: number;
  clockSet: boolean;
  bootedAt: number;
  /** Characters of a command that has no CR yet. */
  typed: string;
  /** In the order in which they were first heard. */
  readonly registry: Registration[];
  /** Text not handed out yet, and the head of a line that will be spliced to the next one. */
  out: string;
  spliced: string | null;
}

/** A time that does not come, and that JSON can write. */
export const NEVER = Number.MAX_SAFE_INTEGER;

function device(settings: MeterSettings, index: number, simulation: SimulatorSettings, at: number): Device {
  const seed = Math.floor(hashed(simulation.seed, settings.node) * 2 ** 31);
  const { profile, watts } = settings;
  const { meters, utcOffsetS } = simulation;
  return {
    settings,
    seed,
    rssi: -60 - Math.floor(hashed(seed, 7) * 20),
    house: profile === "household" ? newHouse(meters, index, seed, utcOffsetS, at) : null,
    joules: 0,
    // A house wakes at the full ten seconds, before the meter has the time.
    watts: profile === "flat" || profile === "pump" ? aloneWatts(profile, seed, at, watts) : 0,
    pulsesStart: 0,
    registerStart: 0,
    bootedAt: null,
    offset: 0,
    intervalS: settings.intervalS,
    entryStart: at,
    entryRegister: 0,
    aligned: false,
    pending: [],
    baseAt: at,
    baseRegister: 0,
    sentAt: at,
    ledRate: 0,
    ledMs: 100,
    pollS: 600,
    pollUntil: 0,
    darkUntil: 0,
    loseNext: 0,
    loseRebase: false,
    swapNext: false,
    held: null,
    due: { boot: at + 5 + 6 * index, hello: NEVER, close: NEVER, update: NEVER, poll: NEVER, clock: NEVER },
    account: { closedWh: 0, first: null, last: null, hiddenRebases: 0 },
  };
}

/** Everything off, the gateway about to boot at `start`. Plain data: JSON keeps all of it. */
export function emptyState(settings: SimulatorSettings, start: EpochSeconds): SimulatorState {
  return {
    settings,
    now: epochSeconds(start),
    integratedTo: start,
    dice: Math.floor(hashed(settings.seed, LAST_NODE) * 2 ** 31),
    share: { loss: settings.lossShare, duplicates: settings.duplicateShare, splice: settings.spliceShare },
    devices: settings.meters.map((meter, index) => device(meter, index, settings, start)),
    clockHeld: false,
    clockOffset: 0,
    clockSet: false,
    bootedAt: 0,
    typed: "",
    registry: [],
    out: "",
    spliced: null,
  };
}
