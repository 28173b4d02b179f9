import {
  type EpochSeconds,
  epochSeconds,
  meanWatts,
  type Power,
  type Reading,
  seconds,
  type Watts,
  type Wh,
  wh,
} from "../model/index.ts";
import { addSpan, holes, overlapS, removeSpan, type Span } from "./spans.ts";

/** Energy over a hole: exact in sum, but when in the hole it was used is not known. */
export interface Vague {
  readonly start: EpochSeconds;
  readonly end: EpochSeconds;
  readonly wh: Wh;
}

/** Power from `at` on, until the next sample. */
export interface Sample {
  readonly at: EpochSeconds;
  readonly watts: Watts;
}

export interface Totals {
  readonly registerWh: Wh;
  readonly lifetimeWh: Wh;
}

/** What the room remembers of one meter. */
export interface MeterAccount {
  /** Time whose energy has been counted: tells duplicates, coverage and holes. */
  readonly spans: readonly Span[];
  readonly vague: readonly Vague[];
  /** What tells the last readings apart. */
  readonly recent: readonly string[];
  /** Power since the last reading and one before, in order of time. */
  readonly samples: readonly Sample[];
  /** The meter said that its power is unknown, and nothing newer has come since. */
  readonly lost: boolean;
  /** When a reading last arrived, by the server's clock. */
  readonly arrivedAt: EpochSeconds | null;
  /** The meter's totals when its energy was last counted; null before that. */
  readonly totals: Totals | null;
  /** Read back from disk, and nothing has been read since that goes on from there. */
  readonly resumed: boolean;
  /** The meter's lifetime energy when the account was rebuilt from the store: up to here all is counted. */
  readonly rebuiltWh: number;
}

export const newAccount: MeterAccount = {
  spans: [],
  vague: [],
  recent: [],
  samples: [],
  lost: false,
  arrivedAt: null,
  totals: null,
  resumed: false,
  rebuiltWh: -1,
};

/** An hour of 15-second readings. */
const RECENT = 256;
/** Ten minutes of one power message a second. */
const SAMPLES = 600;
/** More than any house draws, W: totals that say more have not grown, they were set. */
const MOST_W = 100_000;
/** What went by in a longer time says nothing of any window. */
const LONGEST_S = 31 * 86_400;

/** A hole that was bridged by the register. */
export function isVague(reading: Reading): boolean {
  return reading.source === "register-gap" || reading.quality.includes("estimated-span");
}

/** Part of a hole that was counted as a whole: its totals are of a later time than its end. */
const isDetail = (reading: Reading) => reading.quality.includes("refined");

const gapOf = ({ start, end, wh }: Reading): Vague => ({ start, end, wh });

const keyOf = ({ start, end, wh, registerWh }: Reading) => `${start} ${end} ${wh} ${registerWh}`;

/**
 * A reading that was counted before. The store answers with what is not yet on disk, but readings are published only
 * from there: after a rebuild those come again by wire. Lying over the time of others does not make a duplicate by
 * itself: energy is moved, and clocks are set back.
 */
export function isDuplicate(account: MeterAccount, reading: Reading): boolean {
  const { start, end, lifetimeWh } = reading;
  if (end > start && start >= coveredUntil(account)) return false;
  const isRebuilt = lifetimeWh <= account.rebuiltWh && overlapS(account.spans, start, end) === end - start;
  return isRebuilt || account.recent.includes(keyOf(reading));
}

/** The bridged holes that this reading replaces: by detail, or by the smaller hole that detail leaves. */
export function refinedBy(account: MeterAccount, reading: Reading): readonly Vague[] {
  const { start, end } = reading;
  if (isDetail(reading)) return account.vague.filter((gap) => gap.start < end && start < gap.end);
  if (reading.source !== "register-gap") return [];
  const isSame = (gap: Vague) => gap.start === start && gap.end === end;
  return account.vague.filter((gap) => gap.start <= start && end <= gap.end && !isSame(gap));
}

/**
 * The energy that went by while nothing ran here, as one bridged hole up to `reading`, the first after a restart: told
 * by the meter's totals, of which the lifetime is the better because it ignores rebases.
 * @returns null when they do not tell: then there is a gap, and nothing is invented
 */
export function missedBefore(account: MeterAccount, reading: Reading): Reading | null {
  const { totals } = account;
  const start = coveredUntil(account);
  const spanS = seconds(reading.start - start);
  if (!account.resumed || totals === null || spanS <= 0 || spanS > LONGEST_S || isDetail(reading)) return null;
  const isBased = reading.quality.includes("rebase");
  const told = [
    totals.lifetimeWh > 0 ? reading.lifetimeWh - reading.wh - totals.lifetimeWh : -1,
    totals.registerWh > 0 && !isBased ? reading.registerWh - reading.wh - totals.registerWh : -1,
  ];
  const energy = told.find((energy) => energy >= 0 && energy * 3600 <= MOST_W * spanS);
  if (energy === undefined) return null;
  return {
    meter: reading.meter,
    start,
    end: reading.start,
    wh: wh(energy),
    watts: meanWatts(wh(energy), spanS),
    registerWh: wh(reading.registerWh - reading.wh),
    lifetimeWh: wh(reading.lifetimeWh - reading.wh),
    source: "register-gap",
    quality: ["estimated-span"],
  };
}

