import { describe, expect, it } from "vitest";
import {
  decide,
  EMPTY_PLAN,
  evolve,
  type Heard,
  METER_LIMIT,
  type Plan,
  type PlanInput,
  REPEAT_S,
  type Say,
  SENSORS,
} from "../../nodes/home-assistant/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { meter as id } from "../api/meters.ts";

const meter = id("0.0.1.1.2");
const gateway = id("0.0.1.1.1");

/** A planner whose says all succeed unless `fails`. */
class Planner {
  plan: Plan = { ...EMPTY_PLAN, path: "mqtt" };
  now = 1_783_000_000;
  fails = false;

  give(input: PlanInput): Say[] {
    const events = decide(this.plan, input, epochSeconds(this.now));
    for (const event of events) this.plan = evolve(this.plan, event);
    const says = events.flatMap((event) => (event.kind === "said" ? [event.say] : []));
    for (const say of says) {
      const outcome = decide(this.plan, { kind: "outcome", say, ok: !this.fails }, epochSeconds(this.now));
      for (const event of outcome) this.plan = evolve(this.plan, event);
    }
    return says;
  }
  tick(seconds = 0): Say[] {
    this.now += seconds;
    return this.give({ kind: "tick" });
  }
  hear(values: Heard["values"], rest: Partial<Heard> = {}): void {
    this.give({ kind: "heard", device: meter, values, ...rest });
  }
  remove(): void {
    this.give({ kind: "remove", device: meter });
  }
}
const said = (says: readonly Say[]) =>
  says.map((say) => {
    if (say.kind === "value") return `${say.key} ${say.value}`;
    return say.kind === "announce" ? `announce ${say.keys.join(" ")}` : say.kind;
  });
const announced = (says: readonly Say[]) => says.find(({ kind }) => kind === "announce")?.about;

describe("the sensors of a device", () => {
  it("appear with their first value, and stay", () => {
    const planner = new Planner();
    planner.hear({ energy: 5 });
    expect(said(planner.tick())[0]).toBe("announce energy");
    planner.tick(REPEAT_S);
    planner.hear({ battery: 4093, signal: -71 });
    expect(said(planner.tick(1))).toEqual(["announce energy battery signal", "battery 4093", "signal -71"]);
    planner.tick(REPEAT_S);
    planner.hear({ energy: 6 });
    expect(said(planner.tick(1))).toEqual(["energy 6"]);
  });

  it("say when the meter was last seen at most every five minutes", () => {
    const planner = new Planner();
    const seen: string[] = [];
    for (let s = 0; s < 3000; s += 5) {
      planner.hear({ last_seen: planner.now });
      seen.push(...said(planner.tick(5)).filter((text) => text.startsWith("last_seen")));
    }
    expect(seen.length).toBeGreaterThan(8);
    expect(seen.length).toBeLessThanOrEqual(12);
  });

  it("say again after an absence what was unavailable meanwhile, and go on saying when it was last seen", () => {
    const planner = new Planner();
    planner.hear({ energy: 5, battery: 4093, last_seen: 1_783_000_000 });
    planner.tick();
    planner.tick(REPEAT_S);
    planner.hear({ last_seen: 1_783_000_100 }, { online: false });
    expect(said(planner.tick(400))).toEqual(["availability", "last_seen 1783000100"]);
    planner.hear({}, { online: true });
    expect(said(planner.tick(1))).toEqual(["availability", "energy 5", "battery 4093"]);
  });

  it("say that something is wrong at once, also of a meter that is silent", () => {
    const planner = new Planner();
    planner.hear({ energy: 5, problem: 0 });
    planner.tick();
    planner.tick(REPEAT_S);
    planner.hear({ problem: 1 }, { online: false });
    expect(said(planner.tick(1))).toEqual(["availability", "problem 1"]);
    planner.hear({ problem: 0 }, { online: true });
    expect(said(planner.tick(1))).toEqual(["availability", "energy 5", "problem 0"]);
  });

  it("of a diagnosis appear once there is one, and say when there is none any more", () => {
    const planner = new Planner();
    planner.hear({ energy: 5, battery_days: null });
    expect(said(planner.tick())[0]).toBe("announce energy");
    planner.tick(REPEAT_S);
    planner.hear({ battery_days: 21 });
    expect(said(planner.tick(1))).toEqual(["announce energy battery_days", "battery_days 21"]);
    planner.tick(REPEAT_S);
    planner.hear({ battery_days: null });
    expect(said(planner.tick(61))).toEqual(["battery_days null"]);
  });

  it("know no demand when the demand node falls silent", () => {
    const planner = new Planner();
    planner.hear({ demand: 900, projected_demand: 950 });
    planner.tick();
    planner.tick(REPEAT_S);
    expect(said(planner.tick(SENSORS.demand.staleS + 1))).toEqual(["demand null", "projected_demand null"]);
    expect(planner.tick(300)).toEqual([]);
  });

  it("are announced anew with another firmware, without their values", () => {
    const planner = new Planner();
    planner.hear({ energy: 5 });
    planner.tick();
    planner.tick(REPEAT_S);
    planner.hear({}, { firmware: "v12" });
    const says = planner.tick(1);
    expect(said(says)).toEqual(["announce energy"]);
    expect(announced(says)?.firmware).toBe("v12");
  });
});

