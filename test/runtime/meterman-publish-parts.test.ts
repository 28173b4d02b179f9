import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ATTRIBUTION,
  identityOf,
  keysFor,
  METER_LIMIT,
  type Path,
  type Say,
} from "../../nodes/home-assistant/index.ts";
import { epochSeconds, failed, type Json, type MeterId, ok, type Result } from "../../nodes/model/index.ts";
import { carryOut } from "../../nodes/runtime/meterman-publish/carry.ts";
import { publishMemory } from "../../nodes/runtime/meterman-publish/memory.ts";
import { Publisher } from "../../nodes/runtime/meterman-publish/publisher.ts";
import { Registry } from "../../nodes/runtime/meterman-publish/registry.ts";
import { Ways } from "../../nodes/runtime/meterman-publish/ways.ts";
import type { HomeAssistantService, HomeAssistantStatus } from "../../nodes/runtime/services.ts";
import { meter } from "../api/meters.ts";
import { until } from "../support/product.ts";

const HOUSE = meter("0.0.1.1.2");
const ENERGY = "sensor.meterman_0_0_1_1_2_energy";
const NOT_THERE = failed("METERMAN_NOT_FOUND", "not found");
const UNKNOWN = failed("METERMAN_UNSUPPORTED", "Unknown command.");

/** A connection that answers by the type of the command, and remembers what it was asked. */
function connection(answers: Readonly<Record<string, Result<unknown>>>) {
  const asked: string[] = [];
  const service = {
    kind: "home-assistant",
    onStatus: () => () => undefined,
    subscribe: () => () => undefined,
    watch: () => () => undefined,
    async request({ type, entity_id }: { readonly type: string; readonly [key: string]: Json }) {
      asked.push(entity_id === undefined ? type : `${type} ${entity_id}`);
      return answers[`${type} ${entity_id}`] ?? answers[type] ?? UNKNOWN;
    },
    async rest(method: string, path: string) {
      asked.push(`${method} ${path}`);
      return answers[`${method} ${path}`] ?? (method === "GET" ? NOT_THERE : ok(null));
    },
    async call(domain: string, name: string) {
      asked.push(`${domain}.${name}`);
      return ok(undefined);
    },
  } satisfies HomeAssistantService;
  return { service, asked };
}
const withdraw = (path: Path): Say => ({
  ...{ path, kind: "withdraw", keys: keysFor("meter") },
  about: { id: HOUSE, kind: "meter", name: "House" },
});

describe("a withdrawal", () => {
  const entry = { entity_id: ENERGY, platform: "nodered", unique_id: "nodered-meterman-meterman_0_0_1_1_2_energy" };
  const list = ok([{ ...entry, entity_id: "light.lamp", platform: "lamps", unique_id: 5 }, entry]);
  const done = { "config/entity_registry/list": list, "config/entity_registry/remove": ok(null) };

  it("takes our entities out of a registry that also has numbers for unique ids", async () => {
    const { service, asked } = connection({ ...done, "nodered/device/remove": ok(null) });
    expect(await carryOut({ service, broker: undefined }, withdraw("companion"), null)).toEqual(ok(undefined));
    expect(asked.filter((one) => one.includes("/remove"))).toEqual([
      `config/entity_registry/remove ${ENERGY}`,
      "nodered/device/remove",
    ]);
  });

  it("is done where the companion was uninstalled", async () => {
    const { service } = connection(done);
    expect(await carryOut({ service, broker: undefined }, withdraw("companion"), null)).toEqual(ok(undefined));
  });

  it("is not done where Home Assistant refuses", async () => {
    const refusal = failed("METERMAN_HA_CALL", "no");
    const { service } = connection({ ...done, "config/entity_registry/remove": refusal });
    expect(await carryOut({ service, broker: undefined }, withdraw("companion"), null)).toEqual(refusal);
  });

  it("clears states that were written over REST, save those that an integration has made its own", async () => {
    const state = (attributes: object) => ok({ state: "5", attributes });
    const { service, asked } = connection({
      [`GET /api/states/${ENERGY}`]: state({ attribution: ATTRIBUTION }),
      "GET /api/states/sensor.meterman_0_0_1_1_2_power": state({ device_class: "power" }),
      "GET /api/states/sensor.meterman_0_0_1_1_2_signal": state({ attribution: ATTRIBUTION }),
      "DELETE /api/states/sensor.meterman_0_0_1_1_2_signal": NOT_THERE,
    });
    expect(await carryOut({ service, broker: undefined }, withdraw("rest"), null)).toEqual(ok(undefined));
    const cleared = asked.flatMap((one) => /^DELETE .*_1_2_(.*)/.exec(one)?.[1] ?? []);
    expect(cleared).toEqual(["energy", "signal"]);
  });
});

