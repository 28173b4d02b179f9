import {
  type Decision,
  type DemandState,
  demandState,
  fromLedger,
  type Load,
  ledgerOf,
  noShedding,
  plainTariff,
  type ShedConfig,
  type Shedding,
  type ShedEvent,
  share,
  staleSince,
  stepShed,
  type Tariff,
} from "../../nodes/demand/index.ts";
import { epochSeconds, watts, wh } from "../../nodes/model/index.ts";
import { at, config, Run, reading } from "./support.ts";

export const T0 = at("2026-03-02T10:00:00Z");

/** The one demand node of a plain house. */
export const SOURCE = { id: "window", name: "Quarter hour" };

export function load(name: string, more: Partial<Load> = {}): Load {
  return {
    name,
    kind: "switch",
    levels: [0, 1],
    ratedW: 2000,
    priority: 1,
    critical: false,
    minOnS: 0,
    minOffS: 0,
    offPeakOnly: false,
    whenStale: "hold",
    phases: [],
    surplus: false,
    maxOffS: 0,
    ...more,
  };
}

export function shedConfig(loads: readonly Load[], more: Partial<ShedConfig> = {}): ShedConfig {
  return {
    loads,
    marginW: 0,
    hysteresisW: 100,
    holdS: 60,
    staggerS: 60,
    confirmS: 15,
    responseS: 60,
    maxPerPass: 2,
    demandTimeoutS: 60,
    dryRun: false,
    ...more,
  };
}

/** A limit besides that of the house: of a phase, or the sun that is left over. Its meter is exact and prompt. */
export interface Extra {
  readonly name: string;
  readonly target: "limit" | "surplus";
  readonly phase: string | null;
  readonly limitW: number;
  readonly windowS: number;
  /** Of the wiring, not of the bill. */
  readonly isFixed?: boolean;
  /** What the wiring must carry, where the limit of the bill is lower. */
  readonly fixedW?: number;
}

/** A demand state as a node would tell it, from its figures. */
export function stateOf(
  extra: Extra,
  at: number,
  figures: { readonly usedWh: number; readonly powerW: number | null },
): DemandState {
  const { target, phase, limitW, windowS, isFixed = false, fixedW = null } = extra;
  const windowStart = Math.floor(at / windowS) * windowS;
  const remainingS = windowStart + windowS - at;
  const { usedWh, powerW } = figures;
  const isStale = powerW === null;
  return {
    at: epochSeconds(at),
    meters: [],
    windowStart: epochSeconds(windowStart),
    windowEnd: epochSeconds(windowStart + windowS),
    remainingS,
    usedWh: wh(usedWh),
    bridgedWh: isStale ? null : 0,
    coveredUntil: epochSeconds(at),
    coverage: 1,
    powerWatts: powerW === null ? null : watts(powerW),
    projectedWatts: null,
    limitWatts: watts(limitW),
    fixedWatts: isFixed ? watts(limitW) : fixedW === null ? null : watts(fixedW),
    allowedWatts: null,
    certainBreak: false,
    stale: isStale,
    ageS: isStale ? 600 : 0,
    counts: true,
    onPeak: false,
    peakWatts: null,
    target,
    phase,
    ahead: isStale ? [] : [{ remainingS, usedWh }],
    period: "2026-03",
    charge: null,
    adds: null,
    price: null,
  };
}

export interface Behaviour {
  /** Power per unit of level, W. */
  readonly watts: number;
  readonly on: boolean;
  /** Seconds until it follows; null: it does not. */
  readonly delayS?: number | null;
  readonly unavailable?: boolean;
  /** Its own power sensor: none, a true one, or one that always says the same. */
  readonly sensor?: "none" | "true" | "stuck";
  /** It goes only half of the way that it is told to go down. */
  readonly isLazy?: boolean;
}

interface RealLoad extends Behaviour {
  level: number;
  due: { level: number; at: number } | undefined;
}

/** A house with loads that obey or do not, a meter that reports late, and both rooms of the controller. */
export class House {
  now = T0;
  baseW = 500;
  /** Whether the meter is heard. */
  audible = true;
  /** Whether the demand node runs. */
  demanding = true;
  /** What the roof gives. */
  sunW = 0;
  /** Extra limits that are not heard at the moment, by name. */
  readonly deaf = new Set<string>();
  readonly extras: readonly Extra[];
  readonly #extraWs = new Map<string, number>();
  readonly #lastWs = new Map<string, number>();
  readonly lateS: number;
  readonly real = new Map<string, RealLoad>();
  readonly events: ShedEvent[] = [];
  /** When each event was, by the house's clock. */
  readonly times: number[] = [];
  readonly used: { start: number; end: number; ws: number }[] = [];
  readonly run: Run;
  readonly settings: ShedConfig;
  state: Shedding = noShedding(epochSeconds(T0));
  #queue: { at: number; start: number; end: number; energy: number }[] = [];
  #ws = 0;
  #rest = 0;
  #from = T0;

  constructor(
    settings: ShedConfig,
    behaviours: Record<string, Behaviour>,
    options: { limitW?: number; lateS?: number; tariff?: Tariff; extras?: readonly Extra[] } = {},
  ) {
    this.extras = options.extras ?? [];
    this.settings = settings;
    this.lateS = options.lateS ?? 30;
    this.run = new Run(
      config(options.tariff ?? plainTariff(15, "UTC"), { limitW: options.limitW ?? 2500, staleAfterS: 180 }),
    );
    for (const { name, levels } of settings.loads) {
      const behaviour = behaviours[name];
      if (behaviour === undefined) continue;
      const on = behaviour.on ? (levels.at(-1) ?? 1) : 0;
      this.real.set(name, { ...behaviour, level: on, due: undefined });
    }
    for (const name of this.real.keys()) this.tell(name);
  }