describe("a gateway", () => {
  it("is named by its meters only once Home Assistant has had time to make a device of it", () => {
    const planner = new Planner();
    planner.hear({ energy: 5 });
    planner.hear({ free_memory: 398 }, { device: gateway, as: "gateway", name: "Gateway 0.0.1.1" });
    const first = planner.tick();
    expect(first.find(({ kind }) => kind === "announce")?.about.id).toBe(gateway);
    expect(first.find((say) => say.kind === "announce" && say.about.id === meter)?.about.via).toBeUndefined();
    planner.tick(REPEAT_S);
    expect(announced(planner.tick())).toMatchObject({ id: meter, via: gateway });
  });

  it("is named at once on the next connection, and never by another network's meters", () => {
    const planner = new Planner();
    planner.hear({ free_memory: 398 }, { device: gateway, as: "gateway" });
    planner.hear({ energy: 5 });
    planner.hear({ energy: 7 }, { device: id("0.0.9.9.2") });
    planner.tick();
    planner.tick(REPEAT_S);
    planner.give({ kind: "birth" });
    const via = planner.tick().flatMap((say) => (say.kind === "announce" ? [[say.about.id, say.about.via]] : []));
    expect(via).toEqual([
      [gateway, undefined],
      [meter, gateway],
      ["0.0.9.9.2", undefined],
    ]);
  });

  it("is not named while its announcement fails", () => {
    const planner = new Planner();
    planner.fails = true;
    planner.hear({ free_memory: 398 }, { device: gateway, as: "gateway" });
    for (let s = 0; s < 30; s += 1) planner.tick(1);
    planner.fails = false;
    planner.hear({ energy: 5 });
    expect(announced(planner.tick().filter(({ about }) => about.id === meter))?.via).toBeUndefined();
  });
});

describe("a meter that is removed", () => {
  const settled = () => {
    const planner = new Planner();
    planner.hear({ energy: 5, battery: 4093 });
    planner.tick();
    planner.tick(REPEAT_S);
    return planner;
  };

  it("is withdrawn once, and then forgotten", () => {
    const planner = settled();
    planner.remove();
    expect(said(planner.tick())).toEqual(["withdraw"]);
    expect(planner.plan.devices.size).toBe(0);
    expect(planner.tick(60)).toEqual([]);
  });

  it("does not come back by what the store remembers, or by nothing being known of it", () => {
    const planner = settled();
    planner.remove();
    planner.tick();
    planner.hear({ energy: 6, power: 480 }, { remembered: true, online: true });
    planner.hear({ power: null });
    planner.hear({}, { online: false });
    expect(planner.tick(60)).toEqual([]);
  });

  it("comes back with the first sign of life", () => {
    const planner = settled();
    planner.remove();
    planner.tick();
    planner.hear({ energy: 6 });
    expect(said(planner.tick())).toEqual(["announce energy", "availability", "energy 6"]);
    expect(planner.plan.removed.size).toBe(0);
  });

  it("is announced anew when it is heard of while it is being withdrawn", () => {
    const planner = settled();
    planner.remove();
    for (const event of decide(planner.plan, { kind: "tick" }, epochSeconds(planner.now))) {
      planner.plan = evolve(planner.plan, event);
      planner.hear({ energy: 6 });
      if (event.kind === "said") planner.give({ kind: "outcome", say: event.say, ok: true });
    }
    expect(said(planner.tick())).toEqual(["announce energy battery", "availability", "energy 6", "battery 4093"]);
    expect(planner.plan.devices.get(meter)?.placed).toBe("mqtt");
  });

  it("is withdrawn when there is a connection again, also one of an earlier run", () => {
    const planner = new Planner();
    planner.give({ kind: "path", path: null });
    planner.remove();
    expect(planner.tick(60)).toEqual([]);
    planner.give({ kind: "path", path: "mqtt" });
    expect(said(planner.tick())).toEqual(["withdraw"]);
    expect([...planner.plan.removed]).toEqual([meter]);
  });

  it("is remembered as one of the newest, however many there are", () => {
    const planner = new Planner();
    for (let n = 0; n <= METER_LIMIT; n += 1) {
      planner.give({ kind: "remove", device: id(`m${n}`) });
      planner.tick();
    }
    expect(planner.plan.removed.size).toBe(METER_LIMIT);
    expect(planner.plan.removed).not.toContain("m0");
    expect(planner.plan.removed).toContain(`m${METER_LIMIT}`);
  });

  it("is tried again when Home Assistant refuses", () => {
    const planner = settled();
    planner.fails = true;
    planner.remove();
    planner.tick();
    expect(planner.plan.devices.size).toBe(1);
    planner.fails = false;
    expect(said(planner.tick(60))).toEqual(["withdraw"]);
    expect(planner.plan.devices.size).toBe(0);
  });
});
