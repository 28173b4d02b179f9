import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { news } from "../../nodes/api/pages/demand/announce.ts";
import { windowAt } from "../../nodes/api/pages/demand/chart.ts";
import { type Answer, BEGIN, type PageState } from "../../nodes/api/pages/demand/state.ts";
import { verdict } from "../../nodes/api/pages/demand/verdict.ts";
import { titleOf, view } from "../../nodes/api/pages/demand/view.ts";
import { ago, countdown, energy, kilowatts, money, power } from "../../nodes/api/pages/parts/format.ts";
import { moment, monthName, untilMidnight, wall } from "../../nodes/api/pages/parts/time.ts";
import { type Piece, wordsOf } from "../../nodes/api/pages/parts/tree.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { AT, demandReport, shedReport } from "./demand.ts";

/** Figures stand with a space that does not break; here they are read as people read them. */
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const answer = (more: Partial<Answer> = {}): Answer => {
  return { demand: [demandReport()], shed: [shedReport()], scopes: ["read", "control"], ...more };
};
const state = (more: Partial<PageState> = {}): PageState => ({ ...BEGIN, answer: answer(), ...more });
const seen = (shown: PageState) => plain(view(shown).map(wordsOf).join(" "));

describe("figures", () => {
  it("have the unit that fits", () => {
    expect([0, 4.4, 999, 999.6, 2840, -1840, 123_456].map((watts) => plain(power(watts)))).toEqual([
      ...["0 W", "4 W", "999 W", "1.00 kW", "2.84 kW", "−1.84 kW", "123.5 kW"],
    ]);
    expect([412, -310, 9999.7, 212_400].map((wh) => plain(energy(wh)))).toEqual([
      ...["412 Wh", "−310 Wh", "10.0 kWh", "212 kWh"],
    ]);
    expect([kilowatts(2500), kilowatts(-40)]).toEqual(["2.50", "−0.04"]);
    expect([power(null), energy(null)]).toEqual(["–", "–"]);
    expect(power(-0.2)).not.toContain("−");
  });

  it("have the sign of their currency, or its name", () => {
    expect(money({ amount: 6.5, currency: "EUR" })).toBe("€6.50");
    expect(plain(money({ amount: 250, currency: "NOK" }))).toBe("kr 250.00");
    expect(plain(money({ amount: 1.5, currency: "taler" }))).toBe("1.50 taler");
  });

  it("tell spans of time", () => {
    expect([400, 59.9, 3725, -3].map(countdown)).toEqual(["6:40", "0:59", "1:02:05", "0:00"]);
    expect([4, 89, 170, 7200].map((seconds) => plain(ago(seconds)))).toEqual(["4 s", "89 s", "3 min", "2 h"]);
  });
});

