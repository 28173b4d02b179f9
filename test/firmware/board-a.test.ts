import { describe, expect, it, test } from "vitest";
import { gatewayBench } from "./gateway-bench.ts";
import { imageOf } from "./house/images.ts";
import { HZ, Scene } from "./house/scene.ts";
import { meterNodeBench } from "./meternode-bench.ts";
import { compile } from "./simulator/compile.ts";
import { type BoardOptions, type NodeOptions, World } from "./simulator/world.ts";

const A = { image: imageOf("meternode-a", 8), clockHz: 8_000_000, revision: "A" } as const;
const ORIGINAL = { image: imageOf("meternode", 16), clockHz: 16_000_000 } as const;
const GATEWAY_A = { image: imageOf("gateway-a", 7.3728), clockHz: 7_372_800, revision: "A" } as const;
const NODES = [
  ["an original board", ORIGINAL],
  ["board A", A],
] as const;
const NODES_AND_PINS = [
  ["an original board, without that pin", ORIGINAL, false],
  ["board A", A, true],
] as const;

/** What the console tells after so many seconds with such a battery. */
function batteryOf(options: Partial<NodeOptions>, mvs: readonly number[]): number[] {
  const { world, node, ask } = meterNodeBench({ seed: 71, ...options });
  world.run(3);
  return mvs.map((mv) => {
    node.batteryMv = mv;
    world.run(1);
    return Number(/Batt=(\d+)/.exec(ask("dump", 2).join())?.[1]);
  });
}

const worst = (told: readonly number[], mvs: readonly number[]) =>
  Math.max(...told.map((mv, i) => Math.abs(mv / (mvs[i] ?? 0) - 1)));

describe("battery", () => {
  const mvs = Array.from({ length: 15 }, (_, i) => 2000 + 200 * i);

  it.each(NODES)("is told within 2 % from 2.0 to 4.8 V: %s", (_, board) => {
    expect(worst(batteryOf(board, mvs), mvs)).toBeLessThan(0.02);
  });

  it.each(NODES)("is so too with the worst band-gap while the regulator works: %s", (_, board) => {
    const regulated = mvs.filter((mv) => mv >= 3700);
    for (const bandGapVolt of [1.0, 1.2])
      expect(worst(batteryOf({ ...board, bandGapVolt }, regulated), regulated)).toBeLessThan(0.02);
  });

  // Their 3.3 V look like more by such a band-gap, and the battery like up to 10 % more.
  it.each(NODES)(
    "is so too where the band-gap, at its lowest, would have more than the regulator gives: %s",
    (_, board) => {
      const falling = [3600, 3550, 3500, 3450, 3400];
      expect(worst(batteryOf({ ...board, bandGapVolt: 1.0 }, falling), falling)).toBeLessThan(0.02);
    },
  );

  it.each(NODES)("is right in the first report, half a second after power-up or later: %s", (_, board) => {
    const { world, gateway } = meterNodeBench({ seed: 72, gateway: true, batteryMv: 4200, ...board });
    world.run(60);
    const told = gateway?.lines.flatMap((line) => /GINR,(\d+)/.exec(line)?.[1] ?? []) ?? [];
    expect(Math.abs(Number(told[0]) / 4200 - 1)).toBeLessThan(0.02);
  });
});

it.each(NODES)(
  "a current transformer tells its current, and none as none, from the first sample on: %s",
  (_, board) => {
    const { world, node, gateway, ask } = meterNodeBench({ seed: 80, gateway: true, ...board });
    world.run(10);
    expect(ask("ctcl=1")).toContain(" > CT=Y");
    const ampere = () => {
      world.run(700);
      const lines = gateway?.lines.filter((line) => line.includes("MUPC;2")) ?? [];
      return Number(/MUPC;2,MUPC,\d+,\d+;\d+,\d+,([\d.]+)/.exec(lines.at(-1) ?? "")?.[1]);
    };
    expect(ampere()).toBe(0);
    node.ct(20);
    expect(ampere()).toBeGreaterThan(19.6);
    expect(ampere()).toBeLessThan(20.4);
  },
);

it.each(NODES)("the converter is on only while it measures, not while an answer is waited for: %s", (_, board) => {
  const { world, node, gateway } = meterNodeBench({ seed: 81, gateway: true, ...board });
  let onMs = 0;
  for (let ms = 0; ms < 60_000; ms++) {
    world.run(0.001);
    if (node.chip.adc.enabled) onMs++;
  }
  expect(gateway?.lines.join()).toContain("GINR");
  expect(onMs).toBeGreaterThan(0);
  expect(onMs).toBeLessThan(30);
});

describe("asleep", () => {
  it.each([
    ["an original board", ORIGINAL, 79.1, 5],
    ["board A", A, 15.8, 5],
  ] as const)("the floor is that of %s, CE of the clock where its resistor pulls it", (_, board, floorUa, overUa) => {
    const { world, node } = meterNodeBench({ seed: 73, ...board });
    world.run(100);
    let least = Infinity;
    for (let i = 0; i < 40; i++) {
      const before = node.chargeUas;
      world.run(0.25);
      least = Math.min(least, (node.chargeUas - before) / 0.25);
    }
    expect(least).toBeGreaterThan(floorUa - 0.1);
    expect(least).toBeLessThan(floorUa + overUa);
    expect(node.chip.mode).toBe("down");
    expect(node.chip.adc.enabled).toBe(false);
    expect(node.chip.pins.level("D", 7)).toBe(board === ORIGINAL);
  });
});

