/**
 * What the devices' firmware needs and keeps, measured on the images of firmware/dist in simulation; `v10` is what the
 * firmware of 2018 needs for the same. Charge is above the floor, at 3.3 V, 16 MHz and 13 dBm unless it is said.
 * `--short` measures hours where the full bench measures days.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { imageOf } from "../test/firmware/house/images.ts";
import { Scene } from "../test/firmware/house/scene.ts";
import { loadImage } from "../test/firmware/simulator/chip/hex.ts";
import { costs, day } from "./firmware-charge.ts";
import { after, afterV10, atRate, type Counted } from "./firmware-counts.ts";
import { batteryMonths, ORIGINAL_BOARD_UA, sumUa, USABLE_MAH } from "./firmware-power.ts";
import { round, say } from "./store-common.ts";

const isShort = process.argv.includes("--short");
const root = join(import.meta.dirname, "..");

function tell(name: string, value: number, unit: string, v10: number | null, more: object = {}): void {
  process.stdout.write(`${JSON.stringify({ name, value: round(value, 3), unit, v10, ...more })}\n`);
}

/** Static RAM of an image, bytes; null without the compiler's tools. */
function staticRam(device: string): number | null {
  // It fails over budget, but has printed by then.
  const { stdout } = spawnSync(
    "make",
    ["-s", "-C", join(root, "firmware"), "sizes", "CLOCKS=16", "BOARDS=", "BANDS=915"],
    {
      encoding: "utf8",
    },
  );
  const found = new RegExp(`^${device}-16mhz-915.*static RAM +(\\d+)`, "m").exec(stdout ?? "");
  return found === null ? null : Number(found[1]);
}

function memory(): void {
  // All that a gateway has to remember at once: sixteen nodes, commands for them, frames of others, a console.
  const scene = new Scene({ seed: 95, nodes: 16, intervalS: 20 });
  scene.world.ether.loss = 0.2;
  for (const node of scene.nodes) {
    node.pulses(() => 0.5);
    node.ct(5);
  }
  scene.nodes[0]?.uart.type("ctcl=1\r");
  for (let node = 2; node < 18; node += 1) {
    scene.server.ask("set-led", { meter: `0.0.1.1.${node}`, rate: 1, ms: 50, id: `led-${node}` });
  }
  for (let minute = 0; minute < 20; minute += 1) {
    scene.world.run(60);
    for (const board of [scene.gateway, ...scene.nodes]) board.uart.type("dump\rdumpg\rdumpn\rhelp\r");
  }
  const v10Flash = { meternode: 28_300, gateway: 31_500 };
  for (const device of ["meternode", "gateway"] as const) {
    const path = imageOf(device, 16);
    tell(`${device}: flash`, usedFlash(path), "bytes", v10Flash[device], { budget: 24_576 });
    const ram = staticRam(device);
    if (ram === null) {
      say("the source could not be built (is avr-gcc there?): figures of RAM are left out");
      continue;
    }
    tell(`${device}: static RAM`, ram, "bytes", null, { budget: 1331 });
    const boards = device === "gateway" ? [scene.gateway] : scene.nodes;
    tell(
      `${device}: RAM never used, deepest stack`,
      Math.min(...boards.map((board) => board.freeBytes(0x100 + ram))),
      "bytes",
      null,
      { atLeast: 500 },
    );
  }
}

const usedFlash = (path: string) => {
  const flash = loadImage(path);
  return flash.findLastIndex((byte) => byte !== 0xff) + 1;
};

