import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { withChecksum } from "../../nodes/gateway/checksum.ts";
import { Examples, readFlow, root, withoutSimulator } from "../support/examples.ts";
import type { FlowNode } from "../support/node-red.ts";

/** Every shipped flow runs in the real Node-RED and does what its comment promises; those of rules: rules.test.ts. */
const capture = readFileSync(join(root, "test/data/bench-run-1.uart.bin"));
const captured = [
  ["0.0.1.1.2", 295],
  ["0.0.1.1.3", 2870],
] as const;

let examples: Examples;
beforeAll(async () => {
  examples = await Examples.start();
});
afterEach(() => examples.clear());
afterAll(() => examples.stop());

interface Setting {
  validate?(this: FlowNode, value: unknown): boolean;
}
/** The settings as the editor registers them. */
function defaultsOf(type: string): Record<string, Setting> {
  const page = readFileSync(join(root, "dist", type, `${type}.html`), "utf8");
  let defaults: Record<string, Setting> = {};
  const registerType = (_type: string, definition: { defaults: typeof defaults }) => {
    defaults = definition.defaults;
  };
  runInNewContext(/<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "", {
    RED: { nodes: { registerType } },
  });
  return defaults;
}

describe("the examples", () => {
  it("are complete: each one is tried here", () => {
    const tried = /deploy\("([a-z-]+\.json)"/g;
    const rules = readdirSync(import.meta.dirname).filter((file) => /^(examples|rules)\b.*\.test\.ts$/.test(file));
    const tests = [...rules, "../system/dashboard.test.ts"].map((file) => join(import.meta.dirname, file));
    const names = tests.flatMap((file) => [...readFileSync(file, "utf8").matchAll(tried)].map((match) => match[1]));
    expect([...new Set(names)].sort()).toEqual(readdirSync(join(root, "examples")).sort());
  });

  it.each(["flows/flows.json", ...readdirSync(join(root, "examples")).map((file) => `examples/${file}`)])(
    "have every setting of their nodes, valid, and no other: %s",
    (file) => {
      const known = ["id", "type", "z", "g", "x", "y", "wires"];
      for (const node of readFlow(file).filter((one) => one.type.startsWith("meterman-"))) {
        const defaults = defaultsOf(node.type);
        const settings = Object.keys(node).filter((key) => !known.includes(key));
        expect(settings.sort(), `${node.type} ${node.id}`).toEqual(Object.keys(defaults).sort());
        for (const [key, { validate }] of Object.entries(defaults)) {
          expect(validate?.call(node, node[key]) ?? true, `${node.id}.${key}`).toBe(true);
        }
      }
    },
  );

  it("bring a house of their own: none writes where another flow does, and no two that shed are the same house", () => {
    const flows = readdirSync(join(root, "examples")).map((file) => readFlow(`examples/${file}`));
    const of = (type: string) => flows.flatMap((flow) => flow.filter((node) => node.type === type));
    const folders = of("meterman-store").map(({ folder }) => folder);
    expect(folders).not.toContain("");
    expect(new Set(folders).size).toBe(folders.length);
    const houses = flows.flatMap((flow) =>
      flow.some(({ type }) => type === "meterman-shed")
        ? flow.filter(({ type }) => type === "meterman-gateway").map(({ network }) => network)
        : [],
    );
    expect(houses).not.toContain("0.0.1.1");
    expect(new Set(houses).size).toBe(houses.length);
  });

  it("gateway.json decodes what comes from the port and sends what is pressed", async () => {
    await examples.deploy("gateway.json");
    examples.red.inject("gateway", { payload: capture });
    const update = await examples.red.until("an update", () =>
      examples.payloads("gateway").find((fact) => fact.kind === "update"),
    );
    expect(update).toMatchObject({ meter: "0.0.1.1.2", baseTime: 1783000004, baseRegister: 0 });
    examples.press("faster");
    await examples.red.until("the command on the wire", () =>
      examples.payloads("gateway", 1).some((bytes) => String(bytes) === "S>G:SGITR;2,30,600\r"),
    );
  });

  it("radio-bridge.json hears another device and sends it what is pressed", async () => {
    await examples.deploy("radio-bridge.json");
    const hear = (...lines: string[]) => {
      examples.red.inject("gateway", { payload: lines.map((line) => `${withChecksum(line)}\r\n`).join("") });
    };
    await examples.red.until("the first CR", () => examples.payloads("gateway", 1).length > 0);
    hear("G>S:SCAP_ACK;11,7", "G>S:RADIO;40,1,7,0,-71,3408", "G>S:RADIO;41,1,7,0,-71,FFFF");
    const heard = await examples.red.until("the temperature", () => examples.messages("celsius")[0]);
    expect(heard).toMatchObject({ topic: "temperature", payload: 21 });
    expect(examples.payloads("gateway", 2)[0].data).toEqual(Buffer.from([0x34, 0x08]));
    examples.press("every");
    const command = `${withChecksum("S>G:SRAD;40,1,013C")}\r`;
    await examples.red.until("the frame on the wire", () => {
      // What the gateway is asked by itself goes before it.
      hear("G>S:STIME_ACK", `G>S:GWSNAP;1,1783000000,398,1783000019,INFO,${"*".repeat(16)},0.0.1.1,19`, "G>S:NOSNAP");
      return examples.payloads("gateway", 1).some((bytes) => String(bytes) === command);
    });
    hear("G>S:SRAD_ACK;40");
    await examples.red.until("the end", () =>
      examples.payloads("what", 1).some(({ state, to }) => state === "confirmed" && to === 40),
    );
    expect(examples.messages("celsius")).toHaveLength(1);
  });

  it("simulator.json counts a simulated house, shows a fault and switches a load", async () => {
    await examples.deploy("simulator.json");
    await examples.red.until("energy over REST", async () => (await examples.get("meters")).items?.[0]?.lifetimeWh > 0);
    examples.press("reboot");
    await examples.red.until("the reboot among the events", () =>
      examples.payloads("meter", 2).some((event) => ["boot", "rebase"].includes(event.kind)),
    );
    examples.press("off");
    await examples.red.until("the boiler off", () =>
      examples.payloads("sim", 1).some(({ load, on }) => load === "boiler" && !on),
    );
  });

  it("meter-pulses.json keeps fractions of a watt-hour", async () => {
    await examples.deploy("meter-pulses.json");
    for (let i = 0; i < 4; i += 1) examples.press("pulses");
    examples.press("register");
    examples.press("register2");
    const of = (meter: string) => examples.payloads("meter").filter((reading) => reading.meter === meter);
    // 52 pulses of 1.25 Wh, and 812 400.5 → 812 650.25 Wh.
    await examples.red.until("65 Wh of pulses", () => of("heat-pump").reduce((sum, one) => sum + one.wh, 0) === 65);
    await examples.red.until("250 Wh of the register", () => of("solar").reduce((sum, one) => sum + one.wh, 0) === 250);
  });

  /** What is played as the past comes in order: a reading of now says that all before it are there. */
  const isStored = async (from: number) => {
    const before = examples.payloads("history").length;
    examples.red.inject("history", { payload: { query: "readings", resolution: "raw", from: Math.floor(from) } });
    const readings = await examples.red.until("the readings of now", () => examples.payloads("history")[before]);
    return readings.length > 0;
  };

  it("history.json answers each of its questions", async () => {
    await examples.deploy("history.json");
    const recent = Date.now() / 1000 - 300;
    await examples.red.until("the present in the store", () => isStored(recent));
    const asked = examples.payloads("history").length;
    examples.press("q1");
    examples.press("q2");
    examples.press("q3");
    const [hours, consumption, meters] = await examples.red.until("three answers", () => {
      const answers = examples.payloads("history").slice(asked);
      return answers.length >= 3 ? answers : undefined;
    });
    const sum = hours.reduce((total: number, hour: { wh: number }) => total + hour.wh, 0);
    expect(sum).toBeGreaterThan(0);
    expect(consumption.wh).toBeGreaterThanOrEqual(sum);
    expect(meters.map((meter: { name: string }) => meter.name)).toContain("House");
  });

  it("correction.json tries, makes, lists and undoes a correction", async () => {
    await examples.deploy("correction.json");
    const recent = Date.now() / 1000 - 300;
    await examples.red.until("the present in the store", () => isStored(recent));
    const press = async (id: string, topic: string) => {
      const before = examples.messages("history").length;
      examples.press(id);
      const answer = await examples.red.until(`the answer to ${id}`, () => examples.messages("history")[before]);
      expect(answer.topic).toBe(topic);
      return answer.payload;
    };
    const look = () => press("look", "readings");
    const counted = await look();
    const tried = await press("try", "adjusted");
    expect(tried).toMatchObject({ adjustment: null, preview: { afterWh: 12_000 } });
    const { adjustment } = await press("correct", "adjusted");
    expect(adjustment).toMatchObject({ n: 1, who: "Corrections" });
    const sum = (hours: { start: number; end: number; wh: number }[]) =>
      hours
        .filter(({ start, end }) => start >= adjustment.from && end <= adjustment.to)
        .reduce((all, { wh }) => all + wh, 0);
    expect(sum(await look())).toBe(12_000);
    expect(await press("trail", "adjustments")).toMatchObject([{ n: 1, undone: null }]);
    expect(await press("undo", "undone")).toMatchObject({ n: 1 });
    expect(sum(await look())).toBe(sum(counted));
    expect(sum(counted)).not.toBe(12_000);
    expect(examples.messages("wrong")).toEqual([]);
  });

  it("api.json serves the meters of a recorded gateway exactly", async () => {
    await examples.deploy("api.json", 0, withoutSimulator);
    examples.red.inject("gateway", { payload: capture });
    for (const [meter, wh] of captured) {
      await examples.red.until(`${wh} Wh of ${meter}`, async () => {
        const answer = await examples.get(`meters/${meter}/consumption?from=1577836800&to=1900000000`);
        return answer.wh === wh;
      });
    }
  });

  it("publish.json waits calmly while no Home Assistant is set", async () => {
    await examples.deploy("publish.json", 0);
    await examples.red.until("a status", () => examples.red.status("publish")?.text !== undefined);
    expect(examples.red.status("publish")?.text).toMatch(/not configured/i);
    expect(examples.red.status("publish")?.fill).not.toBe("red");
  });

  it("demand.json tells the open window and the closed ones", async () => {
    // A past that is in the store before the node has looked there closes its windows in silence.
    const paced = (node: FlowNode) => (node.type === "meterman-simulator" ? { ...node, speed: 2400 } : node);
    await examples.deploy("demand.json", 7200, (flow) => flow.map(paced));
    const closed = await examples.red.until("a closed window", () =>
      // The past may begin some seconds before the end of the first one.
      examples.messages("demand", 1).find((msg) => msg.topic === "window" && msg.payload.wh > 0),
    );
    expect(closed.payload.end - closed.payload.start).toBe(900);
    const state = await examples.red.until("the open window", () => examples.messages("demand", 0)[0]);
    expect(state).toMatchObject({ topic: "demand", payload: { limitWatts: 2500 } });
  });
});
