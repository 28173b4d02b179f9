import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HOUR_S,
  judgedFrom,
  planRepair,
  type Repair,
  type StatisticsRow,
  startOfHour,
} from "../../nodes/home-assistant/index.ts";
import { type EpochSeconds, epochSeconds } from "../../nodes/model/index.ts";
import { RecorderModel } from "./statistics-recorder.ts";

const DAY_S = 86_400;
const START = epochSeconds(1_790_000_000 - (1_790_000_000 % HOUR_S));
const at = (hour: number, minute = 0) => epochSeconds(START + hour * HOUR_S + minute * 60);
const row = (start: EpochSeconds, stateWh: number, sumWh: number): StatisticsRow => ({ start, stateWh, sumWh });
const truth = (lifetimeWh: number, ...wh: number[]) => ({
  lifetimeWh,
  hours: new Map(wh.map((energy, hour) => [at(hour), energy])),
});
const now = at(3, 10);
const live = { now, history: false };

describe("the repair of hourly statistics", () => {
  const anchor = row(at(-1), 1000, 500);

  it("has nothing to do when every hour says what the store says", () => {
    const hours = [row(at(0), 1100, 600), row(at(1), 1300, 800), row(at(2), 1600, 1100)];
    const tail = row(at(3), 1650, 1150);
    expect(planRepair(truth(1650, 100, 200, 300, 50), { anchor, hours, tail }, live)).toEqual({
      kind: "nothing",
      waiting: false,
    });
  });

  it("moves late energy from the hour of its arrival to its own, without touching what is counted from now on", () => {
    const hours = [row(at(0), 1100, 600), row(at(1), 1100, 600), row(at(2), 1600, 1100)];
    const tail = row(at(3), 1650, 1150);
    expect(planRepair(truth(1650, 100, 200, 300, 50), { anchor, hours, tail }, live)).toEqual({
      kind: "import",
      waiting: false,
      rows: [row(at(1), 1300, 800)],
    });
  });

  it("leaves the current hour alone, also when late energy arrived in it", () => {
    const hours = [row(at(0), 1100, 600), row(at(1), 1100, 600), row(at(2), 1400, 900)];
    const tail = row(at(3), 1650, 1150);
    const repair = planRepair(truth(1650, 100, 200, 300, 50), { anchor, hours, tail }, live);
    expect(repair).toMatchObject({ kind: "import", rows: [row(at(1), 1300, 800), row(at(2), 1600, 1100)] });
  });

  it("fills hours that Home Assistant did not see", () => {
    const hours = [row(at(2), 1600, 1100)];
    const tail = row(at(3), 1650, 1150);
    const repair = planRepair(truth(1650, 100, 200, 300, 50), { anchor, hours, tail }, live);
    expect(repair).toMatchObject({ kind: "import", rows: [row(at(0), 1100, 600), row(at(1), 1300, 800)] });
  });

  it("takes energy out of an hour in which the store has none", () => {
    const hours = [row(at(0), 1100, 600), row(at(1), 1300, 800)];
    const tail = row(at(3), 1300, 800);
    const gone = { lifetimeWh: 1300, hours: new Map([[at(0), 300]]) };
    expect(planRepair(gone, { anchor, hours, tail }, live)).toMatchObject({
      kind: "import",
      rows: [row(at(0), 1300, 800)],
    });
  });

  it("leaves an hour without data as it is while parts of the store cannot be read", () => {
    const hours = [row(at(0), 1100, 600), row(at(1), 1300, 800), row(at(2), 1600, 1000)];
    const tail = row(at(3), 1650, 1050);
    const torn = { lifetimeWh: 1650, hours: new Map([100, 0, 300, 50].map((wh, hour) => [at(hour), wh])) };
    torn.hours.delete(at(1));
    expect(planRepair(torn, { anchor, hours, tail }, { ...live, damaged: true })).toMatchObject({
      kind: "adjust",
      start: at(2),
      wh: 100,
    });
    const right = [row(at(0), 1100, 600), row(at(1), 1300, 800), row(at(2), 1600, 1100)];
    const series = { anchor, hours: right, tail: row(at(3), 1650, 1150) };
    expect(planRepair(torn, series, { ...live, damaged: true })).toEqual({ kind: "nothing", waiting: false });
  });

  it("moves what is counted from now on when the store's energy has changed, and then the hours that are still wrong", () => {
    const hours = [row(at(0), 1100, 600), row(at(1), 1300, 800), row(at(2), 1600, 1100)];
    const tail = row(at(3), 1650, 1150);
    const adjusted = truth(1650, 100, 150, 300, 50);
    expect(planRepair(adjusted, { anchor, hours, tail }, live)).toEqual({
      kind: "adjust",
      start: at(1),
      wh: -50,
      waiting: true,
    });
    const after = [row(at(0), 1100, 600), row(at(1), 1300, 750), row(at(2), 1600, 1050)];
    const repair = planRepair(adjusted, { anchor, hours: after, tail: row(at(3), 1650, 1100) }, live);
    expect(repair).toEqual({ kind: "nothing", waiting: false });
  });

  it("mends a total that began anew after a gap longer than Home Assistant remembers", () => {
    const hours = [row(at(1), 1300, 0), row(at(2), 1600, 300)];
    const tail = row(at(3), 1650, 350);
    expect(planRepair(truth(1650, 100, 200, 300, 50), { anchor, hours, tail }, live)).toEqual({
      kind: "adjust",
      start: at(1),
      wh: 800,
      waiting: true,
    });
  });

  it("waits for the first 5-minute row before it judges what is counted from now on", () => {
    const repair = planRepair(truth(1600, 100, 200, 300), { anchor, hours: [], tail: null }, live);
    expect(repair).toMatchObject({ kind: "import", waiting: true });
    const hours = [row(at(0), 1100, 600), row(at(1), 1300, 800), row(at(2), 1600, 1100)];
    const done = planRepair(truth(1600, 100, 200, 300), { anchor, hours, tail: null }, live);
    expect(done).toEqual({ kind: "nothing", waiting: true });
  });

  it("does not judge by the counter of another store", () => {
    const hours = [row(at(0), 1100, 600), row(at(1), 1300, 800), row(at(2), 99_000, 1100)];
    const repair = planRepair(truth(600, 100, 200, 300), { anchor, hours, tail: row(at(2, 55), 99_000, 1100) }, live);
    expect(repair).toEqual({ kind: "nothing", waiting: true });
  });

  it.each([
    { what: "the recorder is about to book", now: at(3, 1), tail: row(at(2, 50), 1500, 1000), imported: false },
    { what: "the recorder has left behind", now: at(3, 6), tail: row(at(3), 1600, 1100), imported: true },
    { what: "nothing was heard in, right after its end", now: at(3, 4), tail: row(at(1), 1300, 800), imported: false },
    { what: "nothing was heard in, well after its end", now: at(3, 5), tail: row(at(1), 1300, 800), imported: true },
    { what: "was never booked", now: at(5), tail: row(at(2, 50), 1600, 1100), imported: true },
  ])("imports an hour that $what: $imported", ({ now, tail, imported }) => {
    const hours = [row(at(0), 1100, 600), row(at(1), 1300, 800)];
    const repair = planRepair(truth(1600, 100, 200, 300), { anchor, hours, tail }, { now, history: false });
    if (imported) expect(repair).toMatchObject({ kind: "import", rows: [row(at(2), 1600, 1100)] });
    else expect(repair).toEqual({ kind: "nothing", waiting: true });
  });

  it("gives the first hour of a new series all that was used in it, and asks for no history by itself", () => {
    const hours = [row(at(1), 1300, 120), row(at(2), 1600, 420)];
    const tail = row(at(3), 1650, 470);
    const energy = truth(1650, 100, 200, 300, 50);
    const repair = planRepair(energy, { anchor: null, hours, tail }, live);
    expect(repair).toMatchObject({ kind: "adjust", start: at(1), wh: 80 });
  });

  it("puts history before the first hour by moving everything after it, once", () => {
    const hours = [row(at(1), 1300, 200), row(at(2), 1600, 500)];
    const tail = row(at(3), 1650, 550);
    const energy = truth(1650, 100, 200, 300, 50);
    const wanted = { now, history: true };
    expect(planRepair(energy, { anchor: null, hours, tail }, wanted)).toMatchObject({
      kind: "adjust",
      start: at(1),
      wh: 100,
    });
    const moved = [row(at(1), 1300, 300), row(at(2), 1600, 600)];
    const series = { anchor: null, hours: moved, tail: row(at(3), 1650, 650) };
    expect(planRepair(energy, series, wanted)).toMatchObject({ kind: "import", rows: [row(at(0), 1100, 100)] });
  });

  it("has nothing to say about a series that does not exist", () => {
    const series = { anchor: null, hours: [], tail: null };
    expect(planRepair(truth(600, 100, 200, 300), series, live)).toEqual({ kind: "nothing", waiting: false });
  });
});

