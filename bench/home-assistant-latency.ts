import type { HomeAssistant } from "../test/support/hass/home-assistant.ts";
import { pause, until } from "../test/support/product.ts";
import type { Gateway } from "./home-assistant-gateway.ts";
import type { Ids } from "./home-assistant-ids.ts";
import type { Watch } from "./home-assistant-watch.ts";
import { type Measurement, round } from "./store-common.ts";

/** Longer than Home Assistant is told the power of a meter at most. */
const REST_S = 7;
const PEER = "sensor.bench_peer";
const PEER_TOPIC = "bench/peer";

/** In ms; undefined for what never came. */
export type Latencies = readonly Promise<number | undefined>[];

/** Anywhere between the ticks of whoever ticks. */
const anyPhase = () => pause(300 + Math.random() * 400);

async function since(seen: Promise<number | undefined>, startedMs: number): Promise<number | undefined> {
  const atMs = await seen;
  return atMs === undefined ? undefined : atMs - startedMs;
}

/** From the moment at which an update is handed to the cable to the changed states in Home Assistant. */
export async function updates(
  { gateway, watch, ids }: { readonly gateway: Gateway; readonly watch: Watch; readonly ids: Ids },
  nodes: readonly number[],
  count: number,
): Promise<{ readonly power: Latencies; readonly energy: Latencies }> {
  const power: Promise<number | undefined>[] = [];
  const energy: Promise<number | undefined>[] = [];
  for (let i = 0; i < count; i += 1) {
    const node = nodes[i % nodes.length] ?? 0;
    do await anyPhase();
    while (gateway.quietS(node) < REST_S);
    const update = gateway.next(node);
    const seenPower = watch.sees(ids.of(node, "power"), update.watts);
    const seenEnergy = watch.sees(ids.of(node, "energy"), update.kwh);
    const startedMs = performance.now();
    await gateway.say(update);
    power.push(since(seenPower, startedMs));
    energy.push(since(seenEnergy, startedMs));
    if ((await seenPower) === undefined) throw new Error(`the power of node ${node} did not become ${update.watts} W`);
  }
  return { power, energy };
}

/** A plain sensor, to see what Home Assistant needs by itself. */
export async function addPeer(hass: HomeAssistant): Promise<void> {
  const topic = "homeassistant/sensor/bench_peer/config";
  const config = { name: "bench peer", unique_id: "bench_peer", state_topic: PEER_TOPIC, unit_of_measurement: "W" };
  await hass.call("mqtt", "publish", { topic, payload: JSON.stringify(config), qos: 1, retain: true });
  await until("the peer's sensor", () => hass.state(PEER));
}

/** From a plain client's call of `mqtt.publish` to the changed state. Values begin at `first`. */
export async function peer(hass: HomeAssistant, watch: Watch, count: number, first: number): Promise<Latencies> {
  const found: Promise<number | undefined>[] = [];
  for (let i = 0; i < count; i += 1) {
    await anyPhase();
    const seen = watch.sees(PEER, first + i);
    const startedMs = performance.now();
    await hass.call("mqtt", "publish", { topic: PEER_TOPIC, payload: `${first + i}`, qos: 0, retain: false });
    found.push(since(seen, startedMs));
  }
  return found;
}

/** Median, p99 and least. Throws when a state never came: a latency without the lost ones would be a lie. */
export async function statistics(name: string, latencies: Latencies, detail: object = {}): Promise<Measurement> {
  const all = await Promise.all(latencies);
  const sorted = all.filter((one) => one !== undefined).sort((a, b) => a - b);
  if (sorted.length < all.length) throw new Error(`${name}: ${all.length - sorted.length} of ${all.length} never came`);
  const at = (share: number) => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
  return { name, value: at(0.5), unit: "ms", p99: at(0.99), least: at(0), n: sorted.length, ...detail };
}
