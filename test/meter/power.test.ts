import { describe, expect, it } from "vitest";
import { powerOf } from "../../nodes/meter/index.ts";
import { Book, T0, update } from "./support.ts";

/** Intervals of 15 s, four to a frame, delivered at once. */
function metered(...energies: readonly number[]): Book {
  const book = new Book();
  let register = 0;
  energies.forEach((energy, i) => {
    book.feed(update(T0 - 1 + 15 * i, register, [[15, energy]], T0 + 15 * (i + 1)));
    register += energy;
  });
  return book;
}
const at = (book: Book, now: number) => powerOf(book.state, now, book.settings);

describe("power now", () => {
  it("is unknown before anything was heard", () => {
    expect(at(new Book(), T0)).toEqual({ known: false, since: null });
  });

  it("uses as many seconds as it takes to beat the quantum", () => {
    expect(at(metered(2, 3, 2, 3), T0 + 60)).toEqual({ known: true, watts: 600, at: T0 + 60 });
  });

  it("follows a rise at once", () => {
    expect(at(metered(1, 0, 1, 0, 20), T0 + 75)).toMatchObject({ watts: 4800 });
  });

  it("falls by the silence bound when impulses stop", () => {
    const watts = [1, 2, 4, 8, 20].map((n) => {
      const power = at(metered(10, 10, 10, ...new Array(n).fill(0)), T0 + 45 + 15 * n);
      return power.known ? power.watts : Number.NaN;
    });
    expect(watts).toEqual([240, 120, 60, 30, 0]);
  });

  it("is never above what one impulse more in the latest seconds would mean", () => {
    expect(at(metered(10, 10, 0, 1, 0), T0 + 75)).toMatchObject({ watts: 160 });
  });

  it("is unknown, not 0, when the meter is stale, and says since when", () => {
    const book = metered(2, 3, 2, 3);
    expect(at(book, T0 + 60 + 600)).toMatchObject({ known: true });
    expect(at(book, T0 + 60 + 601)).toEqual({ known: false, since: T0 + 60 });
  });

  it("is not taken from the past: late data is no power of now", () => {
    const book = new Book().feed(update(T0 - 86_400, 0, [[60, 50]], T0));
    expect(at(book, T0)).toMatchObject({ known: false });
    book.feed(update(T0 - 61, 400, [[60, 10]], T0));
    expect(at(book, T0)).toMatchObject({ watts: 600 });
    book.feed(update(T0 - 86_340, 50, [[60, 90]], T0 + 1));
    expect(at(book, T0 + 1)).toMatchObject({ watts: 600 });
  });

  it("does not spread the energy of a hole over now", () => {
    const book = metered(2, 3, 2, 3).feed(update(T0 + 179, 1010, [[15, 3]], T0 + 195));
    expect(at(book, T0 + 195)).toMatchObject({ watts: 720 });
  });
});