/** A meter, its store and a Home Assistant in which everything goes wrong that can. */
class World {
  readonly recorder = new RecorderModel(START);
  readonly hours = new Map<EpochSeconds, number>();
  #lifetimeWh = 5000;
  #late: { due: number; hour: EpochSeconds; wh: number }[] = [];
  #up = true;
  #heard = true;
  #offline = false;
  /** The first hour that changed in the store since it was last seen to be right. */
  #changedFrom: number = START;

  constructor() {
    this.#say();
  }

  /** Uses energy every five minutes; what is late arrives after `lateS`. */
  live(steps: number, wh: number, lateS: number): void {
    for (let i = 0; i < steps; i += 1) {
      const { now } = this.recorder;
      this.#late.push({ due: now + lateS, hour: startOfHour(now), wh });
      this.recorder.advance(300);
      this.#receive();
    }
  }

  #receive(): void {
    const { now } = this.recorder;
    const arrived = this.#heard ? this.#late.filter(({ due }) => due <= now) : [];
    if (arrived.length === 0) return;
    this.#late = this.#late.filter((entry) => !arrived.includes(entry));
    for (const { hour, wh } of arrived) {
      this.hours.set(hour, (this.hours.get(hour) ?? 0) + wh);
      this.#lifetimeWh += wh;
      this.#changedFrom = Math.min(this.#changedFrom, hour);
    }
    this.#say();
  }

  #say(): void {
    this.recorder.say(this.#offline ? null : this.#lifetimeWh / 1000);
  }

  stopHomeAssistant(): void {
    this.#up = false;
    this.recorder.stop();
  }

  /** Orderly, so the sensor is unavailable; the meter's detail is late then. */
  stopNodeRed(): void {
    this.#heard = false;
    this.#offline = true;
    this.#say();
  }

  start(): void {
    this.#heard = true;
    this.#offline = false;
    if (!this.#up) this.recorder.start(this.#lifetimeWh / 1000);
    this.#up = true;
    this.#receive();
    this.#say();
  }

  /** The user takes energy out of an hour, or puts some in. */
  adjust(hoursAgo: number, wh: number): void {
    const hour = startOfHour(this.recorder.now - hoursAgo * HOUR_S);
    const present = this.hours.get(hour);
    if (present === undefined) return;
    this.hours.set(hour, Math.max(0, present + wh));
    this.#changedFrom = Math.min(this.#changedFrom, hour);
  }

  plan(history = false): Repair {
    const { now } = this.recorder;
    const [first = now] = [...this.hours.keys()].sort((a, b) => a - b);
    const wanted = history ? first : Math.min(now - 10 * DAY_S, this.#changedFrom);
    const from = judgedFrom(this.recorder.series(0).hours, startOfHour(Math.max(first, wanted)));
    const series = this.recorder.series(Math.max(first, from));
    const after = series.anchor?.start ?? 0;
    const hours = new Map([...this.hours].filter(([start]) => start > after));
    return planRepair({ hours, lifetimeWh: this.#lifetimeWh }, series, { now, history });
  }

  /** As the node does it: step by step, and again after the next 5-minute run as long as something is open. */
  repair(history = false): void {
    for (let rounds = 0; rounds < 40; rounds += 1) {
      const { now } = this.recorder;
      const repair = this.plan(history);
      this.recorder.carryOut(repair);
      if (repair.kind !== "nothing") continue;
      if (!repair.waiting) {
        this.#changedFrom = now;
        return;
      }
      this.recorder.advance(300);
    }
  }

  get all(): Map<EpochSeconds, number> {
    const all = new Map(this.hours);
    for (const { hour, wh } of this.#late) all.set(hour, (all.get(hour) ?? 0) + wh);
    return all;
  }
}

type Step = (world: World) => void;
const wh = fc.integer({ min: 0, max: 900 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 40 }), wh, fc.constantFrom(0, 0, 0, 20, 700, 9000)).map(
      ([n, e, late]) =>
        (world: World) =>
          world.live(n, e, late),
    ),
  },
  fc.tuple(fc.integer({ min: 1, max: 30 }), wh).map(([n, e]) => (world: World) => {
    world.stopHomeAssistant();
    world.live(n, e, 0);
    world.start();
  }),
  fc.tuple(fc.integer({ min: 1, max: 60 }), wh).map(([n, e]) => (world: World) => {
    world.stopNodeRed();
    world.live(n, e, 0);
    world.start();
  }),
  fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: -500, max: 500 })).map(
    ([ago, e]) =>
      (world: World) =>
        world.adjust(ago, e),
  ),
  fc.constant((world: World) => world.repair()),
  {
    weight: 1,
    arbitrary: fc.tuple(fc.boolean(), wh).map(([homeAssistant, e]) => (world: World) => {
      if (homeAssistant) world.stopHomeAssistant();
      else world.stopNodeRed();
      world.live(12 * 24 * 11, e, 0);
      world.recorder.purge();
      world.start();
    }),
  },
);

