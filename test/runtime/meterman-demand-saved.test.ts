import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type DemandConfig,
  type DemandInput,
  type DemandLedger,
  demandFromLedger,
  demandLedgerOf,
  demandState,
  noDemand,
  plainTariff,
  reportOf,
  stepDemand,
} from "../../nodes/demand/index.ts";
import { epochSeconds, type Failure, type MeterId, type Power, type Reading } from "../../nodes/model/index.ts";
import { Keeper } from "../../nodes/runtime/meterman-demand/keeper.ts";
import { SavedDemand } from "../../nodes/runtime/meterman-demand/saved.ts";

const START = 1_795_000_500 - (1_795_000_500 % 900);
const config: DemandConfig = {
  ...{ meters: [], exportMeters: [], phase: null, target: "limit", tariff: plainTariff(15, "UTC") },
  ...{ limitW: 2500, followPeak: true, staleAfterS: 300 },
};
/** Two hours of a house. */
function someLedger(): DemandLedger {
  let demand = noDemand;
  for (let i = 0; i < 24; i += 1) {
    const [start, end] = [START + i * 300, START + (i + 1) * 300];
    const reading = {
      ...{ meter: "a" as MeterId, start, end, wh: 100 + i, watts: 1200, registerWh: 5000 + i, lifetimeWh: 5000 + i },
      ...{ source: "interval", quality: [] },
    } as unknown as Reading;
    demand = stepDemand(demand, { kind: "reading", reading }, config, epochSeconds(end)).demand;
  }
  return demandLedgerOf(demand, config);
}
const ledger = someLedger();
const later = epochSeconds(START + 7260);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "meterman-demand-saved-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, "meterman-demand-n1.json");

describe("the demand node's file", () => {
  it("gives back what was saved, and leaves nothing else in the folder", async () => {
    await new SavedDemand(folder, "n1").save(ledger);
    expect(readdirSync(folder)).toEqual(["meterman-demand-n1.json"]);
    const loaded = new SavedDemand(folder, "n1").load();
    expect(loaded).toEqual({ kind: "ledger", ledger: JSON.parse(JSON.stringify(ledger)) });
    if (loaded.kind !== "ledger") return;
    const again = demandState(demandFromLedger(loaded.ledger, config, later), config, later);
    expect(again).toMatchObject({ peakWatts: 1464, meters: ["a"] });
  });

  it("is none before the first time, and after the node was deleted", async () => {
    const saved = new SavedDemand(folder, "n1");
    expect(saved.load()).toEqual({ kind: "none" });
    await saved.save(ledger);
    saved.remove();
    expect(saved.load()).toEqual({ kind: "none" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["half of one", '{"format":1,"ledger":{"basis"'],
    ["of a newer version", '{"format":2,"ledger":{}}'],
    ["of another shape", '{"format":1,"ledger":{"slots":"none"}}'],
    ["empty", ""],
  ])("that is %s is set aside as it is", (_, text) => {
    writeFileSync(file(), text);
    const loaded = new SavedDemand(folder, "n1").load();
    expect(loaded.kind).toBe("unreadable");
    const [aside = "", ...others] = readdirSync(folder);
    expect(loaded).toEqual({ kind: "unreadable", aside: join(folder, aside) });
    expect([readFileSync(join(folder, aside), "utf8"), others]).toEqual([text, []]);
  });

  it("of a node whose id is no plain name is not written anywhere", async () => {
    for (const id of ["../x", "a/b", "", "a b"]) {
      const saved = new SavedDemand(folder, id);
      await saved.save(ledger);
      expect(saved.load()).toEqual({ kind: "none" });
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it("can be read again, whatever the readings say", async () => {
    const figure = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 1e13 }));
    const step = fc.record({
      ...{
        meter: fc.constantFrom("a", "b", "out"),
        spanS: fc.constantFrom(0, 15, 900, 200_000),
        isKnown: fc.boolean(),
      },
      ...{ wh: figure, lifetimeWh: figure, watts: fc.constantFrom(-1e9, 500, 1e9) },
    });
    const goals: DemandConfig[] = [config, { ...config, target: "surplus", exportMeters: ["out" as MeterId] }];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.constantFrom(...goals), async (steps, settings) => {
        let [demand, at] = [noDemand, START];
        for (const { meter, spanS, isKnown, watts, wh, lifetimeWh } of steps) {
          const end = at + spanS;
          const rest = { registerWh: lifetimeWh, lifetimeWh, source: "interval", quality: [], watts: 0 };
          const reading = { meter, start: at, end, wh, ...rest } as unknown as Reading;
          const power = { known: true, watts, at: end } as Power;
          const inputs: DemandInput[] = [{ kind: "reading", reading }, { kind: "tick" }];
          if (isKnown) inputs.push({ kind: "power", meter: meter as MeterId, power });
          for (const input of inputs) demand = stepDemand(demand, input, settings, epochSeconds(end)).demand;
          at = end;
        }
        await new SavedDemand(folder, "n1").save(demandLedgerOf(demand, settings));
        expect(new SavedDemand(folder, "n1").load().kind).toBe("ledger");
      }),
      { numRuns: 60 },
    );
  });

  it("with any part of it changed is set aside or used, and never makes a figure that is no number", () => {
    const text = JSON.stringify({ format: 1, ledger });
    const junk = fc.constantFrom("-1", "null", "1e300", '""', "[]", "{}", "0.5", '"a"', "99999999999", "true");
    // Numbers and texts of the file, by their place.
    const spots = [...text.matchAll(/-?\d+(\.\d+)?|"[^"]*"/g)].map(
      ({ index, 0: found }) => [index, found.length] as const,
    );
    let used = 0;
    fc.assert(
      fc.property(fc.nat(spots.length - 1), junk, (which, by) => {
        const [at = 0, length = 0] = spots[which] ?? [];
        writeFileSync(file(), text.slice(0, at) + by + text.slice(at + length));
        const loaded = new SavedDemand(folder, "n1").load();
        if (loaded.kind !== "ledger") return;
        used += 1;
        const demand = demandFromLedger(loaded.ledger, config, later);
        const told = JSON.stringify(
          [demandState(demand, config, later), reportOf(demand, config, later)],
          (_, value) => (typeof value === "number" && !Number.isFinite(value) ? "no number" : value),
        );
        expect(told).not.toContain("no number");
      }),
      { numRuns: 500 },
    );
    expect(used).toBeGreaterThan(20);
  });
});

