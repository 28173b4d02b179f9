import type fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { broken, type Fuzz, messages } from "../support/fuzz.ts";
import { type Completion, FuzzBench } from "../support/fuzz-bench.ts";
import type { NodeRed } from "../support/node-red.ts";

/** Whatever is wired to a node, it goes on. Repeat a failure with FUZZ_SEED. */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2_147_483_647);
const COUNT = 2000;
/** One valid message among so many others. */
const EVERY = 20;
const VALIDS = COUNT / EVERY;
const METER = "exact";

let bench: FuzzBench;
let red: NodeRed;
beforeAll(async () => {
  bench = await FuzzBench.start(METER);
  red = bench.red;
});
afterAll(() => bench.stop());

/**
 * Sends the fuzz to a node with valid messages between; each is completed once, and what is refused has a code.
 * @param valid the next valid message, for its number
 */
async function fuzz(id: string, nearly: fc.Arbitrary<Fuzz>[], valid: (n: number) => Fuzz): Promise<Completion[]> {
  const all = messages(COUNT, SEED, nearly).flatMap((one, n) => (n % EVERY === 0 ? [one, valid(n / EVERY)] : [one]));
  const done = await bench.give(id, all);
  expect(done).toHaveLength(all.length);
  const errors = refused(done).map(({ error }) => error);
  expect(errors.filter((error) => !/METERMAN_[A-Z_]+/.test(error?.message ?? ""))).toEqual([]);
  // Only what cannot be read at all may look like a fault of ours.
  const faults = errors.filter((error) => error?.code === "METERMAN_INTERNAL");
  expect(faults.filter((error) => !/getter|revoked/.test(error?.message ?? ""))).toEqual([]);
  expect(bench.crashes).toEqual([]);
  return done;
}
const refused = (list: readonly Completion[]) => list.filter(({ error }) => error !== undefined);
const from = (id: string, port = 0) => bench.from(id, port);
const get = (path: string) => bench.get(path);
const now = () => Math.floor(Date.now() / 1000);
const reading = (start: number, end: number, wh: number, lifetimeWh: number) => ({
  topic: METER,
  payload: {
    ...{ meter: METER, start, end, wh, watts: (wh * 3600) / (end - start), registerWh: lifetimeWh, lifetimeWh },
    ...{ source: "interval", quality: [] },
  },
});
const READING_FIELDS = ["meter", "start", "end", "wh", "watts", "registerWh", "lifetimeWh"].map(
  (one) => `payload.${one}`,
);
const power = (watts: number) => ({
  topic: "House",
  meter: METER,
  payload: watts,
  power: { known: true, watts, at: now() },
});

