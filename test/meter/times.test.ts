import { describe, expect, it } from "vitest";
import { Book, brief, rebase, T0, update } from "./support.ts";

const Y2017 = 1_483_228_800;

describe("a time that cannot be", () => {
  it("before 2020 is placed at the receipt, and the energy is kept", () => {
    const book = new Book().feed(
      update(
        Y2017,
        0,
        [
          [60, 5],
          [60, 6],
        ],
        T0,
      ),
    );
    expect(brief(book.readings)).toEqual([
      [T0 - 120, T0 - 60, 5, "interval", "moved"],
      [T0 - 60, T0, 6, "interval", "moved"],
    ]);
  });

  it("keeps the distance to the frame before it, so that nothing overlaps", () => {
    const book = new Book().feed(update(Y2017, 0, [[60, 5]], T0), update(Y2017 + 60, 5, [[60, 6]], T0 + 67));
    expect(brief(book.readings).at(-1)).toEqual([T0, T0 + 60, 6, "interval", "moved"]);
  });

  it("loses no reading when much was received at once and neighbours changed places", () => {
    const half = (i: number) => update(Y2017 + 30 * i, 10 * i, [[30, 10]], T0);
    const book = new Book().feed(...[0, 1, 2, 3, 4, 5, 7, 6, 8].map(half));
    expect(book.totalWh).toBe(90);
    expect(book.state.lifetimeWh).toBe(90);
  });

  it("loses no reading when it was moved into a hole whose detail comes late", () => {
    const minute = (i: number, receivedAt: number) => update(T0 - 1 + 60 * i, 10 * i, [[60, 10]], receivedAt);
    const book = new Book().feed(minute(0, T0 + 65), minute(2, T0 + 185), minute(4, T0 + 125), minute(1, T0 + 245));
    expect(book.totalWh).toBe(50);
    expect(book.state.lifetimeWh).toBe(50);
  });

  it("of a server's clock that once ran ahead does not make all that follows look old", () => {
    const ahead = T0 + 100_000_000;
    const boots = Array.from({ length: 40 }, (_, i) => rebase(T0 + 1000 * i, 410, T0 + 1000 * i));
    const book = new Book().feed(rebase(ahead, 400), update(ahead - 1, 400, [[60, 10]]), ...boots);
    book.feed(rebase(T0 + 50_000, 0), update(T0 + 49_999, 0, [[60, 7]]));
    expect(book.toldOf("refused")).toEqual([]);
    expect(book.totalWh).toBe(17);
  });

  it("more than 2 minutes after the receipt is moved, up to 2 minutes is not", () => {
    const ahead = (s: number) => brief(new Book().feed(update(T0 - 1, 0, [[60, 5]], T0 + 60 - s)).readings)[0];
    expect(ahead(120)).toEqual([T0, T0 + 60, 5, "interval"]);
    expect(ahead(121)).toEqual([T0 - 121, T0 - 61, 5, "interval", "moved"]);
  });

  it("years back is fine: late data", () => {
    const book = new Book().feed(update(1_600_000_000, 0, [[60, 5]], T0));
    expect(brief(book.readings)).toEqual([[1_600_000_001, 1_600_000_061, 5, "interval", "late"]]);
  });

  it("of a boot without clock, then the right one with the same register, loses and invents nothing", () => {
    const book = new Book().feed(
      rebase(Y2017 + 5, 0, T0),
      rebase(T0 + 30, 0, T0 + 30),
      update(T0 + 29, 0, [[60, 5]], T0 + 91),
    );
    expect(book.totalWh).toBe(5);
    expect(brief(book.readings).at(-1)).toEqual([T0 + 30, T0 + 90, 5, "interval"]);
  });
});

describe("a clock that was set", () => {
  it("back, over time that is known, counts what follows once", () => {
    const book = new Book().feed(
      update(T0 - 1, 0, [
        [60, 5],
        [60, 5],
      ]),
      rebase(T0 + 61, 11, T0 + 121),
      update(T0 + 60, 11, [[60, 6]], T0 + 185),
    );
    expect(book.totalWh).toBe(17);
    expect(brief(book.readings)[2]).toEqual([T0 + 60, T0 + 61, 1, "register-gap", "estimated-span", "rebase"]);
  });

  it("back without a word is noticed by the register", () => {
    const book = new Book().feed(
      update(T0 - 1, 0, [
        [60, 5],
        [60, 5],
      ]),
      update(T0 + 59, 10, [[60, 6]], T0 + 185),
      update(T0 + 119, 16, [[60, 7]], T0 + 245),
    );
    expect(book.totalWh).toBe(23);
    expect(book.toldOf("rebase")).toEqual([{ implied: true, fromWh: 10, toWh: 10, countedWh: 0 }]);
  });

  it("forward by a minute bridges it", () => {
    const book = new Book().feed(
      update(T0 - 1, 0, [[60, 5]]),
      rebase(T0 + 120, 6, T0 + 61),
      update(T0 + 119, 6, [[60, 5]], T0 + 122),
    );
    expect(book.totalWh).toBe(11);
  });
});
