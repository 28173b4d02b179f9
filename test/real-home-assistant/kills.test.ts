import { afterAll, beforeAll, expect, it } from "vitest";
import { Connection } from "../support/connection.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { moveIn } from "../support/hass/house-flow.ts";
import { mainVersion, version } from "../support/hass/places.ts";
import { Product, pause, until } from "../support/product.ts";

/** What is tried here hangs little on the version: with older ones it is shorter. */
const KILLS = Number(process.env.METERMAN_HA_KILLS || (version === mainVersion ? 50 : 10));
const METERS = 2;

let hass: HomeAssistant;
let product: Product;
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

/** The same numbers at every run: what fails can be run again. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const energies = async () =>
  (await hass.states()).filter(
    ({ attributes, state }) => attributes.device_class === "energy" && Number.isFinite(Number(state)),
  ).length;

async function sensors(when: string): Promise<void> {
  const probe = async () => (await energies()) >= METERS;
  await until(`the sensors ${when}`, probe).catch(async (error: Error) => {
    const found = (await hass.states()).filter(({ attributes }) => attributes.device_class === "energy");
    const { nodes } = await product.get("/health");
    throw new Error(`${error.message}: ${JSON.stringify({ found, nodes })}\n${product.output.slice(-3000)}`);
  });
}

/** Uses everything that a connection offers, at once, until it is over. Nothing may throw or reject. */
async function hammer(connection: Connection, course: { over: boolean; answers: number }): Promise<void> {
  const count = (result: { ok: boolean }) => {
    if (result.ok) course.answers += 1;
  };
  while (!course.over) {
    const { service } = connection;
    const stops = [
      service.subscribe({ type: "subscribe_events", event_type: "state_changed" }, () => undefined),
      service.watch("switch.pool_pump", () => undefined),
    ];
    const calls = [
      service.request({ type: "get_services" }),
      service.rest("GET", "/api/states"),
      service.call("switch", "toggle", {}, "switch.pool_pump"),
      service.call("switch", "no_such_service", {}),
    ];
    await Promise.all([...calls.map(async (call) => count(await call)), pause(20)]);
    for (const stop of stops) stop();
  }
}

beforeAll(async () => {
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  hass = await startHomeAssistant();
  product = await Product.create({ METERMAN_HA_URL: hass.url, METERMAN_HA_TOKEN: hass.token });
  await moveIn(product);
  await product.start();
});
afterAll(async () => {
  await product?.remove();
  await hass?.remove();
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
});

it(`Node-RED lives through ${KILLS} kills of Home Assistant at any moment, and publishes again after them`, async () => {
  await sensors("at first");
  const random = chance(20261123);
  const course = { over: false, answers: 0 };
  const connection = new Connection({ url: hass.url, token: hass.token });
  // Once: Home Assistant puts off what it asks of the broker, its own discovery too, while new requests keep coming.
  connection.service.subscribe({ type: "mqtt/subscribe", topic: "#" }, () => undefined);
  const hammering = hammer(connection, course);
  let startMs = 5000;
  await hass.kill();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const began = performance.now();
    // Every second time as it comes, from the first moment of a start on; else in the middle of everything.
    const anyMoment = kill % 2 === 0;
    const started = hass.start().then(
      () => {
        startMs = performance.now() - began;
      },
      () => undefined,
    );
    if (anyMoment) await pause(random() * startMs);
    else {
      await started;
      await sensors(`after kill ${kill}`);
      await pause(random() * 500);
    }
    await hass.kill();
    // One that was still waiting for its turn to start is up only now.
    await started;
    await hass.kill();
    expect(product.alive, `after kill ${kill}: ${product.output.slice(-2000)}`).toBe(true);
    expect(await product.get("/health")).toMatchObject({ store: { open: true } });
  }
  await hass.start();
  await sensors("at last");
  await connection.ready();
  // Between the kills it may have found Home Assistant up for too short a time.
  await until("answers", () => course.answers > KILLS);
  course.over = true;
  await hammering;
  await connection.close();
  expect(unhandled).toEqual([]);
  expect(connection.logs.filter((line) => /connection loop|listener failed/.test(line))).toEqual([]);
  expect(product.output).not.toMatch(/uncaught|unhandled/i);
}, 1_800_000);