it("the registry is listed once for many sensors that are missing, and again after a change or a failure", async () => {
  let changed: (event: unknown) => void = () => undefined;
  const answers: Record<string, Result<unknown>> = {
    "config/entity_registry/list": failed("METERMAN_HA_CALL", "busy"),
  };
  const { service, asked } = connection(answers);
  const registry = new Registry({
    ...service,
    subscribe(_message, hear) {
      changed = hear;
      return () => undefined;
    },
  });
  const find = (key: "energy" | "power") => registry.find(identityOf("mqtt", HOUSE, key));
  expect(await find("energy")).toMatchObject({ error: { code: "METERMAN_HA_CALL" } });
  answers["config/entity_registry/list"] = ok([]);
  for (const key of ["energy", "power", "energy"] as const) {
    expect(await find(key)).toMatchObject({ error: { code: "METERMAN_HA_ENTITY" } });
  }
  expect(asked.length).toBe(2);
  const entry = { entity_id: "sensor.mine", platform: "mqtt", unique_id: "meterman_0_0_1_1_2_energy" };
  answers["config/entity_registry/list"] = ok([entry]);
  changed({});
  expect(await find("energy")).toEqual(ok("sensor.mine"));
  expect(asked.length).toBe(3);
});

it("a meter that two nodes publish stays available until the last of them stops", async () => {
  const said: string[] = [];
  const config = { version: "2026.11.0", state: "RUNNING", components: ["mqtt"] };
  const service: HomeAssistantService = {
    ...connection({ "config_entries/get": ok([{ domain: "mqtt", state: "loaded" }]) }).service,
    onStatus(listener: (status: HomeAssistantStatus) => void) {
      listener({ kind: "ready", config, admin: true });
      return () => undefined;
    },
    async call(_domain, _name, data) {
      const { topic, payload } = Object(data);
      if (topic.endsWith("availability")) said.push(`${topic.slice("meterman/meterman_0_0_1_1_".length)} ${payload}`);
      return ok(undefined);
    },
  };
  const node = async (...meters: readonly MeterId[]) => {
    const silent = { published() {}, failed() {}, removed() {}, changed() {}, fault() {} };
    const audience = { now: () => epochSeconds(1_783_000_000), ...silent };
    const publisher = new Publisher({ service, broker: undefined }, "mqtt", audience);
    publisher.start();
    for (const device of meters) publisher.give({ kind: "heard", device, values: { energy: 5 }, online: true });
    await until("the announcements", () => publisher.meters().length === meters.length);
    return publisher;
  };
  const first = await node(HOUSE, meter("0.0.1.1.3"));
  const second = await node(HOUSE);
  said.length = 0;
  await first.close();
  expect(said).toEqual(["3/availability offline"]);
  await second.close();
  expect(said).toEqual(["3/availability offline", "2/availability offline"]);
});