describe("the wall clock", () => {
  it("is that of the tariff's zone, with the day when it is another", () => {
    expect(moment(AT, AT, "Europe/Brussels")).toBe("18:23");
    expect(moment(AT, AT, "Europe/Brussels", true)).toBe("18:23:20");
    expect(moment(AT - 86_400, AT, "Europe/Brussels")).toBe("17 Nov 18:23");
    expect(monthName("2026-11")).toBe("November 2026");
  });

  it("of a zone that the browser does not know is UTC", () => {
    expect(wall(AT, "Mars/Olympus").minute).toBe("17:23");
  });

  it("reaches midnight when it says, on days of 23, 24 and 25 hours", () => {
    const zone = fc.constantFrom("Europe/Brussels", "Europe/Oslo", "Australia/Sydney", "UTC", "America/New_York");
    const property = fc.property(fc.integer({ min: 1_760_000_000, max: 1_800_000_000 }), zone, (at, where) => {
      const left = untilMidnight(at, where);
      expect(wall(at + left, where).ofDay).toBe(0);
      expect(left).toBeLessThanOrEqual(25 * 3600);
      expect(wall(at + left - 1, where).date).toBe(wall(at, where).date);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

describe("the verdict", () => {
  const text = (more: Parameters<typeof demandReport>[0]) => plain(verdict(demandReport(more)).text);

  it("says what must go, or how much room there is", () => {
    expect(text({})).toBe("Too much: 608 W must go, or this quarter hour ends 270 W over its limit.");
    expect(text({ powerWatts: 1000, projectedWatts: 2092 })).toBe(
      "On course: this quarter hour ends 908 W under its limit. There is room for 2.04 kW more.",
    );
    expect(text({ certainBreak: true, usedWh: 780 })).toBe(
      "This quarter hour is over its limit, whatever happens: 780 Wh of 750 Wh.",
    );
    expect(text({ counts: false })).toBe("The tariff does not count this quarter hour.");
    expect(text({ counts: false, windowS: 300 })).toBe("The tariff does not count this window.");
  });

  it("never takes what is unknown for nothing", () => {
    expect(text({ stale: true, ageS: 340 })).toContain("No fresh reading for 6 min");
    expect(text({ powerWatts: null, projectedWatts: null })).toBe("Waiting for readings.");
    expect(verdict(demandReport({ stale: true })).tone).toBe("unknown");
  });

  it("has a sign of its own for surplus", () => {
    expect(text({ target: "surplus", powerWatts: -1840, limitWatts: 0 })).toContain("Feeding in 1.84 kW");
    expect(text({ target: "surplus", powerWatts: 300, limitWatts: 0 })).toContain("Drawing 300 W");
  });
});

describe("the page", () => {
  it("shows each load with its reason, and buttons to those who may switch", () => {
    const shown = seen(state());
    for (const words of ["boiler", "off since 18:20: 270 W had to go", "held since 18:20", "on by hand until 18:53"]) {
      expect(shown).toContain(words);
    }
    expect(shown).toContain("Automatic");
    expect(seen(state({ answer: answer({ scopes: ["read"] }) }))).not.toContain("Automatic");
  });

  it("tells the rules of the tariff beside what the months cost", () => {
    expect(seen(state())).toContain("belgium the highest quarter hour of the month at least 2.5 kW");
  });

  it("has no months and no money for a fuse", () => {
    const months = demandReport().months.map((month) => ({ ...month, charge: null, energyCharge: null }));
    const fuse = demandReport({ isFixed: true, months, adds: { watts: 120, charge: null } });
    const words = seen(state({ answer: answer({ demand: [fuse] }) }));
    expect(words).not.toContain("Months");
    expect(words).not.toContain("Adds to the month");
    expect(seen(state())).toContain("Adds to the month");
  });

  it("has the sum behind each decision", () => {
    expect(seen(state())).toMatch(/powerW − allowedW = needW .*needW 2608 .*unknownW not known/);
  });

  it("says when what it shows is old, and when nobody answers", () => {
    expect(seen(state({ nowMs: 40_000 }))).toContain("What you see is 40 s old.");
    const away = { kind: "away", text: "Node-RED does not answer." } as const;
    expect(seen(state({ nowMs: 4000, trouble: away }))).toContain("Node-RED does not answer. What you see is 4 s old.");
  });

  it("shows nothing of the house to who may not read", () => {
    const refused = { kind: "refused", text: "This needs a token." } as const;
    const shown = seen(state({ answer: null, trouble: refused }));
    expect(shown).toContain("This page asks for a token");
    expect(shown).not.toContain("boiler");
  });

  it("shows alarms, a refused node and a dry run before all else", () => {
    const alarm = {
      load: "boiler",
      code: "METERMAN_LOAD_UNRESPONSIVE",
      message: "it stays on",
      since: epochSeconds(AT),
    };
    const shed = shedReport({ alarms: [alarm], refused: "Other has this house", dryRun: true });
    const shown = seen(state({ answer: answer({ shed: [shed] }) }));
    for (const words of ["boiler: it stays on", "Other has this house", "switches nothing"]) {
      expect(shown.indexOf(words)).toBeGreaterThan(0);
      expect(shown.indexOf(words)).toBeLessThan(shown.indexOf("Last 24 hours"));
    }
  });

  it("names the figure in the title of the tab", () => {
    expect(plain(titleOf(state()))).toBe("3.27 kW · Demand");
  });

  it("takes every text of the server as text, whatever is in it", () => {
    const nasty = '<img src=x onerror="alert(1)">';
    const [load] = shedReport().loads;
    if (load === undefined) throw new Error("no load");
    const shed = shedReport({ name: nasty, loads: [{ ...load, name: nasty, why: nasty, trouble: nasty }] });
    const pieces = view(state({ answer: answer({ demand: [demandReport({ name: nasty })], shed: [shed] }) }));
    const tags = new Set<string>();
    const walk = (piece: Piece | string) => {
      if (typeof piece === "string") return;
      tags.add(piece.tag);
      for (const [name, value] of piece.attributes) {
        expect(name).not.toMatch(/^on|^style$/);
        if (name === "href") expect(["./#energy", "./#corrections", "./#health", "demand"]).toContain(value);
      }
      for (const child of piece.children) walk(child);
    };
    for (const piece of pieces) walk(piece);
    expect(tags).not.toContain("img");
    expect(pieces.map(wordsOf).join(" ")).toContain(nasty);
  });

  it("can be drawn whatever the figures are", () => {
    const figure = fc.oneof(fc.constant(null), fc.double({ min: -30_000, max: 30_000, noNaN: true }));
    const property = fc.property(figure, figure, figure, fc.boolean(), (powerWatts, limitWatts, allowedWatts, sun) => {
      const report = demandReport({ powerWatts, projectedWatts: powerWatts, limitWatts, allowedWatts });
      const pieces = view(state({ answer: answer({ demand: [{ ...report, target: sun ? "surplus" : "limit" }] }) }));
      const drawn = JSON.stringify(pieces, (_, value) => (value instanceof Map ? [...value] : value));
      expect(drawn.length).toBeGreaterThan(10_000);
      expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
    });
    fc.assert(property, { numRuns: 200 });
  });
});

describe("the chart", () => {
  it("finds the window below a pointer, and none where there is none", () => {
    const report = demandReport();
    expect(windowAt(report, 640 - 1, 640)).toBe(94);
    expect(windowAt(report, 10, 640)).toBe(-1);
  });
});

describe("what is said aloud", () => {
  it("is what is new: decisions, alarms and the end of a dry run", () => {
    const before = answer();
    expect(news(null, before)).toBe("");
    expect(news(before, before)).toBe("");
    const [decision] = shedReport().decisions;
    if (decision === undefined) throw new Error("no decision");
    const later = { ...decision, time: epochSeconds(AT), action: "on" as const, reason: "there is room" };
    const shed = shedReport({ decisions: [later, decision], dryRun: true });
    expect(news(before, answer({ shed: [shed] }))).toBe("boiler on: there is room. Dry run begins");
  });
});