describe("the radio's reset", () => {
  it("would be held by a pull-up of the chip, and then nothing answers", () => {
    const world = new World({ seed: 74 });
    const image = compile("#include <avr/io.h>\nint main(void) { PORTC = 0x3c; for (;;) {} }");
    const node = world.node({ image, clockHz: 8_000_000, revision: "A" });
    world.run(0.2);
    expect(node.radio.resetPin.longestUs).toBe(Infinity);
  });

  const images = [
    ["meternode", 8],
    ["meternode", 16],
    ["meternode-a", 8],
    ["gateway", 8],
    ["gateway", 16],
    ["gateway-a", 7.3728],
  ] as const;
  it.each(images)("is not held by the image for %s at %d MHz, and was high for long enough", (device, mhz) => {
    const world = new World({ seed: 75 });
    const options = {
      image: imageOf(device, mhz),
      clockHz: HZ[mhz],
      revision: "A",
    } as const;
    const board = device.startsWith("gateway") ? world.gateway({ ...options, radio: "HW" }) : world.node(options);
    for (let i = 0; i < 4; i++) {
      world.run(15);
      expect(board.radio.resetPin.high).toBe(false);
      board.reset(i % 2 ? "external" : "brownout");
      expect(board.chip.pins.level("C", 3)).toBe(false);
    }
    expect(board.radio.resetPin.longestUs).toBeGreaterThan(150);
    expect(board.radio.resetPin.longestUs).toBeLessThan(300);
    expect(board.uart.lines.some(({ line }) => line.includes("no radio"))).toBe(false);
  });

  test("gets a radio that answers nonsense at boot to work, on node and gateway of board A", () => {
    const scene = new Scene({
      seed: 76,
      nodes: 1,
      mhz: 8,
      node: "meternode-a",
      gateway: "gateway-a",
      board: { revision: "A" },
      gatewayBoard: { revision: "A" },
    });
    const boards = [scene.gateway, ...scene.nodes];
    for (const board of boards) {
      board.radio.upset();
      board.reset("external");
    }
    scene.nodes[0]?.pulses(() => 0.5);
    scene.world.run(300);
    expect(scene.settle(600)).toBe(true);
    expect(boards.flatMap(({ uart }) => uart.lines).some(({ line }) => line.includes("no radio"))).toBe(false);
  });

  it.each(NODES_AND_PINS)("one that is upset in between: %s", (_, board, comesBack) => {
    const { world, node, sent } = meterNodeBench({ seed: 78, gateway: true, ...board });
    node.pulses(() => 0.5);
    world.run(300);
    expect(sent("MUP").length).toBeGreaterThan(0);
    node.radio.upset();
    const before = node.awakeUs + node.idleUs;
    world.run(600);
    // It does not stay awake for a radio that tells nonsense.
    expect(node.awakeUs + node.idleUs - before).toBeLessThan(60e6);
    world.ether.log.length = 0;
    world.run(600);
    expect(sent("MUP").length > 0).toBe(comesBack);
    // And comes back with its supply, anyway.
    node.power(false);
    world.run(1);
    node.power(true);
    world.run(600);
    expect(sent("MUP").length).toBeGreaterThan(0);
  });

  it("gets a gateway's to listen again within two minutes", () => {
    const { gateway, world, setTime } = gatewayBench({ seed: 77, ...GATEWAY_A });
    const node = world.node({ ...A, startS: 3 });
    node.pulses(() => 0.5);
    world.run(60);
    setTime();
    gateway.radio.upset();
    world.run(120);
    world.ether.log.length = 0;
    world.run(600);
    expect(world.ether.log.some(({ from }) => from === gateway.radio.name)).toBe(true);
  });
});

test("board A is served and counts all day like an original one", () => {
  const scene = new Scene({
    seed: 79,
    nodes: 2,
    mhz: 8,
    node: "meternode-a",
    gateway: "gateway-a",
    board: { revision: "A" },
  });
  for (const node of scene.nodes) node.pulses(() => 2);
  scene.world.ether.loss = 0.1;
  scene.world.run(1800);
  expect(scene.settle(900)).toBe(true);
  for (const node of scene.nodes) expect(node.pulsesGiven).toBeGreaterThan(3000);
  expect(scene.nodes.map(({ busConflicts }) => busConflicts)).toEqual([0, 0]);
  expect(scene.server.rejected).toEqual([]);
});

describe("the gateway's crystal", () => {
  const ORIGINAL_8 = { image: imageOf("gateway", 8), clockHz: 8_000_000 } as const;
  /** What the two ends of the line disagreed about, its clock so many ppm fast against the computer's. */
  const garbled = (board: Partial<BoardOptions>, clockPpm: number) => {
    const { gateway, lines } = gatewayBench({ seed: 82, ...board, clockPpm });
    lines("S>G:GGWSNAP");
    expect(gateway.uart.lines.length + gateway.serial.garbled).toBeGreaterThan(0);
    return gateway.serial.garbled;
  };

  it.each([-15_000, 0, 15_000])("of board A leaves room for a computer that is off: %i ppm", (ppm) => {
    expect(garbled(GATEWAY_A, ppm)).toBe(0);
  });

  it("of 8 MHz does not", () => {
    expect(garbled(ORIGINAL_8, 0)).toBe(0);
    expect(garbled(ORIGINAL_8, -5_000)).toBeGreaterThan(0);
  });

  it.each([
    ["8 MHz", ORIGINAL_8],
    ["board A", GATEWAY_A],
  ] as const)("keeps time for two days, to 9 ppm: %s", (_, board) => {
    const { world, lines, frames } = gatewayBench({ seed: 83, ...board });
    world.run(48 * 3600);
    lines("S>G:GGWSNAP");
    expect(Math.abs((frames("GWSNAP").at(-1)?.clock ?? 0) - world.clockS)).toBeLessThan(1.6);
  });
});
