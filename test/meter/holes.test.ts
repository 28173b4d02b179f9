import { describe, expect, it } from "vitest";
import { Book, brief, rebase, T0, update } from "./support.ts";

const FIRST = update(T0 + 4, 0, [
  [15, 1],
  [15, 2],
]);
const LOST = update(T0 + 34, 3, [
  [15, 4],
  [15, 5],
]);
const THIRD = update(T0 + 64, 12, [[15, 6]]);

describe("a hole", () => {
  it("becomes one register-gap reading over the hole", () => {
    const book = new Book().feed(FIRST, THIRD);
    expect(brief(book.readings)).toEqual([
      [T0 + 5, T0 + 20, 1, "interval"],
      [T0 + 20, T0 + 35, 2, "interval"],
      [T0 + 35, T0 + 65, 9, "register-gap"],
      [T0 + 65, T0 + 80, 6, "interval"],
    ]);
    expect(book.toldOf("gap")).toEqual([{ start: T0 + 35, end: T0 + 65, wh: 9 }]);
  });

  it("is counted once when the MUP behind it arrives twice", () => {
    const book = new Book().feed(FIRST, THIRD, THIRD);
    expect(book.totalWh).toBe(18);
    expect(book.writes).toHaveLength(2);
  });

  it("is refined by the detail that arrives late, and totals stay", () => {
    const book = new Book().feed(FIRST, THIRD, LOST);
    expect(brief(book.readings).slice(3)).toEqual([
      [T0 + 35, T0 + 50, 4, "interval", "refined"],
      [T0 + 50, T0 + 65, 5, "interval", "refined"],
    ]);
    expect(book.writes.at(-1)?.replaces).toEqual([{ start: T0 + 35, end: T0 + 65 }]);
    expect(book.toldOf("gap-refined")).toEqual([{ start: T0 + 35, end: T0 + 65, wh: 9 }]);
    expect(book.totalWh).toBe(18);
    expect(book.state.lifetimeWh).toBe(18);
  });

  it("is refined after a restart, and only once", () => {
    const book = new Book().feed(FIRST, THIRD).kill().feed(LOST, LOST);
    expect(book.totalWh).toBe(18);
    expect(book.writes).toHaveLength(3);
  });

  it("stays a register-gap where the detail leaves something open", () => {
    const book = new Book().feed(FIRST, THIRD, update(T0 + 49, 7, [[5, 2]]));
    expect(brief(book.readings).slice(3)).toEqual([
      [T0 + 35, T0 + 50, 4, "register-gap"],
      [T0 + 50, T0 + 55, 2, "interval", "refined"],
      [T0 + 55, T0 + 65, 3, "register-gap"],
    ]);
    const whole = book.feed(LOST);
    expect(whole.totalWh).toBe(18);
    expect(brief(whole.readings).filter(([, , , source]) => source === "register-gap")).toEqual([]);
  });

  it("takes an update that overlaps what is known for its new part only", () => {
    const book = new Book().feed(FIRST, update(T0 + 19, 1, [[30, 8]]));
    expect(brief(book.readings).at(-1)).toEqual([T0 + 35, T0 + 50, 6, "interval"]);
    expect(book.totalWh).toBe(9);
  });

  it("with a register that stands still tells that nothing was used", () => {
    const book = new Book().feed(FIRST, update(T0 + 94, 3, [[15, 0]]));
    expect(brief(book.readings)[2]).toEqual([T0 + 35, T0 + 95, 0, "register-gap"]);
  });

  it("is remembered for a bounded number: the account stays small however much is lost", () => {
    const book = new Book().feed(FIRST);
    for (let i = 1; i <= 500; i += 1) book.feed(update(T0 + 34 + 60 * i, 3 + 2 * i, [[15, 1]]));
    expect(JSON.stringify(book.memory).length).toBeLessThan(1500);
    expect(book.totalWh).toBe(3 + 2 * 500 + 1);
  });

  it("before the first frame that was heard is filled when the earlier one arrives", () => {
    const book = new Book().feed(THIRD, FIRST);
    expect(book.totalWh).toBe(18);
    expect(book.feed(LOST).totalWh).toBe(18);
    expect(book.state.lifetimeWh).toBe(18);
  });

  it("ends where the MREB at its end stands, one second after the base of the next MUP", () => {
    const book = new Book().feed(rebase(T0 + 5, 0), FIRST);
    expect(brief(book.readings)).toEqual(brief(new Book().feed(FIRST).readings));
  });
});
