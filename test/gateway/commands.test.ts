import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Command, type CommandTopic, encodeCommand, parseRequest } from "../../nodes/gateway/index.ts";
import { DEFAULT_NETWORK } from "../../nodes/model/index.ts";
import { NOW } from "./support.ts";

const ask = (topic: CommandTopic, payload: unknown) => parseRequest(topic, payload, DEFAULT_NETWORK);

function wire(topic: CommandTopic, payload: unknown): string {
  const request = ask(topic, payload);
  if (!request.ok) throw new Error(request.error.message);
  return encodeCommand(request.value.command, NOW);
}

describe("commands", () => {
  const meter = "0.0.1.1.2";

  it("are written as the deployed gateways read them", () => {
    expect(wire("set-time", {})).toBe("S>G:STIME;1783000100");
    expect(wire("snapshot", {})).toBe("S>G:GNOSNAP;254");
    expect(wire("snapshot", { meter })).toBe("S>G:GNOSNAP;2");
    expect(wire("set-register", { meter, registerWh: 18829393 })).toBe("S>G:SMVAL;2,18829393");
    expect(wire("set-led", { meter, rate: 1, ms: 100 })).toBe("S>G:SPLED;2,1,100");
    expect(wire("poll-faster", { meter, pollS: 10, forS: 60 })).toBe("S>G:SGITR;2,10,60");
    expect(encodeCommand({ kind: "gateway-snapshot" }, NOW)).toBe("S>G:GGWSNAP");
  });

  it("set the interval with a space, because with a comma v10 gateways set 0", () => {
    expect(wire("set-interval", { meter, intervalS: 30 })).toBe("S>G:SMINT;2 30");
  });

  it("carry a frame for another device as hexadecimal digits, from a buffer, a text or a list", () => {
    for (const data of [Uint8Array.of(0, 255), Buffer.from([0, 255]), "00fF", [0, 255]]) {
      expect(wire("radio", { to: 9, data })).toBe("S>G:SRAD;9,0,00FF");
    }
    expect(wire("radio", { to: 253, data: [], ack: true })).toBe("S>G:SRAD;253,1,");
    expect(wire("radio", { to: 255, data: new Uint8Array(60) })).toBe(`S>G:SRAD;255,0,${"00".repeat(60)}`);
  });

  it.each<[CommandTopic, object, string]>([
    ["radio", { to: 1, data: "" }, "to"],
    ["radio", { to: 254, data: "" }, "to"],
    ["radio", { to: 256, data: "" }, "to"],
    ["radio", { to: "9", data: "" }, "to"],
    ["radio", { to: 255, data: "", ack: true }, "ack"],
    ["radio", { to: 9, data: "", ack: 1 }, "ack"],
    ["radio", { to: 9 }, "data"],
    ["radio", { to: 9, data: "0" }, "data"],
    ["radio", { to: 9, data: "0x" }, "data"],
    ["radio", { to: 9, data: [256] }, "data"],
    ["radio", { to: 9, data: [1.5] }, "data"],
    ["radio", { to: 9, data: new Uint8Array(61) }, "data"],
    ["radio", { to: 9, data: "00".repeat(61) }, "data"],
    ["radio", { to: 9, data: new Array(61).fill(0) }, "data"],
    ["set-led", { meter, rate: 255, ms: 100 }, "rate"],
    ["set-led", { meter, rate: 1, ms: 3001 }, "ms"],
    ["set-interval", { meter, intervalS: 0 }, "intervalS"],
    ["set-interval", { meter, intervalS: 255 }, "intervalS"],
    ["set-register", { meter, registerWh: 3_000_000_000 }, "registerWh"],
    ["set-register", { meter, registerWh: -1 }, "registerWh"],
    ["set-register", { meter, registerWh: 1.5 }, "registerWh"],
    ["set-register", { meter, registerWh: "77" }, "registerWh"],
    ["set-register", { meter }, "registerWh"],
    ["poll-faster", { meter, pollS: 9, forS: 60 }, "pollS"],
    ["poll-faster", { meter, pollS: 10, forS: 3001 }, "forS"],
    ["set-register", { meter: "0.0.1.2.2", registerWh: 1 }, "meter"],
    ["set-register", { meter: "0.0.1.1.254", registerWh: 1 }, "meter"],
    ["set-register", { meter: "0.0.1.1.1", registerWh: 1 }, "meter"],
    ["set-register", { registerWh: 1 }, "meter"],
    ["snapshot", { meter: 2 }, "meter"],
    ["set-time", { id: "" }, "id"],
    ["set-time", { soon: "yes" }, "soon"],
  ])("refuse %s %j, naming the field", (topic, payload, field) => {
    const request = ask(topic, payload);
    expect(request).toMatchObject({ ok: false, error: { code: "METERMAN_COMMAND_INVALID", field } });
  });

  it("ignore a payload that is no object where none is needed", () => {
    expect(ask("set-time", "now")).toMatchObject({ ok: true, value: { command: { kind: "set-time" } } });
  });

  it("fit v10's 39 characters and have no leading zero, whatever is asked", () => {
    const node = fc.integer({ min: 2, max: 253 });
    const command = fc.oneof(
      fc.record({ kind: fc.constant("set-register"), node, registerWh: fc.nat({ max: 2_999_999_999 }) }),
      fc.record({ kind: fc.constant("set-interval"), node, intervalS: fc.integer({ min: 1, max: 254 }) }),
      fc.record({ kind: fc.constant("set-led"), node, rate: fc.nat({ max: 254 }), ms: fc.nat({ max: 3000 }) }),
      fc.record({ kind: fc.constant("poll-faster"), node, pollS: fc.constant(600), forS: fc.constant(3000) }),
    ) as fc.Arbitrary<Command>;
    fc.assert(
      fc.property(command, (asked) => {
        const line = encodeCommand(asked, NOW);
        expect(line.length).toBeLessThanOrEqual(39);
        expect(line).toMatch(/^S>G:[A-Z]{5};(?:0|[1-9]\d*)(?:[ ,](?:0|[1-9]\d*))+$/);
      }),
    );
  });
});