describe(`messages of any shape (seed ${SEED})`, () => {
  it("leave the meter's account as the valid ones made it", async () => {
    const pulses = (meter: string, count: number) => ({ payload: { meter, pulses: count, seconds: 2 } });
    const register = { payload: { meter: METER, registerWh: 5 } };
    const update = {
      payload: { kind: "update", meter: METER, baseTime: now() - 60, baseRegister: 0, entries: [], receivedAt: now() },
    };
    const ids = [METER, "toString", "hasOwnProperty"];
    const of = (n: number) => ids[n % ids.length] ?? METER;
    const list = await fuzz(
      "meter",
      [
        broken(pulses(METER, 5), ["payload.meter", "payload.pulses", "payload.seconds"]),
        broken(register, ["payload.meter", "payload.registerWh"]),
        broken(
          update,
          ["kind", "meter", "baseTime", "baseRegister", "entries", "receivedAt"].map((one) => `payload.${one}`),
        ),
      ],
      (n) => pulses(of(n), n),
    );
    expect(refused(list).length).toBeGreaterThan(COUNT / 2);
    for (const id of ids) {
      let expected = 0;
      for (let n = 0; n < VALIDS; n += 1) if (of(n) === id) expected += n;
      const used = await get(`meters/${id}/consumption?from=${now() - 86_400}`);
      expect(used.wh, id).toBe(expected);
      await red.until("it on disk", async () => (await get(`meters/${id}`)).lifetimeWh === expected);
    }
    const { items } = await get("meters");
    for (const one of items) expect(Number.isSafeInteger(one.lifetimeWh)).toBe(true);
  });

  it("do not keep the gateway from its lines", async () => {
    const line = (n: number) => `\r\nG>S:MUP_;2,MUP_,${1_783_000_004 + 60 * n},${4 * n};15,1;15,1;15,1;15,1\r\n`;
    const command = { topic: "set-led", payload: { meter: "0.0.1.1.2", rate: 5, ms: 100 } };
    await fuzz("gateway", [broken(command, ["payload.meter", "payload.rate", "payload.ms"])], (n) => ({
      payload: n % 2 === 0 ? Buffer.from(line(n)) : line(n),
    }));
    const facts = from("gateway").filter(({ topic }) => topic === "update");
    expect(facts.map(({ payload }) => payload.baseRegister)).toEqual(Array.from({ length: VALIDS }, (_, n) => 4 * n));
    expect(from("gateway", 1).filter(({ payload }) => /SPLED/.test(String(payload)))).toEqual([]);
  });

  it("do not keep the simulator from its conversation", async () => {
    const fault = { topic: "fault", payload: { kind: "loss", share: 0 } };
    const load = { topic: "load", payload: { load: "pool", on: true } };
    const want = { topic: "want", payload: { load: "boiler" } };
    const behaviour = { topic: "behaviour", payload: { load: "boiler", obeys: "yes" } };
    await fuzz(
      "simulator",
      [
        broken(fault, ["payload.kind"]),
        broken(load, ["payload.load", "payload.on"]),
        broken(want, ["payload.load"]),
        broken(behaviour, ["payload.load", "payload.obeys"]),
      ],
      () => load,
    );
    for (const kind of ["loss", "duplicates", "splice"])
      red.inject("simulator", { topic: "fault", payload: { kind, share: 0 } });
    const mark = from("simulator").length;
    red.inject("simulator", { payload: "\r" });
    red.inject("simulator", { payload: Buffer.from("S>G:GGWSNAP\r") });
    await red.until("the snapshot", () =>
      /G>S:GWSNAP;1,/.test(
        Buffer.concat(
          from("simulator")
            .slice(mark)
            .map(({ payload }) => payload),
        ).toString("latin1"),
      ),
    );
    red.inject("simulator", { topic: "load", payload: { load: "pool", on: false } });
    await red.until("the pool off", () =>
      from("simulator", 1).some(({ payload }) => payload.load === "pool" && !payload.on),
    );
  });

  it("do not keep the history from answering", async () => {
    const ask = { payload: { query: "consumption", meter: METER, from: now() - 86_400, to: now() } };
    const list = await fuzz("history", [broken(ask, ["payload.query", "payload.from", "payload.to"])], () => ask);
    expect(refused(list).length).toBeGreaterThan(COUNT / 10);
    const { wh } = await get(`meters/${METER}/consumption?from=${ask.payload.from}&to=${ask.payload.to}`);
    red.inject("history", ask);
    await red.until("the answer", () => from("history").at(-1)?.payload.wh === wh);
  });

  it("are never published", async () => {
    const entity = `sensor.meterman_${METER}_energy`;
    const valid = (n: number) => reading(1_783_000_005 + 15 * n, 1_783_000_020 + 15 * n, 10, 1000 + 10 * n);
    red.inject("publish", power(480));
    await red.until("the power", () => bench.completed("publish").length === 1);
    await fuzz(
      "publish",
      [broken(valid(500), READING_FIELDS), broken(power(9), ["power.watts", "power.known"])],
      valid,
    );
    const last = 1000 + 10 * (VALIDS - 1);
    await red.until("the last energy", () => Number(bench.server.state(entity)) === last / 1000);
    const said = bench.server.states.history
      .filter(({ entity_id }) => entity_id === entity)
      .map(({ state }) => Number(state));
    const known = said.filter((value) => !Number.isNaN(value));
    for (const value of known) expect(Math.round(value * 1000) % 10).toBe(0);
    expect(Math.max(...known)).toBe(last / 1000);
    expect(bench.server.mqttErrors).toEqual([]);
  });

  it("leave the demand windows as the valid ones made them", async () => {
    const start = Math.floor(now() / 86_400) * 86_400 - 2 * 86_400;
    const valid = (n: number) => reading(start + 60 * n, start + 60 * (n + 1), n, n);
    await fuzz(
      "demand",
      [broken(valid(500), READING_FIELDS), broken(power(9), ["meter", "power.watts", "power.known"])],
      valid,
    );
    const windows = Math.floor(VALIDS / 15);
    const closed = () => from("demand", 1).filter(({ topic }) => topic === "window");
    await red.until("the windows", () => closed().length >= windows);
    const sums = Array.from({ length: windows }, (_, i) => 15 * 15 * i + 105);
    expect(closed().map(({ payload }) => payload.wh)).toEqual(sums);
    red.inject("demand", power(750));
    await red.until("the present", () => from("demand").at(-1)?.payload.powerWatts === 750);
  });

  it("do not keep the shed node from shedding", async () => {
    const at = now();
    const demand = {
      topic: "demand",
      payload: {
        ...{ at, windowStart: at - 300, windowEnd: at + 600, remainingS: 600, coveredUntil: at, coverage: 1 },
        ...{ usedWh: 100, bridgedWh: 0, limitWatts: 2500, certainBreak: false, projectedWatts: null },
        ...{ allowedWatts: null, peakWatts: null, meters: [METER], stale: false, ageS: 0, counts: true, onPeak: false },
        powerWatts: 500,
      },
    };
    const load = { topic: "load", payload: { load: "boiler", on: true } };
    const override = { topic: "override", payload: { load: "boiler", mode: "off" } };
    await fuzz(
      "shed",
      [
        broken(
          demand,
          Object.keys(demand.payload).map((field) => `payload.${field}`),
        ),
        broken(load, ["payload.load", "payload.on"]),
        broken(override, ["payload.load", "payload.mode"]),
      ],
      () => load,
    );
    expect(from("shed")).toEqual([]);
    red.inject("shed", load);
    red.inject("shed", { ...demand, payload: { ...demand.payload, powerWatts: 4500 } });
    await red.until("the decision", () => from("shed").at(-1)?.payload.action === "off");
  });

  it.each(["store", "ha", "api"])("do nothing to a node without an input: %s", async (id) => {
    const list = await fuzz(id, [], () => ({ payload: 1 }));
    expect(refused(list)).toEqual([]);
  });

  it("are not kept: memory comes back", async () => {
    const load = () => ({ topic: "load", payload: { load: "pool", on: true } });
    const ids = ["gateway", "simulator", "meter", "history", "publish", "demand", "shed"];
    const before = bench.heapMb();
    for (const id of ids) await fuzz(id, [], load);
    // MB; two of the big strings of each node would be more.
    expect(bench.heapMb() - before).toBeLessThan(20);
  });

  it("leave the runtime alive, and everything still answers", async () => {
    expect(bench.crashes).toEqual([]);
    const health = await get("health");
    expect(health.store.open).toBe(true);
    expect(health.nodes.filter((node: { status: { kind: string } }) => node.status.kind === "")).toEqual([]);
    expect(Reflect.get({}, "pulses")).toBeUndefined();
  });
});
