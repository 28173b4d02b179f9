import { describe, expect, it } from "vitest";
import { decideTick, evolveAll, healthOf, restore } from "../../nodes/meter/index.ts";
import {
  type DarkFact,
  dbm,
  epochSeconds,
  millivolts,
  type SnapshotFact,
  seconds,
  type TextFact,
  wh,
} from "../../nodes/model/index.ts";
import { Book, METER, T0, update } from "./support.ts";

const NOW = epochSeconds(T0 + 5000);
const snapshot = (battery: number, rssi: number, clockDrift: number): SnapshotFact => ({
  kind: "snapshot",
  meter: METER,
  battery: millivolts(battery),
  clockDrift: seconds(clockDrift),
  lastEntryFinish: epochSeconds(T0),
  lastRegister: wh(0),
  rssi: dbm(rssi),
  receivedAt: epochSeconds(T0),
});
const dark = (lastSeen: number): DarkFact => ({
  kind: "dark",
  meter: METER,
  lastSeen: epochSeconds(lastSeen),
  receivedAt: epochSeconds(lastSeen + 601),
});
const boot: TextFact = {
  kind: "text",
  meter: METER,
  text: "BOOT v10. Flags: 1",
  boot: { version: 10, flags: 1 },
  receivedAt: epochSeconds(T0),
};

describe("health", () => {
  it("warns of a low battery once, and clears it only well above", () => {
    const book = new Book().feed(...[3400, 3299, 3290, 3310, 3399, 3400].map((mv) => snapshot(mv, -70, 0)));
    expect(book.toldOf("low-battery")).toEqual([
      { millivolts: 3299, cleared: false },
      { millivolts: 3400, cleared: true },
    ]);
  });

  it("warns of a weak signal and of a clock that is off, in both directions", () => {
    const book = new Book().feed(snapshot(4000, -96, -6), snapshot(4000, -91, 5), snapshot(4000, -90, 3));
    expect(book.toldOf("weak-signal")).toEqual([
      { dbm: -96, cleared: false },
      { dbm: -90, cleared: true },
    ]);
    expect(book.toldOf("clock")).toEqual([
      { driftS: -6, cleared: false },
      { driftS: 3, cleared: true },
    ]);
  });

  it("tells dark once per NDARK, and back with the next frame of the node", () => {
    const book = new Book().feed(dark(T0), dark(T0), update(T0 + 700, 0, [[60, 1]]), dark(T0));
    expect(book.toldOf("dark")).toEqual([{ lastSeen: T0 }]);
    expect(book.toldOf("back")).toHaveLength(1);
    expect(book.health(NOW).dark).toBe(false);
  });

  it("goes dark by itself when nothing is heard, without a gateway that says so", () => {
    const book = new Book().feed(update(T0 - 1, 0, [[60, 1]], T0 + 61));
    expect(decideTick(book.state, T0 + 61 + 900, T0, book.settings)).toEqual([]);
    const events = decideTick(book.state, T0 + 61 + 901, T0, book.settings);
    const state = evolveAll(book.state, events);
    expect(healthOf(state, book.settings, NOW, "UTC")).toMatchObject({
      dark: true,
      warnings: ["dark"],
      lastHeard: T0 + 61,
    });
    expect(decideTick(state, T0 + 5000, T0, book.settings)).toEqual([]);
  });

  it("is not called dark for the time in which nobody listened", () => {
    const book = new Book().feed(update(T0 - 1, 0, [[60, 1]], T0 + 61));
    const restartedAt = T0 + 7200;
    expect(decideTick(book.state, restartedAt + 900, restartedAt, book.settings)).toEqual([]);
    expect(decideTick(book.state, restartedAt + 901, restartedAt, book.settings)).not.toEqual([]);
  });

  it("counts boots and knows the firmware, also after a restart", () => {
    const book = new Book().feed(boot, boot, snapshot(4495, -72, 3)).kill();
    expect(book.health(NOW)).toMatchObject({
      reboots: 2,
      firmware: "v10",
      batteryMv: 4495,
      rssiDbm: -72,
    });
  });
});

describe("the account on disk", () => {
  const book = new Book().feed(boot, update(T0 - 1, 0, [[60, 1]]), update(T0 + 119, 9, [[60, 1]]));
  const memory = JSON.parse(JSON.stringify(book.memory));

  it("is read back exactly", () => {
    const restored = restore(METER, memory);
    expect(restored).toEqual({
      ok: true,
      value: { ...book.state, recent: expect.anything(), watch: expect.anything() },
    });
  });

  it("writes a few numbers for a frame in order; the rest stays the same object", () => {
    const before = book.memory;
    book.feed(update(T0 + 179, 10, [[60, 1]]));
    const changed = Object.keys(book.memory).filter((key) => book.memory[key] !== before[key]);
    expect(changed).toEqual(["now"]);
    expect(JSON.stringify(book.memory.now).length).toBeLessThan(60);
  });

  it("is refused when anything in it does not fit", () => {
    const damages: Record<string, unknown>[] = [
      { now: undefined },
      { now: ["1", null] },
      { now: [1.5, null] },
      { base: [1, 2] },
      { base: [] },
      { holes: [[1, 2, 3]] },
      { holes: {} },
      { old: [0, [[1]]] },
      { old: null },
      { part: [0, 0] },
      { health: [] },
      { health: { reboots: 0, warnings: ["tired"] } },
      { health: { reboots: 0, warnings: [], batteryMv: "low" } },
    ];
    for (const damage of damages) {
      expect(restore(METER, { ...memory, ...damage })).toMatchObject({ error: { code: "METERMAN_STORE_DAMAGED" } });
    }
  });
});