/** Late readings are part of what the totals have grown by, but do not end the wait for what goes on from the restart. */
function totalsAfter({ totals, resumed }: MeterAccount, reading: Reading, inOrder: boolean): Totals {
  if (inOrder || totals === null) return { registerWh: reading.registerWh, lifetimeWh: reading.lifetimeWh };
  const lifetimeWh = resumed ? totals.lifetimeWh + reading.wh : Math.max(totals.lifetimeWh, reading.lifetimeWh);
  return { registerWh: totals.registerWh, lifetimeWh: wh(lifetimeWh) };
}

export function countReading(account: MeterAccount, reading: Reading, now: EpochSeconds): MeterAccount {
  const inOrder = reading.start >= coveredUntil(account) && !isDetail(reading);
  const counted = {
    ...account,
    spans: addSpan(account.spans, [reading.start, reading.end]),
    vague: isVague(reading) ? [...account.vague, gapOf(reading)] : account.vague,
    recent: [...account.recent.slice(1 - RECENT), keyOf(reading)],
    arrivedAt: now,
    totals: totalsAfter(account, reading, inOrder),
    resumed: account.resumed && !inOrder,
  };
  // The mean over a hole is not what is used now. Power that was heard of the same instant is better than any mean.
  const isMean = isVague(reading) || reading.quality.includes("suspect");
  const known = (account.samples.at(-1)?.at ?? 0) >= reading.end && reading.end <= now;
  return isMean || known ? counted : addSample(counted, reading.end, reading.watts, now);
}

export function withdraw(account: MeterAccount, gap: Vague): MeterAccount {
  return {
    ...account,
    spans: removeSpan(account.spans, [gap.start, gap.end]),
    vague: account.vague.filter((one) => one.start !== gap.start || one.end !== gap.end),
  };
}

export function hearPower(account: MeterAccount, power: Power, now: EpochSeconds): MeterAccount {
  return power.known ? addSample(account, power.at, power.watts, now) : { ...account, lost: true };
}

/**
 * Older news than the last is of no use for power. Nothing is of later than now: a sample from a clock that was ahead
 * must not keep out all that follow.
 */
function addSample(account: MeterAccount, said: EpochSeconds, watts: Watts, now: EpochSeconds): MeterAccount {
  const at = epochSeconds(Math.min(said, now));
  const samples = account.samples.filter((sample) => sample.at <= now);
  const last = samples.at(-1);
  if (last !== undefined && at < last.at) return account;
  const kept = last?.at === at ? samples.slice(0, -1) : samples;
  const needed = kept.findLastIndex((sample) => sample.at <= coveredUntil(account));
  return {
    ...account,
    samples: [...kept.slice(Math.max(0, needed, kept.length + 1 - SAMPLES)), { at, watts }],
    lost: false,
  };
}

/** End of the last reading, 0 without any. */
export function coveredUntil(account: MeterAccount): EpochSeconds {
  return epochSeconds(account.spans.at(-1)?.[1] ?? 0);
}

/** Last sign of life in the meter's own time; null before the first. */
export function lastSeen(account: MeterAccount): EpochSeconds | null {
  return account.samples.at(-1)?.at ?? null;
}

/**
 * Seconds of [start, end) with data. A bridged hole that crosses the border is energy, but no data: how much of it
 * belongs on this side is a guess.
 */
export function coveredS(account: MeterAccount, start: number, end: number): number {
  const guessed = account.vague.filter((gap) => gap.start < start || gap.end > end);
  const guessedS = guessed.reduce((sum, gap) => sum + overlapS([[gap.start, gap.end]], start, end), 0);
  return Math.max(0, overlapS(account.spans, start, end) - guessedS);
}

/**
 * Energy of the time in [start, end) that has no reading yet, from the power heard meanwhile; readings come up to two
 * minutes late. Only for the projection: accounts are never fed from power.
 */
export function bridgedWh(account: MeterAccount, start: number, end: number): number {
  let sum = 0;
  for (const [from, to] of holes(account.spans, start, end)) {
    account.samples.forEach((sample, i) => {
      const since = i === 0 ? from : Math.max(from, sample.at);
      const until = Math.min(to, account.samples[i + 1]?.at ?? to);
      if (until > since) sum += (sample.watts * (until - since)) / 3600;
    });
  }
  return sum;
}

export function forgetAccount(account: MeterAccount, before: number): MeterAccount {
  const oldest = account.spans[0]?.[1] ?? before + 1;
  if (oldest > before && account.vague.length === 0) return account;
  return {
    ...account,
    spans: account.spans.filter((span) => span[1] > before),
    vague: account.vague.filter((gap) => gap.end > before),
  };
}

/** Whether all of [start, end) has been counted. */
export function coversAll(account: MeterAccount, start: number, end: number): boolean {
  return end <= start || overlapS(account.spans, start, end) === end - start;
}
