import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { run, start } from "../cli/support.ts";
import { Product, until } from "../support/product.ts";

/**
 * The move to another machine as docs/operations.md tells it, with a gateway on a serial cable that goes on meanwhile:
 * `meterman simulate` at one end, Node-RED at the other.
 */
const products: Product[] = [];
let cable: ChildProcess | undefined;
let place = "";
afterEach(async () => {
  for (const product of products.splice(0)) await product.remove();
  cable?.kill("SIGKILL");
  await rm(place, { recursive: true, force: true });
});

interface Row {
  start: number;
  end: number;
  wh: number;
  registerWh: number;
}

const METER = "0.0.1.1.2";

it("a store that is copied while in use goes on at another machine, and nothing is lost on the way", async () => {
  place = await mkdtemp(join(tmpdir(), "meterman-move-"));
  const [gateway, serial] = [join(place, "gateway"), join(place, "serial")];
  cable = spawn("socat", [`pty,raw,echo=0,link=${gateway}`, `pty,raw,echo=0,link=${serial}`], { stdio: "ignore" });
  await until("socat (is it installed?)", () => existsSync(gateway) && existsSync(serial), 10_000);
  const began = Math.floor(Date.now() / 1000) - 86_400;
  start([
    "simulate",
    "--port",
    gateway,
    "--profile",
    "flat",
    "--watts",
    "3000",
    "--start",
    String(began),
    "--speed",
    "300",
  ]);

  const old = await Product.create({ METERMAN_SERIAL: serial });
  products.push(old);
  await old.start();
  const [data, copy] = [join(old.folder, "data"), join(place, "copy")];
  const lifetime = async (product: Product, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${product.url}/meterman/api/v1/meters`, { headers });
    const { items } = (await answer.json()) as { items: { id: string; lifetimeWh: number }[] };
    return items.find(({ id }) => id === METER)?.lifetimeWh ?? 0;
  };
  await until("energy", async () => (await lifetime(old)) > 3000);

  // On the old machine: the copy, while Node-RED runs; then it stops.
  expect(await run(["backup", copy, "--store", data])).toMatchObject({ code: 0 });
  const known = await lifetime(old);
  await until("more energy behind the copy", async () => (await lifetime(old)) > known + 500);
  const last = await lifetime(old);
  await old.kill("SIGTERM");

  // On the new machine: the flow, a token for it, the store in its place, looked at before it is used.
  const fresh = await Product.create({ METERMAN_SERIAL: serial });
  products.push(fresh);
  await mkdir(join(fresh.folder, "user"), { recursive: true });
  const flows = join(fresh.folder, "user", "flows.json");
  await copyFile(join(old.folder, "user", "flows.json"), flows);
  const made = await run(["token", "make", "--flows", flows, "--name", "phone", "--scope", "read"]);
  expect(made.code).toBe(0);
  expect(await run(["verify", "--store", copy])).toMatchObject({ code: 0 });
  expect(await run(["backup", join(fresh.folder, "data"), "--store", copy])).toMatchObject({ code: 0 });
  const token = made.out.trim();
  await fresh.start(token);
  expect((await fetch(`${fresh.url}/meterman/api/v1/meters`)).status).toBe(401);
  await until("the energy of the time between", async () => (await lifetime(fresh, token)) > last + 500);

  const answer = await fetch(`${fresh.url}/meterman/api/v1/meters/${METER}/readings?from=${began}&limit=10000`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await answer.json()) as { items: Row[] };
  const [first, final] = [items[0], items.at(-1)];
  if (first === undefined || final === undefined) throw new Error("no readings");
  // Each reading once, no hole, and together what the register rose by: nothing counted twice, nothing lost.
  expect(items.slice(1).every((row, i) => row.start === items[i]?.end)).toBe(true);
  const total = items.reduce((sum, row) => sum + row.wh, 0);
  expect(total).toBe(final.registerWh - (first.registerWh - first.wh));
  // The total is told once it is on disk, up to a minute later.
  await until("the total on disk", async () => (await lifetime(fresh, token)) >= total, 90_000);
}, 180_000);
