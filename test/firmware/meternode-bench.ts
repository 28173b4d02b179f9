import { imageOf } from "./house/images.ts";
import { type NodeOptions, World } from "./simulator/world.ts";
import { V10Gateway } from "./v10/v10-gateway.ts";

export interface MeterNodeBenchOptions extends Partial<NodeOptions> {
  seed: number;
  /** A gateway of v10 whose clock a server has set; none by default. */
  gateway?: boolean;
}

/** One node of ours on a bench: its console, its button, and perhaps a v10 gateway. */
export function meterNodeBench({ seed, gateway: wanted = false, ...options }: MeterNodeBenchOptions) {
  const world = new World({ seed });
  const start = () => {
    const gateway = new V10Gateway(world.scheduler, world.ether, {});
    world.run(2.5);
    gateway.type(`S>G:STIME;${Math.floor(world.clockS)}\r`);
    world.run(0.5);
    return gateway;
  };
  const gateway = wanted ? start() : null;
  const node = world.node({ image: imageOf("meternode", 8), clockHz: 8_000_000, ...options });
  /** Types a command, behind a return that wakes the node if it sleeps; gives the replies. */
  const ask = (text: string, forS = 1) => {
    node.uart.type("\r");
    world.run(0.4);
    const before = node.uart.lines.length;
    node.uart.type(`${text}\r`);
    world.run(forS);
    return node.uart.lines
      .slice(before)
      .map(({ line }) => line)
      .filter((line) => line.startsWith(" > "));
  };
  /** The register by the node's own word. */
  const registerWh = () => Number(/Mtr Val=(\d+)/.exec(ask("mtrv").join())?.[1]);
  /** Texts that left the node, in clear. */
  const sent = (kind: string) =>
    world.ether.log.flatMap(({ bytes }) => {
      const text = Buffer.from(bytes.slice(5)).toString("latin1").replace(/\0.*/s, "");
      return bytes[2] === 2 && text.startsWith(kind) ? [text] : [];
    });
  return { world, node, gateway, start, ask, registerWh, sent };
}

export type MeterNodeBench = ReturnType<typeof meterNodeBench>;

/** Energy and seconds of the updates in a v10 gateway's lines, from the last rebase on. */
export function accountOf(lines: readonly string[]): { wh: number; registerWh: number; endS: number; gaps: number } {
  const account = { wh: 0, registerWh: Number.NaN, endS: Number.NaN, gaps: 0 };
  for (const line of lines) {
    const rebase = /^G>S:MREB;\d+,MREB,(\d+),(\d+)/.exec(line);
    if (rebase) Object.assign(account, { endS: Number(rebase[1]), registerWh: Number(rebase[2]) });
    const update = /^G>S:MUP_;\d+,MUP_,(\d+),(\d+);(.+)$/.exec(line);
    if (!update) continue;
    const [, t, wh, entries = ""] = update;
    if (Number(t) !== account.endS) account.gaps++;
    account.wh += Number(wh) - account.registerWh;
    account.registerWh = Number(wh);
    account.endS = Number(t);
    for (const [seconds = 0, energy = 0] of entries.split(";").map((entry) => entry.split(",").map(Number))) {
      account.endS += seconds;
      account.registerWh += energy;
      account.wh += energy;
    }
  }
  return account;
}
