/**
 * A house with the devices' real firmware, in step with the clock: `main.ts <port> [--keep=<folder>] [--speed=<n>] [--seed=<n>]`.
 * <port> becomes the gateway's serial port. Says `ready` when it can be opened, and ends when its standard input does.
 */
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { FirmwareHouse } from "./house.ts";
import { SerialPort } from "./serial-port.ts";

const STEP_MS = 20;
const KEEP_EVERY_S = 60;
/** What a busy machine may lag behind, s, before the rest is given up. */
const LAG_S = 1;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    keep: { type: "string" },
    speed: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
  },
});
const [path] = positionals;
const speed = Number(values.speed);
const seed = Number(values.seed);
if (path === undefined || !(speed > 0) || !Number.isInteger(seed)) {
  fail("usage: main.ts <port> [--keep=<folder>] [--speed=<n>] [--seed=<n>]");
}

function fail(text: string): never {
  process.stderr.write(`meterman: ${text}\n`);
  process.exit(1);
}

async function begin(at: string): Promise<{ house: FirmwareHouse; port: SerialPort }> {
  if (values.keep !== undefined) mkdirSync(values.keep, { recursive: true });
  const epochS = Math.floor(Date.now() / 1000);
  const house = new FirmwareHouse({ epochS, seed, folder: values.keep ?? null });
  return { house, port: await SerialPort.open(at) };
}

const { house, port } = await begin(path).catch((reason: Error) => fail(reason.message));
house.gateway.uart.onByte = (byte) => port.write(byte);
port.onBytes = (bytes) => house.gateway.uart.type(bytes.toString("latin1"));
house.setUp();
process.stdout.write("ready\n");

let started = performance.now();
let done = 0;
let kept = 0;
const clock = setInterval(() => {
  const due = ((performance.now() - started) / 1000) * speed;
  const step = Math.min(due - done, LAG_S * speed);
  if (due - done > step) started += ((due - done - step) / speed) * 1000;
  done += step;
  house.world.run(step);
  house.look();
  if (done - kept < KEEP_EVERY_S * speed) return;
  kept = done;
  house.keep();
}, STEP_MS);

function stop(): void {
  clearInterval(clock);
  house.keep();
  port.close();
  process.exit(0);
}
process.on("SIGTERM", stop);
// Those of a terminal are for Node-RED, too, which still needs the port while it ends.
for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => undefined);
process.stdin.on("end", stop).on("error", stop).resume();