describe("the demand node's keeping", () => {
  function keeper(save: () => Promise<void> = async () => undefined) {
    const failures: Failure[] = [];
    const written: number[] = [];
    let now = 0;
    const saved = { save: () => save().then(() => void written.push(now)) } as unknown as SavedDemand;
    const made = new Keeper(saved, (failure) => failures.push(failure));
    /** Ticks of five seconds up to `until`, with `note` before each. */
    const run = async (until: number, note: (at: number) => void = () => undefined) => {
      for (; now < until; now += 5) {
        note(now);
        await made.due(epochSeconds(1_000_000 + now), () => ledger);
      }
    };
    return { made, run, written, failures, close: () => made.close(epochSeconds(1_000_000 + now), () => ledger) };
  }

  it("writes a closed window within ten seconds, and a past that is played back not more often", async () => {
    const { made, run, written } = keeper();
    await run(60, () => made.note(true));
    expect(written).toEqual([0, 10, 20, 30, 40, 50]);
  });

  it("writes readings every five minutes, and nothing where nothing is new", async () => {
    const { made, run, written } = keeper();
    await run(900, () => made.note(false));
    expect(written).toEqual([0, 300, 600]);
    await run(3000);
    expect(written).toEqual([0, 300, 600, 900]);
  });

  it("writes the rest when the node closes", async () => {
    const { made, run, written, close } = keeper();
    await close();
    expect(written).toEqual([]);
    await run(5, () => made.note(false));
    made.note(false);
    await close();
    expect(written).toEqual([0, 5]);
  });

  it("tells a disk that fails once, tries again, and tells it anew after it worked", async () => {
    let fails = true;
    const { made, run, written, failures } = keeper(() =>
      fails ? Promise.reject(new Error("full")) : Promise.resolve(),
    );
    await run(400, () => made.note(true));
    expect(failures).toEqual([{ code: "METERMAN_STORE_WRITE", message: expect.stringMatching(/forget.*full$/) }]);
    fails = false;
    await run(440, () => made.note(true));
    expect(written.length).toBeGreaterThan(0);
    fails = true;
    await run(500, () => made.note(true));
    expect(failures).toHaveLength(2);
  });
});
