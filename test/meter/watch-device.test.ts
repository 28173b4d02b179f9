import { describe, expect, it } from "vitest";
import { gatewaySnapshot, isWorthKeeping, restore } from "../../nodes/meter/index.ts";
import {
  dbm,
  epochSeconds,
  type GatewayFact,
  impulsesPerKwh,
  type NetworkId,
  type SnapshotFact,
  seconds,
  type TextFact,
  wh,
} from "../../nodes/model/index.ts";
import { Book, METER, T0, update } from "./support.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

interface Said {
  readonly uptime?: number;
  readonly drift?: number;
  readonly ram?: number;
  readonly interval?: number;
}

function said(atS: number, { uptime, drift, ram, interval }: Said = {}): SnapshotFact {
  const receivedAt = epochSeconds(atS);
  return {
    ...{
      kind: "snapshot",
      meter: METER,
      lastEntryFinish: receivedAt,
      lastRegister: wh(77),
      rssi: dbm(-70),
      receivedAt,
    },
    ...(uptime !== undefined && { uptime: seconds(uptime) }),
    ...(drift !== undefined && { clockDrift: seconds(drift) }),
    ...(ram !== undefined && { freeRamBytes: ram }),
    ...(interval !== undefined && { interval: seconds(interval), impulsesPerKwh: impulsesPerKwh(1000) }),
  };
}
const boot = (atS: number): TextFact => ({
  ...{ kind: "text", meter: METER, text: "BOOT v10. Flags: 1", boot: { version: 10, flags: 1 } },
  receivedAt: epochSeconds(atS),
});
/** Heard, so that it can be judged. */
const heard = () => new Book().feed(update(T0 - 61, 5, [[60, 0]], T0));

describe("starts of a device", () => {
  it("are counted once, whether they were announced or only show in the uptime", () => {
    const announced = heard().feed(said(T0, { uptime: 9000 }), boot(T0 + 600), said(T0 + 1500, { uptime: 800 }));
    expect(announced.health(T0 + 1500)).toMatchObject({ reboots: 1, lastReboot: T0 + 600 });
    const silent = heard().feed(said(T0, { uptime: 9000 }), said(T0 + 1500, { uptime: 800 }));
    expect(silent.health(T0 + 1500)).toMatchObject({ reboots: 1, lastReboot: T0 + 700 });
  });

  it("are not seen where v10's uptime begins anew after 49.7 days", () => {
    const book = heard().feed(said(T0, { uptime: 4_294_000 }), said(T0 + 900, { uptime: 120 }));
    expect(book.health(T0 + 900)).toMatchObject({ reboots: 0 });
    expect(book.health(T0 + 900).lastReboot).toBeUndefined();
  });

  it("are told when there are many within a day, and when it is quiet again", () => {
    const book = heard()
      .feed(boot(T0), boot(T0 + HOUR))
      .tick(T0 + HOUR);
    expect(book.toldOf("reboots")).toEqual([]);
    book.feed(boot(T0 + 2 * HOUR)).tick(T0 + 2 * HOUR);
    expect(book.toldOf("reboots")).toEqual([{ count: 3, cleared: false }]);
    expect(book.health(T0 + 2 * HOUR).troubles).toEqual([
      "It started anew 3 times within a day: look at the contacts of its battery.",
    ]);
    book
      .tick(T0 + 20 * HOUR)
      .kill()
      .tick(T0 + 25 * HOUR + 1);
    expect(book.toldOf("reboots")).toEqual([
      { count: 3, cleared: false },
      { count: 1, cleared: true },
    ]);
  });
});

describe("a device's clock and memory", () => {
  it("tells how fast the clock runs by itself, however often it is set right", () => {
    const paceS = 20e-6;
    const book = heard();
    let off = 0;
    for (let i = 0; i < 20 * 96; i += 1) {
      off += paceS * 900;
      // Told before it is set: off by more than 3 s.
      book.feed(said(T0 + i * 900, { drift: Math.trunc(off) }));
      if (off > 4) off = 0;
    }
    const { clockPpm } = book.health(T0);
    expect(clockPpm).toBeGreaterThan(15);
    expect(clockPpm).toBeLessThan(25);
    expect(book.kill().health(T0).clockPpm).toBeGreaterThan(15);
  });

  it("says nothing of the pace before some days", () => {
    const book = heard();
    for (let i = 0; i < 2 * 96; i += 1) book.feed(said(T0 + i * 900, { drift: 0 }));
    expect(book.health(T0).clockPpm).toBeUndefined();
    for (let i = 2 * 96; i < 4 * 96; i += 1) book.feed(said(T0 + i * 900, { drift: 0 }));
    expect(book.health(T0).clockPpm).toBe(0);
  });

  it("warns of little free memory, and clears it only well above", () => {
    const book = heard().feed(...[149, 160, 199, 200].map((ram, i) => said(T0 + i, { ram })));
    expect(book.toldOf("low-memory")).toEqual([
      { bytes: 149, cleared: false },
      { bytes: 200, cleared: true },
    ]);
  });
});

