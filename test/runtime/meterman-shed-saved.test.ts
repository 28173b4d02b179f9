import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { evolveShed, ledgerOf, noShedding } from "../../nodes/demand/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { savedLedger } from "../../nodes/runtime/meterman-shed/saved.ts";

const now = epochSeconds(1_795_000_500);

it("what was learned of a load never makes a file that cannot be read again, whatever its sensor says", () => {
  const folder = mkdtempSync(join(tmpdir(), "meterman-shed-saved-"));
  try {
    const anyWatts = fc.double({ min: 0, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(anyWatts, (learnedW) => {
        const state = evolveShed(noShedding(now), { kind: "settled", load: "boiler", futile: null, learnedW });
        const ledger = ledgerOf(state);
        const kept = { ledger, modes: new Map(), acted: null, configuredDryRun: false };
        savedLedger(folder, "n1").save(kept);
        expect(savedLedger(folder, "n1").load()).toEqual({ ...kept, ledger: JSON.parse(JSON.stringify(ledger)) });
      }),
      { numRuns: 30 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
