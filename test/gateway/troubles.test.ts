import { expect, it } from "vitest";
import { gatewayTroubles } from "../../nodes/gateway/index.ts";
import { epochSeconds, type GatewayReport, type MeterId, type NetworkId } from "../../nodes/model/index.ts";

const NOW = epochSeconds(1_783_000_000);
const sound: Omit<GatewayReport, "troubles"> = {
  id: "0.0.1.1.1" as MeterId,
  node: "gw",
  name: "Gateway",
  network: "0.0.1.1" as NetworkId,
  lastHeard: epochSeconds(NOW - 20),
  silent: false,
  bootedAt: epochSeconds(NOW - 86_400),
  uptimeS: 86_400,
  freeRamBytes: 398,
  clockDriftS: 1,
  txPowerDbm: 13,
  logLevel: "INFO",
  firmware: null,
  granted: null,
  lines: 1000,
  rejected: 2,
  rejectedPercent: 0.2,
  queuedCommands: 0,
  meters: [],
};
const troubles = (more: Partial<GatewayReport>) => gatewayTroubles({ ...sound, ...more }, NOW);

it("finds nothing wrong with a sound gateway, nor with what it does not know", () => {
  expect(troubles({})).toEqual([]);
  expect(troubles({ freeRamBytes: null, clockDriftS: null, uptimeS: null, bootedAt: null })).toEqual([]);
});

it("tells each thing that is wrong, and what to do about it", () => {
  expect(troubles({ silent: true, lastHeard: epochSeconds(NOW - 900) })).toEqual([
    "Nothing was heard from the gateway for 15 min: check its power, the cable and the serial port.",
  ]);
  expect(troubles({ lastHeard: null, silent: true })).toEqual([
    "Nothing was heard from the gateway yet: check the cable and the serial port.",
  ]);
  expect(troubles({ clockDriftS: -90, freeRamBytes: 60, rejectedPercent: 3.5 })).toEqual([
    expect.stringMatching(/^3\.5 % of its lines cannot be read: check the cable/),
    expect.stringMatching(/^Its clock is 90 s behind\./),
    expect.stringMatching(/^Only 60 bytes of its memory are free/),
  ]);
});

it("does not judge the cable by a few lines after a plug was pulled", () => {
  expect(troubles({ lines: 20, rejected: 2, rejectedPercent: 10 })).toEqual([]);
});
