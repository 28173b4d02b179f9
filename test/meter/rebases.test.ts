import { describe, expect, it } from "vitest";
import { Book, brief, METER, rebase, T0, update } from "./support.ts";

const BEFORE = update(T0 - 1, 400, [[60, 10]]);

describe("a rebase", () => {
  it("that is the first thing ever heard is an anchor without energy", () => {
    const book = new Book().feed(rebase(T0, 18_829_392));
    expect(book.readings).toEqual([]);
    expect(book.toldOf("rebase")).toEqual([{ implied: false, fromWh: null, toWh: 18_829_392, countedWh: 0 }]);
    expect(book.feed(update(T0 - 1, 18_829_392, [[60, 7]])).totalWh).toBe(7);
  });

  it("to 0 at a boot leaves the energy since the last update unknown, never negative", () => {
    const book = new Book().feed(BEFORE, rebase(T0 + 100, 0), update(T0 + 99, 0, [[15, 3]]));
    expect(book.totalWh).toBe(13);
    expect(book.toldOf("rebase")).toEqual([{ implied: false, fromWh: 410, toWh: 0, countedWh: 0 }]);
  });

  it("that was lost is implied by the register that fell, and the entries of that MUP are real energy", () => {
    const book = new Book().feed(BEFORE, update(T0 + 99, 0, [[15, 3]]));
    expect(book.totalWh).toBe(13);
    expect(book.toldOf("rebase")).toEqual([{ implied: true, fromWh: 410, toWh: 0, countedWh: 0 }]);
  });

  it("announced after the MUP that implied it changes nothing", () => {
    const book = new Book().feed(BEFORE, update(T0 + 99, 0, [[15, 3]]), rebase(T0 + 100, 0));
    expect(book.totalWh).toBe(13);
    expect(book.toldOf("rebase")).toHaveLength(1);
  });

  it("is told apart from an old frame that comes again", () => {
    const next = update(T0 + 59, 410, [[60, 10]]);
    const book = new Book().feed(BEFORE, next, BEFORE);
    expect(book.totalWh).toBe(20);
    expect(book.toldOf("rebase")).toEqual([]);
  });

  it("with a register that is not below the last one and plausible counts as one register-gap", () => {
    const book = new Book().feed(BEFORE, rebase(T0 + 160, 430), update(T0 + 159, 430, [[15, 1]]));
    expect(brief(book.readings).slice(1)).toEqual([
      [T0 + 60, T0 + 160, 20, "register-gap", "rebase"],
      [T0 + 160, T0 + 175, 1, "interval"],
    ]);
    expect(book.toldOf("rebase")).toEqual([{ implied: false, fromWh: 410, toWh: 430, countedWh: 20 }]);
  });

  it("with a register that nobody can have used counts nothing", () => {
    const book = new Book().feed(BEFORE, rebase(T0 + 160, 18_829_392), update(T0 + 159, 18_829_392, [[15, 1]]));
    expect(book.totalWh).toBe(11);
    expect(book.toldOf("rebase")).toMatchObject([{ countedWh: 0 }]);
  });

  it("believes more of a meter with a larger maximum power", () => {
    const jump = update(T0 + 659, 20_000, [[15, 1]]);
    expect(new Book().feed(BEFORE, jump).totalWh).toBe(11);
    expect(new Book({ maxPowerW: 200_000 }).feed(BEFORE, jump).totalWh).toBe(20_001 - 400);
  });

  it("is refined by the last MUP of the old basis, which the radio delivers behind it", () => {
    const late = update(T0 + 59, 410, [[60, 15]]);
    const book = new Book().feed(BEFORE, rebase(T0 + 160, 430), late);
    expect(brief(book.readings).slice(1)).toEqual([
      [T0 + 60, T0 + 120, 15, "interval", "refined"],
      [T0 + 120, T0 + 160, 5, "register-gap", "rebase"],
    ]);
    expect(book.totalWh).toBe(30);
  });

  it("to 0 takes the last MUP of the old basis behind it, and goes on with the new one", () => {
    const book = new Book().feed(BEFORE, rebase(T0 + 130, 0), update(T0 + 59, 410, [[60, 15]]));
    expect(book.feed(update(T0 + 129, 0, [[60, 2]])).totalWh).toBe(27);
  });

  it("of a wrapped register counts nothing but what follows", () => {
    const top = 4_199_999_990;
    const wrapped = [rebase(T0 + 60, 3), update(T0 + 59, 3, [[60, 5]])];
    expect(new Book().feed(update(T0 - 1, top, [[60, 9]]), ...wrapped).totalWh).toBe(14);
  });

  it("is still known after a restart", () => {
    const frames = [BEFORE, rebase(T0 + 100, 0), update(T0 + 99, 0, [[15, 3]])];
    const book = new Book().feed(...frames).kill();
    expect(book.feed(...frames).totalWh).toBe(13);
    expect(book.writes).toHaveLength(3);
  });

  it("older than the 32 that are remembered is refused with its frames, and not counted again", () => {
    const frames = Array.from({ length: 40 }, (_, i) => [
      rebase(T0 + 1000 * i, 0, T0 + 50_000),
      update(T0 + 1000 * i - 1, 0, [[60, 5]], T0 + 50_000),
    ]).flat();
    const book = new Book().feed(...frames);
    expect(book.totalWh).toBe(200);
    expect(book.feed(...frames).totalWh).toBe(200);
    expect(book.toldOf("refused").length).toBeGreaterThan(0);
    expect(JSON.stringify(book.memory).length).toBeLessThan(4000);
  });

  it("is not made of a digit that a splice put into one interval of a frame", () => {
    const spliced = update(T0 + 59, 410, [
      [15, 2149],
      [15, 0],
      [60, 9],
    ]);
    const book = new Book().feed(BEFORE, spliced, update(T0 + 149, 440, [[60, 5]]));
    expect(book.totalWh).toBe(45);
    expect(book.toldOf("refused")).toHaveLength(1);
    expect(book.toldOf("rebase")).toEqual([]);
  });

  it("never quotes what was received", () => {
    const absurd = update(T0 + 59, 410, [[15, 5_000_000]]);
    const book = new Book().feed(BEFORE, absurd);
    expect(book.totalWh).toBe(10);
    expect(book.told).toEqual([
      {
        kind: "refused",
        meter: METER,
        at: absurd.receivedAt,
        reason: "more energy than this meter can ever use: check its maximum power",
      },
    ]);
  });
});