  get demand(): DemandState | null {
    return this.state.demands.get(SOURCE.id)?.state ?? null;
  }

  get staleSince(): number | null {
    return staleSince(this.state);
  }

  get powerW(): number {
    return [...this.real.values()].reduce((sum, one) => sum + one.level * one.watts, this.baseW);
  }

  get decisions(): Decision[] {
    return this.events.flatMap((event) => (event.kind === "decision" ? [event] : []));
  }

  kinds(kind: ShedEvent["kind"]) {
    return this.events.filter((event) => event.kind === kind);
  }

  /** Power as the meter of an extra limit sees it: the base load lies on three phases evenly. */
  extraW({ target, phase }: Extra): number {
    if (target === "surplus") return this.powerW - this.sunW;
    let sum = phase === null ? this.baseW : this.baseW / 3;
    for (const load of this.settings.loads) {
      const real = this.real.get(load.name);
      if (real !== undefined) sum += real.level * real.watts * share(load, { target, phase });
    }
    return sum;
  }

  level(name: string): number {
    return this.real.get(name)?.level ?? Number.NaN;
  }

  /** A person at the switch, or an unplugged radio. */
  set(name: string, level: number | null): void {
    const one = this.real.get(name);
    if (one === undefined) throw new Error(name);
    if (level !== null) one.level = level;
    this.input({ kind: "load", load: name, level, watts: null });
  }

  tell(name: string): void {
    const one = this.real.get(name);
    const level = one === undefined || one.unavailable === true ? null : one.level;
    const measured = { none: null, true: (one?.level ?? 0) * (one?.watts ?? 0), stuck: one?.watts ?? 0 };
    this.input({ kind: "load", load: name, level, watts: measured[one?.sensor ?? "none"] });
  }

  override(name: string, mode: "auto" | "on" | "off", forS: number | null = null): void {
    this.input({ kind: "override", load: name, mode, forS });
  }

  /** What was kept on disk is all that is known; the loads say how they are only when they are asked. */
  restart(): void {
    this.state = fromLedger(JSON.parse(JSON.stringify(ledgerOf(this.state))), epochSeconds(this.now));
  }

  input(input: Parameters<typeof stepShed>[1]): void {
    const { state, events } = stepShed(this.state, input, this.settings, epochSeconds(this.now));
    this.state = state;
    for (const event of events) {
      this.events.push(event);
      this.times.push(this.now);
      if (event.kind !== "decision" || event.dryRun) continue;
      const one = this.real.get(event.load);
      if (one === undefined || one.delayS === null) continue;
      const isHalf = one.isLazy === true && event.level < one.level && one.level > 1;
      const level = isHalf ? Math.ceil((one.level + event.level) / 2) : event.level;
      one.due = { level, at: this.now + (one.delayS ?? 2) };
    }
  }

  /** Lives second by second. The meter's interval is 15 s, its power is heard at once, its readings late. */
  live(seconds: number): this {
    for (let s = 0; s < seconds; s += 1) {
      this.#ws += this.powerW;
      for (const extra of this.extras) this.#count(extra);
      this.now += 1;
      for (const [name, one] of this.real) {
        if (one.due === undefined || one.due.at > this.now) continue;
        one.level = one.due.level;
        one.due = undefined;
        this.tell(name);
      }
      if (this.now % 15 === 0) this.#measure();
      if (this.now % 5 === 0) this.#tick();
    }
    return this;
  }

  #measure(): void {
    const exact = this.#ws / 3600 + this.#rest;
    const energy = Math.round(exact);
    this.used.push({ start: this.#from, end: this.now, ws: this.#ws });
    this.#rest = exact - energy;
    this.#queue.push({ at: this.now + this.lateS, start: this.#from, end: this.now, energy });
    if (this.audible) this.run.power((this.#ws / (this.now - this.#from)) | 0, this.now);
    this.#from = this.now;
    this.#ws = 0;
  }

  #tick(): void {
    while (this.audible && this.#queue[0] !== undefined && this.#queue[0].at <= this.now) {
      const { start, end, energy } = this.#queue.shift() ?? { start: 0, end: 0, energy: 0 };
      this.run.read(reading(start, end, energy), this.now);
    }
    this.run.tick(this.now);
    for (const extra of this.extras) this.#tellExtra(extra);
    if (this.demanding) {
      const state = demandState(this.run.demand, this.run.config, epochSeconds(this.now));
      this.input({ kind: "demand", source: SOURCE, state });
    } else this.input({ kind: "tick" });
  }

  #count(extra: Extra): void {
    const power = this.extraW(extra);
    const before = this.now % extra.windowS === 0 ? 0 : (this.#extraWs.get(extra.name) ?? 0);
    this.#extraWs.set(extra.name, before + power);
    this.#lastWs.set(extra.name, power);
  }

  #tellExtra(extra: Extra): void {
    if (this.deaf.has(extra.name)) return;
    const used = this.now % extra.windowS === 0 ? 0 : (this.#extraWs.get(extra.name) ?? 0);
    const figures = { usedWh: used / 3600, powerW: this.#lastWs.get(extra.name) ?? null };
    const source = { id: extra.name, name: extra.name };
    this.input({ kind: "demand", source, state: stateOf(extra, this.now, figures) });
  }

  /** Mean power of a whole window by an integrator of its own. */
  meanW(window: number): number {
    const start = T0 + window * 900;
    const inside = this.used.filter((one) => one.start >= start && one.end <= start + 900);
    return inside.reduce((sum, one) => sum + one.ws, 0) / 900;
  }
}
