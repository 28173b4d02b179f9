import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decide,
  EMPTY_PLAN,
  evolve,
  type Heard,
  METER_LIMIT,
  PATHS,
  type Path,
  type Plan,
  type PlanInput,
  REPEAT_S,
  type Say,
  SENSORS,
} from "../../nodes/home-assistant/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { meter as id } from "../api/meters.ts";

const meter = id("0.0.1.1.2");

/** A planner with a clock; what it says is taken as carried out unless `fails`. */
class Planner {
  plan: Plan = EMPTY_PLAN;
  now = 1_783_000_000;
  fails: (say: Say) => boolean = () => false;

  give(input: PlanInput): Say[] {
    const events = decide(this.plan, input, epochSeconds(this.now));
    for (const event of events) this.plan = evolve(this.plan, event);
    const says = events.flatMap((event) => (event.kind === "said" ? [event.say] : []));
    return says.filter((say) => {
      const ok = !this.fails(say);
      const outcome = decide(this.plan, { kind: "outcome", say, ok }, epochSeconds(this.now));
      for (const event of outcome) this.plan = evolve(this.plan, event);
      return ok;
    });
  }
  tick(seconds = 1): Say[] {
    this.now += seconds;
    return this.give({ kind: "tick" });
  }
  power(watts: number | null, name = "House"): Say[] {
    return this.hear({ power: watts }, { name, ...(watts === null ? {} : { online: true }) });
  }
  reading(energy: number, device = meter): Say[] {
    return this.hear({ energy }, { device, online: true });
  }
  hear(values: Heard["values"], rest: Partial<Heard> = {}): Say[] {
    return this.give({ kind: "heard", device: meter, values, ...rest });
  }
  presence(online: boolean): Say[] {
    return this.hear({}, { online });
  }
}
const said = (says: readonly Say[]) =>
  says.map((say) => {
    if (say.kind === "value") return `${say.key} ${say.value}`;
    return say.kind === "availability" ? (say.online ? "online" : "offline") : say.kind;
  });
const connected = (path: Path = "mqtt") => {
  const planner = new Planner();
  planner.power(480);
  planner.reading(812_400);
  planner.give({ kind: "path", path });
  return planner;
};

