import type { Load } from "../nodes/demand/index.ts";
import type { Reading } from "../nodes/model/index.ts";
import { type Command, LOADS, type Manager } from "./demand-world.ts";

/** What a plain rule reads off the meter: need, to be shed now, and room, to be given back now. Watts. */
export interface Reflex {
  readonly needW: number;
  readonly roomW: number;
}

interface Seen {
  level: number;
  watts: number;
  /** When it last went on or off. */
  since: number;
}

/** How quickly a rule acts, s. */
export interface Pace {
  /** Need must last so long before something is shed, room so long before something is given back. */
  readonly confirmS: number;
  readonly holdS: number;
  /** After a step nothing more is done for so long: the meter has to show it first. */
  readonly settleS: number;
}

/**
 * The hands of every plain rule, as skilled as ours are told to be: the car first, in steps; then what draws, lowest
 * priority first; minimum times are kept; one load at a time comes back, highest priority first, if there is room for
 * all it may draw. Only what to do when differs between the rules.
 */
export class Hands implements Manager {
  readonly #seen = new Map<string, Seen>();
  readonly #held = new Map<string, number>();
  readonly #pace: Pace;
  readonly #rule: (now: number) => Reflex;
  readonly #note: (reading: Reading, powerW: number | null) => void;
  #needSince: number | null = null;
  #roomSince: number | null = null;
  #busyUntil = 0;

  constructor(pace: Pace, note: (reading: Reading, powerW: number | null) => void, rule: (now: number) => Reflex) {
    this.#pace = pace;
    this.#note = note;
    this.#rule = rule;
  }

  hear(reading: Reading, powerW: number | null): void {
    this.#note(reading, powerW);
  }

  load(name: string, level: number, watts: number, now: number): void {
    const before = this.#seen.get(name);
    const same = before !== undefined && before.level > 0 === level > 0;
    this.#seen.set(name, { level, watts, since: same ? before.since : now });
    // A car goes on for some seconds after it was told: only one that comes back is back.
    const full = this.#held.get(name);
    if (full !== undefined && before !== undefined && before.level < full && level >= full) this.#held.delete(name);
  }

  tick(now: number, command: Command): void {
    const { needW, roomW } = this.#rule(now);
    this.#needSince = needW > 0 ? (this.#needSince ?? now) : null;
    this.#roomSince = roomW > 0 ? (this.#roomSince ?? now) : null;
    if (now < this.#busyUntil) return;
    if (this.#needSince !== null && now - this.#needSince >= this.#pace.confirmS) this.#shed(needW, now, command);
    else if (this.#roomSince !== null && now - this.#roomSince >= this.#pace.holdS) this.#giveBack(roomW, now, command);
  }

  #shed(needW: number, now: number, command: Command): void {
    const order = [...LOADS].sort(
      (a, b) => Number(a.kind === "switch") - Number(b.kind === "switch") || a.priority - b.priority,
    );
    let left = needW;
    for (const load of order) {
      if (left <= 0) break;
      const seen = this.#seen.get(load.name);
      if (seen === undefined || seen.watts === 0 || seen.level === 0) continue;
      const mayStop = now - seen.since >= load.minOnS;
      const lower = load.levels.filter((level) => level < seen.level && (level > 0 || mayStop));
      const falls = (level: number) => seen.watts - (load.ratedW ?? 0) * level;
      const level = lower.findLast((one) => falls(one) >= left) ?? lower[0];
      if (level === undefined) continue;
      if (!this.#held.has(load.name)) this.#held.set(load.name, seen.level);
      command(load.name, level);
      this.#busyUntil = now + this.#pace.settleS;
      left -= falls(level);
    }
  }

  #giveBack(roomW: number, now: number, command: Command): void {
    for (const load of [...LOADS].sort((a, b) => b.priority - a.priority)) {
      const full = this.#held.get(load.name);
      const seen = this.#seen.get(load.name);
      if (full === undefined || seen === undefined || (seen.level === 0 && now - seen.since < load.minOffS)) continue;
      const level = this.#fitting(load, seen, full, roomW);
      if (level === undefined) continue;
      command(load.name, level);
      this.#busyUntil = now + this.#pace.settleS;
      return;
    }
  }

  #fitting(load: Load, seen: Seen, full: number, roomW: number): number | undefined {
    const rise = (level: number) => (load.ratedW ?? 0) * level - seen.watts;
    return load.levels.findLast((level) => level > seen.level && level <= full && rise(level) < roomW);
  }
}

/** Sheds when the live power is over the limit, gives back when it is well under it. */
export function livePower(limitW: number, hysteresisW: number, pace: Pace): Manager {
  let power: number | null = null;
  return new Hands(
    pace,
    (_, powerW) => {
      power = powerW;
    },
    () => ({ needW: (power ?? 0) - limitW, roomW: power === null ? 0 : limitW - hysteresisW - power }),
  );
}

/** The same by the mean of the last fifteen minutes: what is to be shed then is what the power is over the limit. */
export function slidingMean(limitW: number, hysteresisW: number, pace: Pace): Manager {
  const kept: Reading[] = [];
  let sumWh = 0;
  let power = 0;
  return new Hands(
    pace,
    (reading, powerW) => {
      power = powerW ?? power;
      kept.push(reading);
      sumWh += reading.wh;
      while (kept[0] !== undefined && kept[0].end <= reading.end - 900) sumWh -= kept.shift()?.wh ?? 0;
    },
    () => {
      const mean = sumWh * 4;
      return {
        needW: mean > limitW ? power - limitW + hysteresisW : 0,
        roomW: mean < limitW - hysteresisW ? limitW - power : 0,
      };
    },
  );
}

/**
 * The rule of Power Saver for the clock hour: the hour's energy is estimated as what has been used and the last minute's
 * mean for the rest. Over the limit less a buffer, what is missing is shed for the rest of the hour, not when an hour
 * of the same day was worse already; what is given back must leave a safe zone, and a kilowatt.
 */
export function hourly(limitW: number, bufferWh: number, safeWh: number, resetW: number, pace: Pace): Manager {
  let hour = 0;
  let usedWh = 0;
  let day = 0;
  let worstWh = 0;
  const minute: Reading[] = [];
  return new Hands(
    pace,
    (reading) => {
      const local = reading.start + 3600;
      if (Math.floor(local / 3600) !== hour) {
        worstWh = Math.floor(local / 86_400) === day ? Math.max(worstWh, usedWh) : 0;
        hour = Math.floor(local / 3600);
        day = Math.floor(local / 86_400);
        usedWh = 0;
      }
      usedWh += reading.wh;
      minute.push(reading);
      if (minute.length > 4) minute.shift();
    },
    (now) => {
      const leftS = Math.max(1, (hour + 1) * 3600 - 3600 - now);
      const meanW = (minute.reduce((sum, { wh }) => sum + wh, 0) * 3600) / (15 * Math.max(1, minute.length));
      const estimateWh = usedWh + (meanW * leftS) / 3600;
      const overWh = estimateWh - (limitW - bufferWh);
      const underWh = limitW - safeWh - estimateWh;
      return {
        needW: estimateWh > worstWh ? (overWh * 3600) / leftS : 0,
        roomW: (underWh * 3600) / leftS - resetW,
      };
    },
  );
}
