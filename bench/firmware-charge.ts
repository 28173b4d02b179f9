import { Scene } from "../test/firmware/house/scene.ts";
import type { AirFrame } from "../test/firmware/simulator/ether.ts";
import type { NodeBoard } from "../test/firmware/simulator/node-board.ts";

/** How often the meter of charge is read, s. */
const LOOK_S = 0.05;
/** A look that is this much above the floor belongs to an event. */
const ABOVE_UA = 20;
/** Quiet that ends an event, looks. */
const QUIET = 10;

export interface Cost {
  readonly times: number;
  /** Mean of one event: time that the core runs, that the radio sends and listens, and charge above the floor. */
  readonly awakeMs: number;
  readonly txMs: number;
  readonly rxMs: number;
  readonly uas: number;
}
/** `beat`: the wake-up of the watchdog every 8 s. `other`: several at once. */
export type EventKind = "impulse" | "beat" | "update" | "status" | "clock" | "other";

const ACK = 0x80;

type Look = readonly [uas: number, awakeUs: number, txUs: number, rxUs: number];

function look(node: NodeBoard): Look {
  const { tx, rx } = node.radio.timeInMode;
  return [node.chargeUas, node.awakeUs, tx, rx];
}

/** What an event was, by the frames that went with it: acknowledgements belong to what they answer. */
function kindOf(frames: readonly AirFrame[], impulses: number): EventKind {
  const ours = frames.filter(({ from, bytes }) => from === "node-2" && ((bytes[4] ?? 0) & ACK) === 0);
  const [kind, ...others] = new Set(ours.map(({ bytes }) => bytes[5] ?? 0));
  if (others.length > 0 || impulses > 1) return "other";
  if (kind === undefined) return impulses === 1 ? "impulse" : "beat";
  const kinds: Readonly<Record<number, EventKind>> = { 129: "update", 134: "status", 80: "clock" };
  return kinds[kind] ?? "other";
}

/**
 * Two hours of a node at an even 360 W, cut into events; each is one thing the node did, from sleep to sleep.
 * @returns mean cost by kind, and the floor in µA
 */
export function costs(consoles: readonly string[] = []): { kinds: ReadonlyMap<EventKind, Cost>; floorUa: number } {
  const scene = new Scene({ seed: 91, nodes: 1, consoles });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  const { world } = scene;
  world.run(60);
  node.pulses(() => 0.1);
  world.run(900);
  const looks: { readonly at: Look; readonly frames: number; readonly impulses: number }[] = [];
  for (let i = 0; i < 7200 / LOOK_S; i += 1) {
    world.run(LOOK_S);
    looks.push({ at: look(node), frames: world.ether.log.length, impulses: node.pulsesGiven });
  }
  const steps = looks.slice(1).map(({ at: [uas] }, i) => (uas - (looks[i]?.at[0] ?? 0)) / LOOK_S);
  const floorUa = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 3)] ?? 0;
  const seen = new Map<EventKind, Look[]>();
  for (const [from, to] of events(steps.map((ua) => ua - floorUa > ABOVE_UA))) {
    const [first, last] = [looks[from], looks[to]];
    if (first === undefined || last === undefined) continue;
    const kind = kindOf(world.ether.log.slice(first.frames, last.frames), last.impulses - first.impulses);
    const [uas, awakeUs, txUs, rxUs] = last.at.map((value, i) => value - (first.at[i] ?? 0)) as unknown as Look;
    const cost: Look = [uas - floorUa * (to - from) * LOOK_S, awakeUs, txUs, rxUs];
    seen.set(kind, [...(seen.get(kind) ?? []), cost]);
  }
  return { floorUa, kinds: new Map([...seen].map(([kind, all]) => [kind, mean(all)])) };
}

function mean(all: readonly Look[]): Cost {
  const of = (i: keyof Look & number) => all.reduce((sum, one) => sum + Number(one[i]), 0) / all.length;
  return { times: all.length, uas: of(0), awakeMs: of(1) / 1000, txMs: of(2) / 1000, rxMs: of(3) / 1000 };
}

/** Runs of looks that are busy, as [index before the first, index of the last]; short pauses belong to them. */
export function* events(busy: readonly boolean[]): Generator<readonly [number, number]> {
  let from = -1;
  let last = -1;
  for (const [i, is] of busy.entries()) {
    if (is) {
      if (from < 0) from = i;
      last = i;
    } else if (from >= 0 && i - last >= QUIET) {
      yield [from, last + 1];
      from = -1;
    }
  }
}

/** A day of a node at an even `watts`. @returns mean current, µA, and the share of each part */
export function day(
  watts: number,
  o: { consoles?: readonly string[]; gateway?: boolean; hours?: number; boardA?: boolean } = {},
) {
  const boardA = { mhz: 8, node: "meternode-a", board: { revision: "A" }, gatewayBoard: { revision: "A" } } as const;
  const scene = new Scene({ seed: 92, nodes: 1, consoles: o.consoles ?? [], ...(o.boardA && boardA) });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => watts / 3600);
  scene.world.run(600);
  if (o.gateway === false) scene.gateway.power(false);
  const before = { ...node.chargeBy(), awakeUs: node.awakeUs };
  const forS = (o.hours ?? 24) * 3600;
  scene.world.run(forS);
  const after = node.chargeBy();
  const mean = (part: keyof typeof after) => (after[part] - before[part]) / forS;
  const parts = { mcu: mean("mcu"), radio: mean("radio"), rtc: mean("rtc"), analog: mean("analog") };
  const awakeS = (node.awakeUs - before.awakeUs) / 1e6;
  return { parts, ua: parts.mcu + parts.radio + parts.rtc + parts.analog, awakeSPerDay: (awakeS / forS) * 86_400 };
}
