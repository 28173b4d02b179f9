import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { demandState } from "../support/hass/publishing.ts";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** What the publish node makes of the store, of gateways and of demand windows. */
const energy = "sensor.meterman_0_0_1_1_2_energy";
let red: NodeRed;
let server: HomeAssistantServer;
let folder: string;
let store = "";
let stores = 0;

function flow(more: Record<string, unknown> = {}): FlowNode[] {
  const on = { z: "tab", x: 1, y: 1, name: "" };
  const meters = [{ id: "0.0.1.1.2", name: "House", impPerKwh: 0, maxPowerW: 0 }];
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "store", type: "meterman-store", name: "", folder: store, zone: "UTC", flushS: 1 },
    { id: "ha", type: "meterman-home-assistant", url: server.url, timeoutS: 2, credentials: { token: server.token } },
    { id: "meter", type: "meterman-meter", ...on, store: "store", meters, wires: [[], [], []] },
    { id: "pub", type: "meterman-publish", ...on, homeAssistant: "ha", store: "store", wires: [["said"]], ...more },
    { id: "said", type: "function", ...on, func: "return null", wires: [[]] },
  ];
}
const update = (registerWh: number, at = Math.floor(Date.now() / 1000) - 20) => ({
  topic: "update",
  payload: {
    ...{ kind: "update", meter: "0.0.1.1.2", baseTime: at - 1, baseRegister: registerWh - 5, receivedAt: at + 16 },
    entries: [{ duration: 15, energy: 5 }],
  },
});
const demand = (meters: readonly string[], node: object = { id: "d1", name: "Whole house" }) =>
  demandState(meters, node);
const state = (entity: string, value: string | undefined) =>
  red.until(`${entity} ${value}`, () => server.state(entity) === value);
const idle = () => red.deploy([{ id: "tab", type: "tab", label: "t" }]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meterman-publish-"));
  red = await startNodeRed({ flow: [{ id: "tab", type: "tab", label: "t" }] });
});
beforeEach(async () => {
  stores += 1;
  store = join(folder, `${stores}`);
  server = await HomeAssistantServer.start();
  return async () => {
    await idle();
    await server.stop();
  };
});
afterAll(async () => {
  await red.stop();
  await rm(folder, { recursive: true, force: true });
});

it("publishes the meters of its store without any wire, and right after a restart", async () => {
  await red.deploy(flow());
  red.inject("meter", update(412_400));
  red.inject("meter", update(412_500, Math.floor(Date.now() / 1000) - 5));
  const last = { lastEntryFinish: 1_783_000_050, lastRegister: 5, receivedAt: Math.floor(Date.now() / 1000) };
  red.inject("meter", { payload: { kind: "snapshot", meter: "0.0.1.1.2", battery: 3000, rssi: -71, ...last } });
  const value = await red.until("an energy", () => Number(server.state(energy)) > 0 && Number(server.state(energy)));
  expect(server.states.get(energy)?.attributes.friendly_name).toBe("House Energy");
  await red.until("when it was last seen", () => server.state("sensor.meterman_0_0_1_1_2_last_seen")?.startsWith("20"));
  await state("sensor.meterman_0_0_1_1_2_missed_intervals", "0");
  const problem = "binary_sensor.meterman_0_0_1_1_2_problem";
  await state(problem, "on");
  expect(server.states.get(problem)?.attributes.friendly_name).toBe("House Problem");
  await idle();
  await state(energy, "unavailable");
  // A problem is not over because nobody tells of it.
  expect(server.state(problem)).toBe("on");
  await red.deploy(flow());
  await red.until("the same energy", () => Number(server.state(energy)) === value);
  expect(server.mqttErrors).toEqual([]);
});

it("does not bring back a removed meter because the store remembers it, also after a restart", async () => {
  await red.deploy(flow());
  red.inject("meter", update(412_400));
  await red.until("an energy", () => server.state(energy));
  red.inject("pub", { topic: "remove", payload: { meter: "0.0.1.1.2" } });
  await state(energy, undefined);
  await red.until("the news", () => red.from("pub").some(({ topic }) => topic === "removed"));
  await red.deploy(flow());
  await red.until("the list of the store", () => red.status("pub")?.text === "MQTT discovery · 0 meters");
  // More than one look into the store's list.
  await new Promise((resolve) => setTimeout(resolve, 6000));
  expect(server.state(energy)).toBeUndefined();
});

it("shows what a gateway says of itself and of its nodes, and ignores its other facts", async () => {
  await red.deploy(flow({ store: "" }));
  const gateway = { network: "0.0.1.1", gateway: 1, bootedAt: 1_783_000_000, freeRamBytes: 398, clock: 1_783_000_060 };
  red.inject("pub", {
    payload: { kind: "gateway", ...gateway, logLevel: "DEBUG", txPower: 13, receivedAt: 1_783_000_061 },
  });
  const last = { lastEntryFinish: 1_783_000_050, lastRegister: 5, receivedAt: 1_783_000_061 };
  red.inject("pub", { payload: { kind: "snapshot", meter: "0.0.1.1.2", battery: 4093, rssi: -71, ...last } });
  red.inject("pub", update(5));
  red.inject("pub", { payload: { kind: "dark", meter: "0.0.1.1.2", receivedAt: 1_783_000_061 } });
  await state("sensor.meterman_0_0_1_1_1_free_memory", "398");
  await state("sensor.meterman_0_0_1_1_2_battery", "4.093");
  await state("sensor.meterman_0_0_1_1_2_signal", "-71");
  expect(server.state(energy)).toBeUndefined();
  const config = () => server.broker.retained.get("homeassistant/device/meterman_0_0_1_1_2/config") ?? "";
  await red.until("the gateway behind it", () => config().includes('"via_device":"meterman_0_0_1_1_1"'));
  expect(server.mqttErrors).toEqual([]);
});

it("gives the demand of one meter to its device, and that of several a device of its own", async () => {
  await red.deploy(flow({ store: "" }));
  red.inject("pub", demand(["0.0.1.1.2"]));
  await state("sensor.meterman_0_0_1_1_2_demand", "900");
  await state("sensor.meterman_0_0_1_1_2_projected_demand", "950");
  red.inject("pub", demand(["0.0.1.1.2", "0.0.1.1.3"]));
  await state("sensor.meterman_demand_d1_demand", "900");
  expect(server.states.get("sensor.meterman_demand_d1_demand")?.attributes.friendly_name).toBe("Whole house Demand");
});
