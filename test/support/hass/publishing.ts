import { connectAsync } from "mqtt";
import type { FlowNode, NodeRed } from "../node-red.ts";
import { startNodeRed } from "../node-red.ts";
import { pause, until } from "../product.ts";
import type { Answer, HassClient } from "./client.ts";
import type { HomeAssistant } from "./home-assistant.ts";

/** A publish node in the real Node-RED, and what a real Home Assistant makes of what it says. */
const on = { z: "tab", x: 1, y: 1 };
export const EMPTY: FlowNode[] = [{ id: "tab", type: "tab", label: "t" }];

/** @param broker port of a broker that the node uses itself */
export function publishFlow(
  hass: HassClient | undefined,
  more: Record<string, unknown> = {},
  broker?: number,
): FlowNode[] {
  const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
  const connection =
    hass === undefined
      ? []
      : [
          {
            id: "ha",
            type: "meterman-home-assistant",
            name: "",
            url: hass.url,
            timeoutS: 5,
            credentials: { token: hass.token },
          },
        ];
  const own =
    broker === undefined
      ? []
      : [
          {
            id: "broker",
            type: "mqtt-broker",
            name: "",
            broker: "127.0.0.1",
            port: String(broker),
            clientid: "",
            keepalive: "5",
            protocolVersion: "4",
            autoConnect: true,
            cleansession: true,
            usetls: false,
          },
        ];
  return [
    ...EMPTY,
    ...connection,
    ...own,
    {
      id: "pub",
      type: "meterman-publish",
      ...on,
      homeAssistant: hass === undefined ? "" : "ha",
      broker: broker === undefined ? "" : "broker",
      store: "",
      path: "auto",
      wires: [["said"]],
      ...more,
    },
    { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["caught"]] },
    sink("said"),
    sink("caught"),
  ];
}

export const reading = (lifetimeWh: number, meter = "0.0.1.1.2") => ({
  topic: meter,
  payload: {
    ...{ meter, start: 1_783_000_005, end: 1_783_000_020, wh: 5, watts: 1200, registerWh: 412_400, lifetimeWh },
    ...{ source: "interval", quality: [] },
  },
});
export const watts = (value: number | null, name = "House", meter = "0.0.1.1.2") => ({
  ...{ topic: name, meter, payload: value },
  power: value === null ? { known: false, since: null } : { known: true, watts: value, at: 1_783_000_120 },
});
export const gatewayFact = {
  topic: "gateway",
  payload: {
    ...{ kind: "gateway", network: "0.0.1.1", gateway: 1, bootedAt: 1_783_000_000, freeRamBytes: 398 },
    ...{ clock: 1_783_000_060, logLevel: "DEBUG", txPower: 13, receivedAt: 1_783_000_061 },
  },
};
export const snapshotFact = {
  topic: "snapshot",
  payload: {
    ...{ kind: "snapshot", meter: "0.0.1.1.2", battery: 4093, clockDrift: -2, lastSeen: 1_783_000_050, rssi: -71 },
    ...{ lastEntryFinish: 1_783_000_050, lastRegister: 5, receivedAt: 1_783_000_061 },
  },
};
export const demandState = (meters: readonly string[], node: object = { id: "mm-demand", name: "" }) => ({
  topic: "demand",
  node,
  payload: {
    ...{ at: 1_783_000_200, meters, windowStart: 1_783_000_000, windowEnd: 1_783_000_900, remainingS: 700 },
    ...{ usedWh: 50, bridgedWh: 0, coveredUntil: 1_783_000_200, coverage: 1, powerWatts: 900, projectedWatts: 950 },
    ...{
      limitWatts: 2500,
      allowedWatts: 3000,
      certainBreak: false,
      stale: false,
      ageS: 1,
      counts: true,
      onPeak: false,
    },
    peakWatts: null,
  },
});

export interface Entry {
  readonly entity_id: string;
  readonly unique_id: string;
  readonly platform: string;
  readonly device_id: string | null;
  readonly entity_category: string | null;
  readonly original_name: string | null;
}
export const entries = async (hass: HassClient): Promise<Entry[]> => {
  const all: Entry[] = await hass.request({ type: "config/entity_registry/list" });
  return all.filter(({ unique_id }) => String(unique_id).includes("meterman_"));
};
export const devices = async (hass: HassClient): Promise<Answer[]> => {
  const all: Answer[] = await hass.request({ type: "config/device_registry/list" });
  return all.filter((one) => one.manufacturer === "meterman");
};
export const becomes = (hass: HassClient, entity: string, state: string | undefined, limitMs = 20_000) =>
  until(`${entity} to be ${state}`, async () => (await hass.state(entity))?.state === state, limitMs);

export const startPublishing = (): Promise<NodeRed> => startNodeRed({ flow: EMPTY });

/** What Home Assistant's log says about us or about MQTT. */
export const complaints = ({ log }: HomeAssistant): string[] =>
  log
    .split("\n")
    .filter((line) => /\b(WARNING|ERROR)\b/.test(line) && /meterman|components\.(mqtt|sensor)|via_device/i.test(line))
    .filter((line) => !line.includes("The connection was lost"))
    // Its recorder moves a renamed history some seconds later, and says so when the name has moved on.
    .filter((line) => !line.includes("Cannot migrate history"));

/** Topics that a broker keeps something for. */
export async function retained(port: number | undefined): Promise<string[]> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const topics: string[] = [];
  client.on("message", (topic, payload) => void (payload.length > 0 && topics.push(topic)));
  await client.subscribeAsync("#");
  // What is retained comes at once; how much there is nobody says.
  await pause(500);
  await client.endAsync();
  return topics;
}