describe("what a device says of itself", () => {
  const kept = (book: Book) => book.writes.flatMap((write) => write.snapshots ?? []);

  it("is kept the first time, then once an hour, and when it matters", () => {
    const book = heard();
    for (let i = 0; i <= 8; i += 1) book.feed(said(T0 + i * 900, { uptime: 5000 + i * 900, interval: 15 }));
    expect(kept(book).map(({ at }) => at - T0)).toEqual([0, HOUR, 2 * HOUR]);
    book.feed(said(T0 + 2 * HOUR + 900, { uptime: 13_100, interval: 60 }));
    book.feed(said(T0 + 2 * HOUR + 1800, { uptime: 200, interval: 60 }));
    expect(kept(book).slice(3)).toMatchObject([{ intervalS: 60 }, { uptimeS: 200 }]);
  });

  it("is kept as it was said: what was not reported is absent", () => {
    const book = heard().feed(boot(T0), said(T0, { ram: 367 }));
    expect(kept(book)).toEqual([
      { device: METER, at: T0, rssiDbm: -70, freeRamBytes: 367, registerWh: 77, firmware: "v10" },
    ]);
    const unheard = new Book().feed({ ...said(T0), lastEntryFinish: epochSeconds(0), lastRegister: wh(0) });
    expect(kept(unheard)).toEqual([{ device: METER, at: T0, rssiDbm: -70 }]);
  });

  it("is not kept of a node that is silent: its gateway repeats what it heard last", () => {
    const book = heard()
      .tick(T0 + DAY)
      .feed(said(T0 + DAY, { ram: 100 }));
    expect(book.health(T0 + DAY).dark).toBe(true);
    expect(kept(book)).toEqual([]);
  });

  const gateway = (more: Partial<GatewayFact> = {}): GatewayFact => ({
    ...{ kind: "gateway", network: "0.0.1.1" as NetworkId, gateway: 1, freeRamBytes: 398, logLevel: "DEBUG" },
    ...{
      bootedAt: epochSeconds(T0 - 100),
      clock: epochSeconds(T0 + 2),
      txPower: dbm(19),
      receivedAt: epochSeconds(T0),
    },
    ...more,
  });

  it("is kept of gateways too, under the network and number 1", () => {
    expect(gatewaySnapshot(gateway())).toEqual({
      ...{ device: "0.0.1.1.1", at: T0, freeRamBytes: 398, clockDriftS: 2, txPowerDbm: 19, logLevel: "DEBUG" },
      ...{ uptimeS: 102, bootedAt: T0 - 100 },
    });
    const unset = gateway({ bootedAt: epochSeconds(1_483_228_800), clock: epochSeconds(1_483_229_100) });
    expect(gatewaySnapshot(unset)).not.toHaveProperty("bootedAt");
    expect(gatewaySnapshot(unset)).toMatchObject({ uptimeS: 300 });
  });

  it("is worth keeping when a gateway started anew, not when its clock was set by a second", () => {
    const first = gatewaySnapshot(gateway());
    const again = (more: Partial<GatewayFact>) => {
      const next = gatewaySnapshot(
        gateway({ receivedAt: epochSeconds(T0 + 900), clock: epochSeconds(T0 + 900), ...more }),
      );
      return next !== undefined && isWorthKeeping(first, next);
    };
    expect(again({})).toBe(false);
    expect(again({ bootedAt: epochSeconds(T0 - 99) })).toBe(false);
    expect(again({ bootedAt: epochSeconds(T0 + 500) })).toBe(true);
    expect(again({ txPower: dbm(13) })).toBe(true);
  });
});

describe("what is remembered of a device", () => {
  const book = heard()
    .feed(boot(T0), said(T0, { ram: 120, uptime: 5, drift: 1 }), boot(T0 + 60), boot(T0 + 120))
    .tick(T0 + 130);
  const memory = JSON.parse(JSON.stringify(book.memory));

  it("survives a restart", () => {
    const restored = restore(METER, memory);
    expect(restored).toMatchObject({ ok: true, value: { health: { warnings: ["low-memory", "reboots"] } } });
    const { edition: _, ...watch } = book.state.watch;
    expect(restored).toMatchObject({ ok: true, value: { watch } });
  });

  it("never keeps an account from being read, whatever it looks like", () => {
    const account = restore(METER, memory);
    for (const watch of [
      undefined,
      null,
      5,
      "x",
      [],
      {},
      { days: 7, battery: [[]], clock: [1], boots: ["a"], still: {} },
    ]) {
      const restored = restore(METER, { ...memory, watch, later: watch });
      expect(restored).toMatchObject({ ok: true, value: { lifetimeWh: account.ok && account.value.lifetimeWh } });
    }
  });

  it("leaves nothing among the rest that an earlier version would refuse", () => {
    expect(memory.health.warnings).toEqual([]);
    expect(memory.later).toEqual(["low-memory", "reboots"]);
  });

  it("is written once an hour, not with every frame", () => {
    const quiet = heard();
    for (let i = 0; i < 120; i += 1) quiet.feed(update(T0 - 1 + i * 60, 5 + i, [[60, 1]]));
    const writes = quiet.writes.filter((write) => "watch" in write.memory);
    expect(writes.length).toBeLessThanOrEqual(4);
    expect(JSON.stringify(writes.at(-1)?.memory.watch).length).toBeLessThan(300);
  });
});