describe("the publish planner", () => {
  it("says nothing while there is no connection, then the latest of everything", () => {
    const planner = new Planner();
    planner.power(480);
    planner.reading(812_400);
    planner.reading(812_405);
    expect(planner.tick()).toEqual([]);
    planner.give({ kind: "path", path: "mqtt" });
    expect(said(planner.tick())).toEqual(["announce", "online", "energy 812405", "power 480"]);
    expect(planner.tick(0)).toEqual([]);
  });

  it("says the state again a moment after a new config, once", () => {
    const planner = connected();
    planner.tick();
    expect(said(planner.tick(REPEAT_S))).toEqual(["energy 812400", "power 480"]);
    expect(planner.tick(REPEAT_S)).toEqual([]);
  });

  it("says everything again when Home Assistant announces its birth", () => {
    const planner = connected();
    planner.tick();
    planner.give({ kind: "birth" });
    expect(said(planner.tick())).toEqual(["announce", "online", "energy 812400", "power 480"]);
  });

  it("announces a new name without touching the state", () => {
    const planner = connected();
    planner.tick();
    planner.tick(REPEAT_S);
    planner.power(480, "Cottage");
    expect(said(planner.tick())).toEqual(["announce"]);
  });

  it("never says an energy that is less than one it said", () => {
    const planner = connected();
    planner.tick();
    planner.reading(812_399);
    planner.reading(0);
    expect(said(planner.tick(REPEAT_S))).toEqual(["energy 812400", "power 480"]);
  });

  it("says power at most every few seconds, and keeps a steady one alive", () => {
    const planner = connected();
    planner.tick();
    planner.tick(REPEAT_S);
    planner.power(500);
    planner.power(520);
    expect(planner.tick(1)).toEqual([]);
    expect(said(planner.tick(SENSORS.power.everyS))).toEqual(["power 520"]);
    expect(planner.tick(SENSORS.power.keepAliveS - 1)).toEqual([]);
    expect(said(planner.tick(1))).toEqual(["power 520"]);
  });

  it("says at once that power is unknown, and does not repeat it", () => {
    const planner = connected();
    planner.tick();
    planner.tick(REPEAT_S);
    planner.power(null);
    expect(said(planner.tick(1))).toEqual(["power null"]);
    expect(planner.tick(SENSORS.power.keepAliveS * 10)).toEqual([]);
  });

  it("takes a power that nobody confirmed for a quarter of an hour as unknown", () => {
    const planner = connected();
    planner.tick();
    planner.tick(REPEAT_S);
    expect(said(planner.tick(SENSORS.power.staleS))).toEqual(["power null"]);
  });

  it("shows a dark meter as unavailable, and its values when it is back", () => {
    const planner = connected();
    planner.tick();
    planner.tick(REPEAT_S);
    planner.presence(false);
    expect(said(planner.tick())).toEqual(["offline"]);
    planner.power(null);
    expect(planner.tick(60)).toEqual([]);
    planner.reading(812_500);
    expect(said(planner.tick())).toEqual(["online", "energy 812500", "power null"]);
  });

  it("says nothing of a meter of which no value was ever heard", () => {
    const planner = new Planner();
    planner.presence(false);
    planner.give({ kind: "path", path: "mqtt" });
    expect(planner.tick()).toEqual([]);
  });

  it("says goodbye for every meter it announced", () => {
    const planner = connected();
    expect(planner.give({ kind: "close" })).toEqual([]);
    planner.tick();
    expect(said(planner.give({ kind: "close" }))).toEqual(["offline"]);
  });

  it("tries again what failed, later and later", () => {
    const planner = connected();
    let tries = 0;
    planner.fails = (say) => {
      if (say.kind === "value" && say.key === "energy") tries += 1;
      return true;
    };
    for (let s = 0; s < 300; s += 1) planner.tick();
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(15);
    planner.fails = () => false;
    expect(said(planner.tick(60))).toEqual(["announce", "online", "energy 812400", "power 480"]);
  });

  it("does not hold up one meter for another's failure", () => {
    const planner = connected();
    planner.fails = (say) => say.about.id === meter;
    planner.tick();
    planner.reading(5, id("garage"));
    expect(said(planner.tick(0))).toEqual(["announce", "online", "energy 5"]);
  });

  it("withdraws REST states before another path takes their ids", () => {
    const planner = connected("rest");
    planner.tick();
    planner.give({ kind: "path", path: null });
    planner.give({ kind: "path", path: "mqtt" });
    const says = planner.tick();
    expect(said(says).slice(0, 2)).toEqual(["withdraw", "announce"]);
    expect(says.map((say) => say.path).slice(0, 2)).toEqual(["rest", "mqtt"]);
  });

  it("withdraws what an earlier run left on another path, once, and nothing on the same", () => {
    for (const path of ["mqtt", "companion"] as const) {
      const planner = new Planner();
      planner.plan = { ...EMPTY_PLAN, earlier: "companion" };
      planner.give({ kind: "path", path });
      planner.reading(5000);
      const withdrawn = planner.tick().flatMap((say) => (say.kind === "withdraw" ? [say.path] : []));
      expect(withdrawn).toEqual(path === "mqtt" ? ["companion"] : []);
      expect(planner.tick(60).map(({ kind }) => kind)).not.toContain("withdraw");
    }
  });

  it("withdraws a meter that is to go from both paths", () => {
    const planner = new Planner();
    planner.plan = { ...EMPTY_PLAN, earlier: "rest" };
    planner.give({ kind: "path", path: "mqtt" });
    planner.give({ kind: "remove", device: meter });
    planner.fails = (say) => say.path === "rest";
    expect(planner.tick()).toEqual([]);
    planner.fails = () => false;
    const says = [...planner.tick(60), ...planner.tick(), ...planner.tick()];
    expect(says.map(({ kind, path }) => `${kind} ${path}`)).toEqual(["withdraw rest", "withdraw mqtt"]);
    expect([...planner.plan.removed]).toEqual([meter]);
  });

  it("keeps no more meters than its limit", () => {
    const planner = new Planner();
    for (let n = 0; n < METER_LIMIT + 5; n += 1) planner.reading(1, id(`m${n}`));
    expect(planner.plan.devices.size).toBe(METER_LIMIT);
  });
});

describe("whatever happens to the connection", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("reading" as const), wh: fc.nat(1000), late: fc.boolean() }),
    fc.record({ kind: fc.constant("power" as const), watts: fc.option(fc.nat(9000)) }),
    fc.constant({ kind: "down" as const }),
    fc.record({ kind: fc.constant("up" as const), path: fc.constantFrom(...PATHS) }),
    fc.constant({ kind: "birth" as const }),
    fc.record({ kind: fc.constant("presence" as const), online: fc.boolean() }),
    fc.record({ kind: fc.constant("tick" as const), s: fc.integer({ min: 0, max: 100 }), fails: fc.boolean() }),
  );

  it("the energy that is said never falls, and ends as the last durable lifetime", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const planner = new Planner();
        let lifetime = 0;
        let heard = false;
        const energies: number[] = [];
        const hear = (says: readonly Say[]) => {
          for (const say of says)
            if (say.kind === "value" && say.key === "energy") energies.push(say.value ?? Number.NaN);
        };
        for (const one of steps) {
          if (one.kind === "reading") {
            if (!one.late || !heard) lifetime += one.wh;
            heard = true;
            planner.reading(one.late ? Math.max(0, lifetime - one.wh) : lifetime);
            if (one.late) planner.reading(lifetime);
          } else if (one.kind === "power") planner.power(one.watts);
          else if (one.kind === "down") planner.give({ kind: "path", path: null });
          else if (one.kind === "up") planner.give({ kind: "path", path: one.path });
          else if (one.kind === "birth") planner.give({ kind: "birth" });
          else if (one.kind === "presence") planner.presence(one.online);
          else {
            planner.fails = () => one.fails;
            hear(planner.tick(one.s));
          }
        }
        planner.fails = () => false;
        planner.give({ kind: "path", path: "mqtt" });
        if (heard) planner.presence(true);
        hear(planner.tick(61));
        expect(energies).toEqual([...energies].sort((a, b) => a - b));
        if (heard) expect(energies.at(-1)).toBe(lifetime);
        else expect(energies).toEqual([]);
      }),
    );
  });
});