function charge(): void {
  const { kinds, floorUa } = costs();
  tell("node: floor", floorUa, "µA", 80, { ofWhichBoard: sumUa(ORIGINAL_BOARD_UA) });
  // v10's charge from its times: 7 mA awake, 45 mA sending, 16 mA listening.
  const v10 = {
    impulse: [5, 35],
    update: [181, 7644],
    status: [null, null],
    clock: [null, null],
    beat: [null, null],
  } as const;
  for (const kind of ["impulse", "beat", "update", "status", "clock"] as const) {
    const cost = kinds.get(kind);
    if (cost === undefined) throw new Error(`no ${kind} by itself in two hours`);
    const { times, txMs, rxMs } = cost;
    const radio = txMs > 0 ? { txMs: round(txMs), rxMs: round(rxMs) } : {};
    tell(`node: awake per ${kind}`, cost.awakeMs, "ms", v10[kind][0], { times, ...radio });
    tell(`node: charge per ${kind}`, cost.uas, "µA·s", v10[kind][1], { times });
  }
  const hours = isShort ? 2 : 24;
  const days = [
    ["600 W, 13 dBm", 159, {}],
    ["600 W, 0 dBm", 135, { consoles: ["trss=0", "txpw=0"] }],
    ["600 W, no gateway", 790, { gateway: false }],
    ["600 W, 13 dBm, board A", null, { boardA: true }],
    ["600 W, 0 dBm, board A", null, { boardA: true, consoles: ["trss=0", "txpw=0"] }],
    ["600 W, no gateway, board A", null, { boardA: true, gateway: false }],
  ] as const;
  for (const [name, v10Ua, options] of days) {
    const { ua, parts, awakeSPerDay } = day(600, { ...options, hours });
    tell(`node: awake per day, ${name}`, awakeSPerDay, "s", null);
    tell(`node: charge per day, ${name}`, (ua * 86_400) / 1e6, "A·s", v10Ua && round((v10Ua * 86_400) / 1e6, 3));
    tell(`node: mean current, ${name}`, ua, "µA", v10Ua, { parts: rounded(parts) });
    const v10Months = v10Ua && round(batteryMonths(v10Ua));
    tell(`node: battery, ${name}`, batteryMonths(ua), "months", v10Months, { mAh: USABLE_MAH });
    if (v10Ua === null) continue;
    const bare = ua - sumUa(ORIGINAL_BOARD_UA);
    tell(`node: battery, ${name}, board without the two resistors`, batteryMonths(bare), "months", null);
  }
}

const rounded = (parts: object) => Object.fromEntries(Object.entries(parts).map(([part, ua]) => [part, round(ua)]));

function lost(name: string, ours: Counted, theirs: Counted | null): void {
  const detail = { given: ours.given, counted: ours.counted, detailed: round(ours.detailed, 3) };
  const v10 = theirs === null ? {} : { v10Detailed: round(theirs.detailed, 3) };
  tell(`lost: ${name}`, ours.given - ours.counted, "impulses", null, { ...detail, ...v10 });
}

function counts(): void {
  for (const perS of [1, 2, 5, 8, 10]) lost(`${perS} impulses a second, 30 % of the radio lost`, atRate(perS), null);
  const hours = isShort ? 1 : 6;
  const nothing = () => undefined;
  for (const loss of [0, 0.1, 0.2, 0.4]) {
    lost(`${loss * 100} % of the radio lost`, after(hours, nothing, loss), afterV10(hours, nothing, loss));
  }
  const resets = after(hours, (scene, hour) => {
    const causes = ["external", "brownout"] as const;
    // Between two flashes: in reset, and until its crystal runs (0.1 s), nobody can count.
    scene.world.run(1.1);
    scene.nodes[0]?.reset(causes[hour % 2] ?? "external");
    scene.gateway.reset(causes[(hour + 1) % 2] ?? "external");
  });
  lost("a reset of node and gateway each hour", resets, null);
  const dark = isShort ? 4 : 24;
  const away = after(dark, (scene, hour) => hour === 0 && scene.gateway.power(false));
  const awayV10 = afterV10(dark, (world) => {
    world.ether.drop = (_, to) => to === "v10 gateway";
  });
  lost(`${dark} h without gateway`, away, awayV10);
}

memory();
charge();
counts();
