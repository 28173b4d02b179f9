import { describe, expect, it } from "vitest";
import { createApi } from "../../nodes/api/index.ts";
import { type Adjustment, type Adjustments, epochSeconds, ok } from "../../nodes/model/index.ts";
import { GatewayWorld, gatewayReport } from "./gateways.ts";
import { UNADJUSTED } from "./meters.ts";
import { ask, body, expectAnswer, HOUSE, house, ports, START } from "./world.ts";

/** 5 Wh each 15 s: 28.8 kWh a day. */
const DAY_WH = 28_800;
const DAY_S = 86_400;

function check(n: number, at: number, displayWh: number, more: Partial<Adjustment> = {}): Adjustment {
  const instant = epochSeconds(at);
  return {
    ...{ n, meter: HOUSE, kind: "check", at: instant, from: instant, to: instant, changeWh: 0, readings: 0 },
    ...{ details: { displayWh }, undone: null, who: "Ann", why: "looked", ...more },
  };
}

/** One record a page, so that pages are followed. */
function trail(...records: Adjustment[]): Adjustments {
  return {
    ...UNADJUSTED,
    async adjustments(meter, { cursor } = {}) {
      const first = Number(cursor ?? 0);
      const items = meter === HOUSE ? records.slice(first, first + 1) : [];
      return ok({ items, next: first + 1 < records.length ? String(first + 1) : null });
    },
  };
}

function world(adjustments: Adjustments, gateways = new GatewayWorld()) {
  let asked = 0;
  const open = house();
  const archive = {
    ...open.archive,
    consumption: (...span: Parameters<typeof open.archive.consumption>) => {
      asked += 1;
      return open.archive.consumption(...span);
    },
  };
  const api = createApi(ports({ store: { ...open, archive, adjustments }, gateways }));
  const health = async () => {
    const told = body(await ask(api, "/health"));
    expectAnswer("/health", told);
    return told as { status: string; meters: { display: Record<string, unknown> | null }[]; gateways: object[] };
  };
  return { health, asked: () => asked };
}

describe("the health of displays", () => {
  it("is not known before the display was typed in twice", async () => {
    const { health } = world(trail(check(1, START, 1_000_000)));
    expect((await health()).meters[0]?.display).toBeNull();
  });

  it("compares what was counted between two looks with what the display went on by", async () => {
    const { health } = world(trail(check(1, START, 1_000_000), check(2, START + DAY_S, 1_000_000 + 2 * DAY_WH)));
    const { status, meters } = await health();
    expect(meters[0]?.display).toMatchObject({
      countedWh: DAY_WH,
      displayedWh: 2 * DAY_WH,
      isOff: true,
      ppm: -500_000,
    });
    expect(meters[0]?.display?.words).toMatch(/counts 50 % less than the display/);
    expect(status).toBe("degraded");
  });

  it("leaves out looks that were undone, and takes them in the order of their times", async () => {
    const undone = { at: epochSeconds(START), who: "Ann", why: "wrong" };
    const { health } = world(
      trail(
        check(1, START + DAY_S, 1_000_000 + DAY_WH),
        check(2, START + 10_000, 9, { undone }),
        check(3, START, 1_000_000),
      ),
    );
    const { status, meters } = await health();
    expect(meters[0]?.display).toMatchObject({ countedWh: DAY_WH, displayedWh: DAY_WH, isOff: false });
    expect(status).toBe("ok");
  });

  it("costs little however often it is asked for, and however many looks there are", async () => {
    const looks = Array.from({ length: 40 }, (_, i) => check(i + 1, START + i * 3600, 1_000_000 + i * 1200));
    const { health, asked } = world(trail(...looks));
    for (let i = 0; i < 5; i += 1) await health();
    expect(asked()).toBe(23);
  });
});

describe("the health of gateways", () => {
  it("is told, and what is wrong with one shows in the status", async () => {
    const gateways = new GatewayWorld();
    const { health } = world(UNADJUSTED, gateways);
    expect(await health()).toMatchObject({ status: "ok", gateways: [{ id: "0.0.1.1.1", troubles: [] }] });
    gateways.reports[0] = gatewayReport({ troubles: ["Its clock is 90 s behind."] });
    expect((await health()).status).toBe("degraded");
    gateways.reports[0] = gatewayReport({ lastHeard: null, troubles: ["Nothing was heard from it yet."] });
    expect((await health()).status).toBe("ok");
  });
});
