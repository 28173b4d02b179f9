import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BoardOptions, type GatewayBoard, type NodeBoard, World } from "../simulator/world.ts";
import { imageOf } from "./images.ts";
import { impulseRate, Powers } from "./powers.ts";

/** Impulses per kWh as shipped. */
const IMPULSES_PER_KWH = 1000;
/** Shorter than the devices' usual minute: somebody is watching. */
const INTERVAL_S = 5;

/** A gateway and three nodes that run the images of firmware/dist, at the meters of one house. */
export class FirmwareHouse {
  readonly world: World;
  readonly gateway: GatewayBoard;
  readonly nodes: readonly NodeBoard[];
  readonly #folder: string | null;

  /** @param folder where the devices' EEPROM is kept between starts; null: nowhere */
  constructor(o: { epochS: number; seed: number; folder: string | null }) {
    this.#folder = o.folder;
    this.world = new World({ seed: o.seed, epochS: o.epochS });
    this.gateway = this.world.gateway({
      image: imageOf("gateway", 16),
      clockHz: 16_000_000,
      ...this.#memory("gateway"),
    });
    const powers = new Powers(o.epochS, o.seed);
    // An original board, and two of the new ones.
    const clocks = [16, 8, 8] as const;
    this.nodes = clocks.map((mhz, i) => {
      const node = this.world.node({
        ...{ image: imageOf("meternode", mhz), clockHz: mhz === 16 ? 16_000_000 : 8_000_000, startS: i + 1 },
        ...this.#memory(`node-${i + 2}`),
      });
      node.pulses((atUs) => impulseRate(powers.at(o.epochS + atUs / 1e6)[i] ?? 0, IMPULSES_PER_KWH));
      return node;
    });
  }

  /** Says by console which node is which; they know it from then on. */
  setUp(): void {
    this.world.run(6);
    for (const [i, node] of this.nodes.entries()) {
      node.uart.type(`noid=${i + 2}\r`);
      this.world.run(0.5);
      node.uart.type(`mtri=${INTERVAL_S}\r`);
    }
    this.world.run(0.5);
  }

  /** Writes down what a power cut would leave. */
  keep(): void {
    if (this.#folder === null) return;
    const boards = {
      gateway: this.gateway,
      ...Object.fromEntries(this.nodes.map((node, i) => [`node-${i + 2}`, node])),
    };
    for (const [name, board] of Object.entries(boards)) {
      const path = join(this.#folder, `${name}.eeprom`);
      writeFileSync(`${path}.new`, board.eeprom);
      renameSync(`${path}.new`, path);
    }
  }

  #memory(name: string): Pick<BoardOptions, "eeprom"> {
    const path = this.#folder === null ? "" : join(this.#folder, `${name}.eeprom`);
    return path !== "" && existsSync(path) ? { eeprom: new Uint8Array(readFileSync(path)) } : {};
  }
}
