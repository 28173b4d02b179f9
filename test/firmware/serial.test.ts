import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../cli/support.ts";
import { readFlow } from "../support/examples.ts";
import { Product, until } from "../support/product.ts";
import { Scene } from "./house/scene.ts";

const KEY = "Sixteen letters!";

describe("the radio's key", () => {
  it("is in no byte of either serial line, whatever is asked for", () => {
    const scene = new Scene({ seed: 81, nodes: 1, consoles: [`ekey=${KEY}`, "logl=DEBUG"] });
    const { world, server, gateway, nodes } = scene;
    const [node] = nodes;
    if (node === undefined) throw new Error("no node");
    node.pulses(() => 1);
    world.run(120);
    // What was typed is not echoed as a key either.
    const heard: number[] = [];
    node.uart.onByte = (byte) => heard.push(byte);
    const ask = (line: string) => {
      for (const board of [gateway, node]) board.uart.type(`${line}\r`);
      world.run(2);
    };
    node.press(0.5);
    for (const line of ["ekey", "dump", "dumpg", "dumpn", "help", "rcfg=", "EKEY", "ekey ", `xekey=${KEY}`.slice(1)])
      ask(line);
    gateway.uart.type("S>G:GGWSNAP\r");
    world.run(60);
    const all = server.text + Buffer.from(heard).toString("latin1") + lines(gateway) + lines(node);
    expect(server.text).toContain("****************");
    for (const part of [KEY, KEY.slice(0, 8), KEY.slice(8), "CHANGE_ME"]) expect(all).not.toContain(part);
    // The new key is in use: the two still understand each other.
    expect(server.book(2).totalWh).toBeGreaterThan(0);
  });
});

const lines = (board: { uart: { lines: readonly { line: string }[] } }) =>
  board.uart.lines.map(({ line }) => line).join("\n");

let product: Product | undefined;
afterEach(() => product?.remove());

describe("npm start with METERMAN_FIRMWARE", () => {
  it("reads the real gateway through the real serial node, checked, and carries a command to its confirmed outcome", async () => {
    const running = await Product.create({ METERMAN_FIRMWARE: "1", METERMAN_SERIAL: "" });
    product = running;
    await running.lay(readFlow("flows/flows.json"));
    const flows = join(running.folder, "user", "flows.json");
    const { out } = await run(["token", "make", "--flows", flows, "--name", "test", "--scope", "read,control"]);
    const headers = { authorization: `Bearer ${out.trim()}`, "content-type": "application/json" };
    await running.start(out.trim());
    const ask = async (path: string, body?: object) => {
      const about = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
      const answer = await fetch(`${running.url}/meterman/api/v1${path}`, about);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    const known = async () => (await ask("/meters")).items.map((one: { id: string }) => one.id);
    await until("three meters", async () => (await known()).length >= 3, 60_000);
    expect((await known()).sort()).toEqual(["0.0.1.1.2", "0.0.1.1.3", "0.0.1.1.4"]);
    const gateway = await until("the gateway", async () => {
      const [first] = (await ask("/gateways")).items;
      return first?.granted?.length === 3 ? first : null;
    });
    expect(gateway).toMatchObject({ firmware: "v11", granted: ["checksums", "timed-impulses", "bridge"], rejected: 0 });

    const { id } = await ask("/meters/0.0.1.1.2/commands", { command: "register", registerWh: 12_345_000 });
    await until("the register", async () => (await ask(`/commands/${id}`)).state === "confirmed", 90_000);
    const energy = async () => {
      const { items } = await ask("/meters");
      return items.reduce((sum: number, one: { lifetimeWh: number }) => sum + one.lifetimeWh, 0);
    };
    await until("energy", async () => (await energy()) > 0, 90_000);
    expect(running.output).not.toMatch(/METERMAN_[A-Z]+_|UnhandledPromise|Uncaught|CHANGE_ME/);
    // The house goes with it, and its serial port with the house.
    const port = join(running.folder, "user", "firmware-house", "gateway");
    expect(existsSync(port)).toBe(true);
    await running.kill("SIGTERM");
    await until("the end of the house", () => !existsSync(port), 10_000);
  });
});
