import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { type HomeAssistant, startHomeAssistant } from "../test/support/hass/home-assistant.ts";
import { version } from "../test/support/hass/places.ts";
import { Product, pause, until } from "../test/support/product.ts";
import { Pty } from "../test/support/pty.ts";
import { Gateway } from "./home-assistant-gateway.ts";
import { Ids } from "./home-assistant-ids.ts";
import { addPeer, peer, statistics, updates } from "./home-assistant-latency.ts";
import { Watch } from "./home-assistant-watch.ts";
import { type Measurement, round, say } from "./store-common.ts";

const root = join(import.meta.dirname, "..");
/** In rotation, so that none comes more often than Home Assistant is told its power. */
const NODES = 16;
/** A new sensor's state is said again, and its device named anew once the gateway has one: that is not what is measured. */
const SETTLE_MS = 12_000;

const WAYS = [
  { name: "mqtt.publish", ownBroker: false, firstNode: 2 },
  { name: "own broker", ownBroker: true, firstNode: 2 + NODES },
] as const;
type Way = (typeof WAYS)[number];

interface FlowNode {
  readonly id: string;
  readonly flushS?: string;
}
const shipped: readonly FlowNode[] = JSON.parse(readFileSync(join(root, "flows", "flows.json"), "utf8"));
/** How often the shipped flow writes readings to disk, before which energy is not told. */
const flushS = Number(shipped.find(({ id }) => id === "mm-store")?.flushS);

/** The shipped flow with a broker of one's own, as it is chosen in the dialog. */
function withBroker(port: number): readonly FlowNode[] {
  const broker = {
    ...{ id: "bench-broker", type: "mqtt-broker", name: "", broker: "127.0.0.1", port: String(port), clientid: "" },
    ...{ keepalive: "60", protocolVersion: "4", autoConnect: true, cleansession: true, usetls: false },
  };
  return [...shipped.map((node) => (node.id === "mm-publish" ? { ...node, broker: broker.id } : node)), broker];
}

/** What has to be ended, the last first, however the bench ends. */
const closers: (() => Promise<void> | void)[] = [];
async function closeDownTo(mark: number): Promise<void> {
  for (const close of closers.splice(mark).reverse()) await close();
}

let running: Product | undefined;
/** The product as its user starts it, with a gateway on its serial port, connected and settled. */
async function start(hass: HomeAssistant, way: Way, nodes: readonly number[]) {
  const cable = await Pty.open();
  closers.push(() => cable.close());
  const gateway = new Gateway(cable);
  closers.push(() => gateway.close());
  const env = { METERMAN_SERIAL: cable.path, METERMAN_HA_URL: hass.url, METERMAN_HA_TOKEN: hass.token };
  const product = await Product.create(env);
  running = product;
  closers.push(() => product.remove());
  if (way.ownBroker) {
    mkdirSync(join(product.folder, "user"));
    writeFileSync(join(product.folder, "user", "flows.json"), JSON.stringify(withBroker(hass.broker?.port ?? 0)));
  }
  await product.start();
  await until("the product to open the port", () => cable.received.length > 0);
  for (const node of nodes) await gateway.join(node);
  for (const node of nodes) await gateway.say(gateway.next(node));
  const ids = await Ids.ready(hass, nodes);
  await pause(SETTLE_MS);
  return { gateway, ids };
}

/** `count` updates on one way, and at the same time as many calls of a plain client. */
async function measure(hass: HomeAssistant, watch: Watch, way: Way, count: number): Promise<Measurement[]> {
  const mark = closers.length;
  try {
    const nodes = Array.from({ length: NODES }, (_, at) => way.firstNode + at);
    const { gateway, ids } = await start(hass, way, nodes);
    const [own, plain] = await Promise.all([
      updates({ gateway, watch, ids }, nodes, count),
      peer(hass, watch, count, way.firstNode * 10_000),
    ]);
    const load = round(loadavg()[0] ?? Number.NaN);
    const power = await statistics(`power, ${way.name}`, own.power, { load });
    const energy = await statistics(`energy, ${way.name}`, own.energy, { load, flushS });
    const theirs = await statistics(`plain client, beside ${way.name}`, plain, { load });
    const ratio = { name: `power / plain client, ${way.name}`, value: round(power.value / theirs.value) };
    return [power, energy, theirs, { ...ratio, unit: "ratio" }];
  } finally {
    await closeDownTo(mark);
  }
}

/** A virtual serial cable and a built Home Assistant. Throws when one cannot be had. */
function requireTools(): void {
  if (spawnSync("socat", ["-V"], { stdio: "ignore" }).status !== 0) {
    throw new Error(
      "socat is missing, which is the serial cable of this bench: install it, e.g. apt-get install socat",
    );
  }
  const script = join(root, "scripts", "home-assistant.mjs");
  const install = spawnSync(process.execPath, [script, "install", "--version", version], { stdio: ["ignore", 2, 2] });
  if (install.status !== 0) throw new Error(`Home Assistant ${version} could not be built; see above`);
}

/**
 * From the last byte of a meter's update on the serial port to the changed state in a real Home Assistant, on the ways
 * in that go over MQTT, beside what Home Assistant needs for a plain client's `mqtt.publish`.
 * @returns the measurements; `--quick` takes fewer, for a look
 */
export async function* run(options: { readonly quick?: boolean } = {}): AsyncGenerator<Measurement> {
  requireTools();
  const starting = startHomeAssistant();
  closers.push(() => starting.then((started) => started.remove()).catch(() => undefined));
  const hass = await starting;
  const watch = await Watch.open(hass.url, hass.token);
  closers.push(() => watch.close());
  await addPeer(hass);
  for (const way of WAYS) {
    say(`home-assistant: ${way.name}, Home Assistant ${version}`);
    yield* await measure(hass, watch, way, options.quick === true ? 32 : 160);
  }
}

if (import.meta.main) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => void closeDownTo(0).then(() => process.exit(1)));
  try {
    for await (const measurement of run({ quick: process.argv.includes("--quick") }))
      console.log(JSON.stringify(measurement));
  } catch (error) {
    say(`home-assistant: ${error instanceof Error ? error.message : error}`);
    if (running !== undefined) say(`the product said at last:\n${running.output.slice(-2000)}`);
    process.exitCode = 1;
  } finally {
    await closeDownTo(0);
  }
}
