import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDecoder, toFact } from "../../nodes/gateway/index.ts";
import { isMeterFact, type MeterFact, powerOf } from "../../nodes/meter/index.ts";
import { DEFAULT_NETWORK, epochSeconds, type MeterId } from "../../nodes/model/index.ts";
import { expectedEnergy } from "../support/capture.ts";
import { Book, METER } from "./support.ts";

const bytes = readFileSync(join(import.meta.dirname, "..", "data", "bench-run-1.uart.bin"));
/** Months after the capture: everything in it is late data. */
const LATER = epochSeconds(1_795_000_000);

function factsOf(capture: Uint8Array): MeterFact[] {
  const facts: MeterFact[] = [];
  const decoder = createDecoder();
  for (const line of decoder.feed(capture)) {
    if (line.kind !== "frame" && line.kind !== "continuation") continue;
    const fact = toFact(line.frame, DEFAULT_NETWORK, LATER);
    if (fact !== undefined && isMeterFact(fact)) facts.push(fact);
  }
  return facts;
}

const facts = factsOf(bytes);
const HOUSES = [2, 3].map((node) => ({ node, meter: `${DEFAULT_NETWORK}.${node}` as MeterId }));
const of = (meter: MeterId) => facts.filter((fact) => fact.meter === meter);

describe("an hour of a real gateway with two nodes and lost frames", () => {
  it("equals the registers: 295 Wh and 2870 Wh", () => {
    const totals = HOUSES.map(({ meter }) => new Book({}, meter).feed(...of(meter)).totalWh);
    expect(totals).toEqual([295, 2870]);
    expect(totals).toEqual(HOUSES.map(({ node }) => expectedEnergy(bytes).get(node)?.wh));
  });

  it("changes nothing when it is fed again, also to a ledger that was read back", () => {
    for (const { meter } of HOUSES) {
      const book = new Book({}, meter).feed(...of(meter));
      const before = book.readings;
      book.feed(...of(meter));
      book.kill().feed(...of(meter));
      expect(book.readings).toEqual(before);
    }
  });

  it("is exact through cuts anywhere, with writes that never reached the disk", () => {
    for (const { meter, node } of HOUSES) {
      const all = of(meter);
      for (let cut = 6; cut < all.length; cut += 5) {
        for (const lost of [0, 1, 3]) {
          const book = new Book({}, meter).feed(...all.slice(0, cut)).kill(lost);
          // A few lines come again after a restart, as from a serial buffer.
          book.feed(...all.slice(cut - 2));
          expect(book.totalWh).toBe(expectedEnergy(bytes).get(node)?.wh);
        }
      }
    }
  });

  it("does not show a played-back day as the power of now", () => {
    const book = new Book({}, HOUSES[0]?.meter).feed(...of(HOUSES[0]?.meter ?? METER));
    expect(powerOf(book.state, LATER, book.settings)).toEqual({ known: false, since: 1_783_003_545 });
  });
});
