import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { expectedEnergy } from "../support/capture.ts";
import { Product, pause, until } from "../support/product.ts";
import { Pty } from "../support/pty.ts";

const capture = readFileSync(join(import.meta.dirname, "..", "data", "bench-run-1.uart.bin"));
const expected = expectedEnergy(capture);
const span = "from=1577836800&to=1900000000";

let product: Product | undefined;
let pty: Pty | undefined;
afterEach(async () => {
  await product?.remove();
  await pty?.close();
});

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const listening = (cable: Pty) => until("the CR that opens the session", () => cable.received.length > 0, 60_000);

const energy = async (running: Product, node: number) =>
  (await running.get(`/meters/0.0.1.1.${node}/consumption?${span}`)).wh as number;

async function expectTotals(running: Product): Promise<void> {
  for (const [node, { wh }] of expected) {
    await until(
      `${wh} Wh on node ${node}`,
      async () => {
        const known = (await running.get("/meters")).items.some((one: { id: string }) => one.id === `0.0.1.1.${node}`);
        return known && (await energy(running, node)) === wh;
      },
      15_000,
    ).catch(async (reason: Error) => {
      throw new Error(`${reason.message}; it is ${await energy(running, node)}`);
    });
    const readings = await running.get(`/meters/0.0.1.1.${node}/readings?${span}&resolution=raw&limit=10000`);
    const sum = readings.items.reduce((total: number, one: { wh: number }) => total + one.wh, 0);
    expect(sum).toBe(wh);
  }
}

it("counts a recorded gateway to the Wh over REST, and nothing when it is fed again", async () => {
  pty = await Pty.open();
  product = await Product.create({ METERMAN_SERIAL: pty.path });
  await product.start();
  await listening(pty);
  await pty.feed(capture);
  await expectTotals(product);
  const before = (await product.get("/meters")).items.length;
  await pty.feed(capture);
  await pause(2000);
  await expectTotals(product);
  expect((await product.get("/meters")).items).toHaveLength(before);
  const health = await product.get("/health");
  expect(JSON.stringify(health)).not.toContain("CHANGE_ME_PLEASE");
  expect(product.output).not.toContain("CHANGE_ME_PLEASE");
});

const bothOnDisk = (meters: { items: { lifetimeWh: number }[] }) =>
  meters.items.length === 2 && meters.items.every((meter) => meter.lifetimeWh > 0);

it("keeps every acknowledged reading through kills at random moments", async () => {
  const kills = Number(process.env.METERMAN_KILLS ?? 50);
  const seed = Number(process.env.METERMAN_SEED ?? 7);
  const next = random(seed);
  pty = await Pty.open();
  const running = await Product.create({ METERMAN_SERIAL: pty.path });
  product = running;
  const cuts = Array.from({ length: kills }, () => Math.floor((0.1 + 0.9 * next()) * capture.length)).sort(
    (a, b) => a - b,
  );
  const durable = new Map<string, number>();
  let at = 0;
  for (const [index, cut] of [...cuts, capture.length].entries()) {
    pty.received = Buffer.alloc(0);
    await product.start();
    for (const meter of (await product.get("/meters")).items as { id: string; lifetimeWh: number }[]) {
      const was = durable.get(meter.id) ?? 0;
      if (meter.lifetimeWh < was)
        throw new Error(`seed ${seed}, kill ${index}: ${meter.id} fell from ${was} to ${meter.lifetimeWh}`);
    }
    await listening(pty);
    // The gateway's nodes repeat what was not acknowledged on the air; here some lines before the cut come again.
    const back = at === 0 ? 0 : capture.lastIndexOf("\r\n", Math.max(0, at - 400)) + 2;
    await pty.feed(capture.subarray(back, cut));
    if (index === kills) break;
    // The first piece reaches the disk: an account that was never opened cannot be gone on with.
    if (index === 0) await until("both meters on disk", async () => bothOnDisk(await running.get("/meters")), 90_000);
    await pause(next() * 300);
    // What was only in memory at a kill is energy of a hole afterwards: the register brings it back.
    for (const meter of (await product.get("/meters")).items as { id: string; lifetimeWh: number }[]) {
      durable.set(meter.id, meter.lifetimeWh);
    }
    await product.kill("SIGKILL");
    at = cut;
    if (index % 10 === 9) console.log(`${index + 1} of ${kills} kills`);
  }
  await expectTotals(product);
});