it("what is thrown while it publishes is told and does not end Node-RED, and what was to be said is said again", async () => {
  let now = 1_783_000_000;
  const said: string[] = [];
  const told: unknown[] = [];
  const broker = {
    ...{ node: {}, connected: () => true, listen: () => undefined, close: async () => undefined },
    async publish({ topic }: { topic: string }) {
      said.push(topic);
      if (said.length === 1) throw new Error("a bug");
      return ok(undefined);
    },
  };
  const publisher = new Publisher({ service: undefined, broker }, "broker", {
    ...{ now: () => epochSeconds(now), removed: () => undefined, changed: () => undefined },
    published() {
      if (told.length === 1) throw new Error("another");
    },
    failed: (_say, { code, message }) => void told.push(`${code} ${message}`),
    fault: (thrown) => void told.push(String(thrown)),
  });
  publisher.start();
  const hear = (energy: number) => publisher.give({ kind: "heard", device: HOUSE, values: { energy }, online: true });
  hear(5);
  await until("the failure", () => told.length === 1);
  now += 60;
  hear(6);
  await until("the fault", () => told.length === 2);
  expect(told).toEqual(["METERMAN_INTERNAL Error: a bug", "Error: another"]);
  expect(said).toEqual(Array(2).fill("homeassistant/device/meterman_0_0_1_1_2/config"));
  await publisher.close();
});

it("a choice that comes after the end chooses nothing, and leaves no subscription", async () => {
  const open = new Set<string>();
  const asked: ((answer: Result<unknown>) => void)[] = [];
  const config = { version: "2026.11.0", state: "RUNNING", components: ["mqtt"] };
  const service: HomeAssistantService = {
    ...connection({}).service,
    onStatus(listener: (status: HomeAssistantStatus) => void) {
      listener({ kind: "ready", config, admin: true });
      return () => undefined;
    },
    request: () => new Promise((resolve) => asked.push(resolve)),
    subscribe({ type }) {
      open.add(type);
      return () => open.delete(type);
    },
  };
  const chosen: (Path | null | undefined)[] = [];
  const ways = new Ways({ service, broker: undefined }, "auto", {
    chosen: (choice) => void chosen.push(choice?.path),
    born: () => undefined,
  });
  ways.start();
  ways.stop();
  expect(asked.length).toBe(3);
  for (const answer of asked.splice(0)) answer(UNKNOWN);
  ways.look();
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([]);
  expect(chosen).toEqual([undefined]);
  expect([...open]).toEqual([]);
});

describe("the memory of a publish node", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "meterman-memory-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = () => join(folder, "meterman-publish-a1.json");
  const none = { removed: new Set<MeterId>(), path: null };

  it("has what the last run kept, and goes with the node", () => {
    publishMemory(folder, "a1").save({ removed: new Set([HOUSE]), path: "companion" });
    const memory = publishMemory(folder, "a1");
    expect(memory.load()).toEqual({ removed: new Set([HOUSE]), path: "companion" });
    memory.save({ ...none, path: "mqtt" });
    expect(publishMemory(folder, "a1").load()).toEqual(none);
    memory.forget();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("writes nothing where there is nothing to keep", () => {
    const memory = publishMemory(folder, "a1");
    memory.load();
    memory.save({ ...none, path: "broker" });
    publishMemory(folder, "../a1").save({ removed: new Set([HOUSE]), path: "rest" });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("reads what older releases wrote, and begins anew where that cannot be read", () => {
    writeFileSync(file(), JSON.stringify({ format: 1, removed: [HOUSE] }));
    expect(publishMemory(folder, "a1").load()).toEqual({ removed: new Set([HOUSE]), path: null });
    const many = Array.from({ length: METER_LIMIT + 1 }, (_, n) => `m${n}`);
    const bad = ["{", "null", JSON.stringify({ format: 1, removed: many }), JSON.stringify({ format: 2, removed: [] })];
    for (const text of bad) {
      writeFileSync(file(), text);
      expect(publishMemory(folder, "a1").load()).toEqual(none);
      expect(readFileSync(file(), "utf8")).toBe(text);
    }
  });

  it("complains once of a folder that cannot be written to", () => {
    writeFileSync(join(folder, "occupied"), "");
    const memory = publishMemory(join(folder, "occupied"), "a1");
    memory.load();
    const save = (path: Path) => memory.save({ ...none, path });
    expect(() => save("rest")).toThrow("EEXIST");
    expect(() => save("rest")).not.toThrow();
    expect(() => save("companion")).toThrow("EEXIST");
  });
});