describe("after a repair, whatever happened before", () => {
  const settled = (story: readonly Step[], history = false) => {
    const world = new World();
    world.live(15, 100, 0);
    for (const step of story) step(world);
    world.start();
    // Late energy is in, and the hour is past its first minutes.
    world.live(40, 60, 0);
    world.repair(history);
    return world;
  };
  const check = (world: World, first: number) => {
    const bars = world.recorder.bars();
    const present = startOfHour(world.recorder.now);
    const expected = [...world.hours].filter(([start]) => start >= first && start < present);
    const found = expected.map(([start]) => [start, bars.get(start) ?? "missing"]);
    expect(found).toEqual(expected);
    expect([...bars.values()].filter((bar) => bar < 0)).toEqual([]);
    expect(world.recorder.conflicts).toBe(0);
  };

  it("every hour says what the store says, none is negative, and a second repair has nothing to do", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 12 }), (story) => {
        const world = settled(story);
        check(world, Math.min(...world.recorder.long.keys()));
        expect(world.plan()).toEqual({ kind: "nothing", waiting: false });
      }),
      { numRuns: 150 },
    );
  });

  it("Home Assistant goes on counting without a jump", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 8 }), (story) => {
        const world = settled(story);
        const before = startOfHour(world.recorder.now);
        world.live(12 * 4, 77, 0);
        const bars = world.recorder.bars();
        const [first = 0, ...rest] = [...bars].filter(([start]) => start >= before).map(([, bar]) => bar);
        // What is said at the full hour falls into the next one until it is repaired.
        expect(Math.abs(first - (world.hours.get(before) ?? 0))).toBeLessThanOrEqual(900);
        expect(rest.every((bar) => bar === 77 * 12)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("history is complete when it was asked for", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 6 }), (story) => {
        const world = new World();
        world.stopHomeAssistant();
        world.live(100, 50, 0);
        world.start();
        for (const step of story) step(world);
        world.start();
        world.live(40, 60, 0);
        world.repair(true);
        check(world, 0);
        expect(world.plan(true)).toEqual({ kind: "nothing", waiting: false });
        expect(world.plan(false)).toEqual({ kind: "nothing", waiting: false });
      }),
      { numRuns: 60 },
    );
  });
});
