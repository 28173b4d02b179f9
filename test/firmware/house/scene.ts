import type { BoardOptions, GatewayBoard } from "../simulator/board.ts";
import type { NodeBoard, NodeOptions } from "../simulator/node-board.ts";
import { World } from "../simulator/world.ts";
import { imageOf } from "./images.ts";
import { Server } from "./server.ts";

export interface SceneOptions {
  readonly seed: number;
  /** How many nodes; the first is node 2. */
  readonly nodes: number;
  /** Board of each; as original ones if it is not said. */
  readonly mhz?: 8 | 16;
  readonly band?: 434 | 868 | 915;
  /** Seconds of an entry; 60 as shipped. */
  readonly intervalS?: number;
  /** Impulses per kWh of the meters, one for each node; 1000 as shipped. */
  readonly perKwh?: readonly number[];
  /** Typed on every console after the boot. */
  readonly consoles?: readonly string[];
  /** false: nobody reads the gateway. */
  readonly server?: boolean;
  readonly board?: Partial<NodeOptions>;
  readonly gatewayBoard?: Partial<BoardOptions>;
  /** Board A: its image is for 8 MHz. */
  readonly node?: "meternode" | "meternode-a";
  /** Revision A: its image is for 7.3728 MHz, whatever the nodes' is for. */
  readonly gateway?: "gateway" | "gateway-a";
}

export const FIRST_NODE = 2;
/** On the desk: nodes are told their settings, before there is a gateway. */
const DESK_S = 6;
const BOOT_S = 4;
/** Batteries go in one after the other. */
const APART_S = 0.37;
export const HZ = { 7.3728: 7_372_800, 8: 8_000_000, 16: 16_000_000 } as const;

/** A gateway, nodes and a server, set up as a user would: by console on the desk, then installed and left alone. */
export class Scene {
  readonly world: World;
  readonly gateway: GatewayBoard;
  readonly nodes: readonly NodeBoard[];
  readonly server: Server;
  readonly #perKwh: readonly number[];

  constructor(o: SceneOptions) {
    const { mhz = 16, band, consoles = [], gateway: kind = "gateway" } = o;
    this.world = new World({ seed: o.seed });
    const { scheduler } = this.world;
    const gatewayMhz = kind === "gateway-a" ? 7.3728 : mhz;
    const gateway = { name: "gateway", image: imageOf(kind, gatewayMhz, band), clockHz: HZ[gatewayMhz] } as const;
    this.gateway = this.world.gateway({ ...gateway, radio: "HW", startS: DESK_S, ...o.gatewayBoard });
    this.nodes = Array.from({ length: o.nodes }, (_, i) => {
      const node = {
        name: `node-${FIRST_NODE + i}`,
        image: imageOf(o.node ?? "meternode", mhz, band),
        clockHz: HZ[mhz],
      };
      return this.world.node({ ...node, startS: 0.1, ...o.board });
    });
    this.#perKwh = this.nodes.map((_, i) => o.perKwh?.[i] ?? 1000);
    this.#setUp(o);
    this.server = new Server(this.world, this.gateway.uart);
    if (o.server === false) this.server.stop();
    this.world.run(DESK_S + 1 - this.world.now / 1e6);
    for (const line of consoles) {
      this.gateway.uart.type(`${line}\r`);
      this.world.run(0.2);
    }
    for (const [i, node] of this.nodes.entries())
      scheduler.at(this.world.now + i * APART_S * 1e6, () => node.power(true));
    this.world.run(BOOT_S + o.nodes * APART_S);
  }

  /** Number of a node of this scene. */
  id(node: NodeBoard): number {
    return FIRST_NODE + this.nodes.indexOf(node);
  }

  /** Runs until every node's registers are at the server and nothing is under way: flashes have stopped. */
  settle(forS = 1200): boolean {
    for (const node of this.nodes) node.stopPulses();
    return this.world.runUntil(() => this.nodes.every((node) => this.countedWh(node) === this.givenWh(node)), forS);
  }

  /** What the meter's LED was lit for, in whole Wh. */
  givenWh(node: NodeBoard): number {
    return Math.floor((node.pulsesGiven * 1000) / (this.#perKwh[this.nodes.indexOf(node)] ?? 1000));
  }

  /** Impulses of a node that arrived one by one, each entry once. */
  impulses(node: NodeBoard): number {
    const updates = [...this.server.of("MUPT", this.id(node)), ...this.server.of("MUTC", this.id(node))];
    const once = new Map(updates.map((update) => [update.baseTime, update]));
    return [...once.values()].flatMap(({ entries }) => entries).reduce((sum, { impulses }) => sum + impulses, 0);
  }

  /** Sum of the readings of the server's account. */
  countedWh(node: NodeBoard): number {
    return this.server.book(this.id(node)).totalWh;
  }

  #setUp({ consoles = [], intervalS = 60 }: SceneOptions): void {
    this.world.run(1.5);
    for (const line of [...consoles, `mtri=${intervalS}`]) this.#typeToAll(() => line);
    this.#typeToAll((i) => `mtrr=${this.#perKwh[i]}`);
    this.#typeToAll((i) => `noid=${FIRST_NODE + i}`);
    this.world.run(1);
    for (const node of this.nodes) node.power(false);
  }

  #typeToAll(line: (i: number) => string): void {
    for (const [i, node] of this.nodes.entries()) node.uart.type(`${line(i)}\r`);
    this.world.run(0.2);
  }
}
