import { afterEach, describe, expect, it } from "vitest";
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
    await running.start();
    const meters = ["0.0.1.1.2", "0.0.1.1.3", "0.0.1.1.4"];
    const known = async () => (await running.get("/meters")).items.map((one: { id: string }) => one.id);
    await until("three meters", async () => (await known()).length >= 3, 60_000);
    expect(await known()).toEqual(expect.arrayContaining(meters));
    const gateway = await until("the gateway", async () => {
      const [first] = (await running.get("/gateways")).items;
      return first?.granted?.length === 3 ? first : null;
    });
    expect(gateway).toMatchObject({ firmware: "v11", granted: ["checksums", "timed-impulses", "bridge"], rejected: 0 });

    const asked = await fetch(`${running.url}/meterman/api/v1/meters/0.0.1.1.2/commands`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ command: "register", registerWh: 12_345_000 }),
    });
    expect(asked.status).toBe(202);
    const { id } = (await asked.json()) as { id: string };
    await until("the register", async () => (await running.get(`/commands/${id}`)).state === "confirmed", 90_000);
    const counted = await until("energy", async () => (await running.get("/meters/0.0.1.1.2")).lifetimeWh, 90_000);
    expect(counted).toBeGreaterThan(0);
    expect(running.output).not.toMatch(/METERMAN_[A-Z]+_|UnhandledPromise|Uncaught|CHANGE_ME/);
  });
});
