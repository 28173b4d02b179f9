import { describe, expect, it } from "vitest";
import { evolveSession, NO_LINES, newSession } from "../../nodes/gateway/index.ts";
import { DEFAULT_NETWORK, dbm, epochSeconds, type GatewayFact } from "../../nodes/model/index.ts";
import { clockOffSince, gatewayReport, type ReportInput } from "../../nodes/runtime/meterman-gateway/report.ts";

const NOW = epochSeconds(1_783_000_000);
const heard = evolveSession(newSession(300), { kind: "heard", at: NOW });
const fact = (receivedAt: number, driftS = 0, bootedAt = NOW - 3600): GatewayFact => ({
  ...{ kind: "gateway", network: DEFAULT_NETWORK, gateway: 1, freeRamBytes: 398, logLevel: "INFO", txPower: dbm(19) },
  ...{
    bootedAt: epochSeconds(bootedAt),
    clock: epochSeconds(receivedAt + driftS),
    receivedAt: epochSeconds(receivedAt),
  },
});
const report = (more: Partial<ReportInput> = {}) =>
  gatewayReport(
    {
      ...{ node: "gw", name: "", network: DEFAULT_NETWORK, session: heard, accounts: NO_LINES, fact: null, meters: [] },
      ...{ clockOffSince: null, mismatch: null, ...more },
    },
    NOW,
  );

describe("the report of a gateway", () => {
  it("has null for all that was not told, and a name", () => {
    expect(report()).toMatchObject({
      ...{ id: "0.0.1.1.1", name: "Gateway 0.0.1.1", bootedAt: null, uptimeS: null, freeRamBytes: null },
      ...{ clockDriftS: null, txPowerDbm: null, logLevel: null, rejectedPercent: 0, troubles: [] },
    });
  });

  it("tells the firmware and what it does beyond v10, once it was asked", () => {
    expect(report()).toMatchObject({ firmware: null, granted: null });
    const granted = evolveSession(heard, { kind: "granted", version: 11, granted: 5, at: NOW });
    expect(report({ session: granted })).toMatchObject({ firmware: "v11", granted: ["checksums", "bridge"] });
    const old = evolveSession(heard, { kind: "started", version: 10, at: NOW });
    expect(report({ session: old })).toMatchObject({ firmware: "v10", granted: null });
  });

  it("has no start of a gateway whose clock was never set, but how long it runs", () => {
    const unset = { ...fact(NOW), bootedAt: epochSeconds(1_483_228_800), clock: epochSeconds(1_483_228_900) };
    expect(report({ fact: unset })).toMatchObject({ bootedAt: null, uptimeS: 100 });
    expect(report({ fact: fact(NOW, 3) })).toMatchObject({ bootedAt: NOW - 3600, uptimeS: 3603, clockDriftS: 3 });
  });

  it("believes in a clock that is far off when two reports say so", () => {
    const first = fact(NOW - 900, -9000);
    const since = clockOffSince(first, null);
    expect(report({ fact: first, clockOffSince: since })).toMatchObject({ clockDriftS: null, troubles: [] });
    const second = fact(NOW, -9000);
    const still = clockOffSince(second, since);
    const told = report({ fact: second, clockOffSince: still });
    expect(told.clockDriftS).toBe(-9000);
    expect(told.troubles).toEqual([expect.stringMatching(/^Its clock is 9000 s behind/)]);
    expect(clockOffSince(fact(NOW, 2), still)).toBeNull();
  });

  it("tells another network in words, behind what else is wrong", () => {
    const mismatch = { code: "METERMAN_NETWORK_MISMATCH", message: "the gateway reports network 0.0.1.2" } as const;
    const told = report({ mismatch, fact: { ...fact(NOW), freeRamBytes: 12 } });
    expect(told.troubles).toEqual([expect.stringMatching(/12 bytes/), "The gateway reports network 0.0.1.2."]);
  });
});
