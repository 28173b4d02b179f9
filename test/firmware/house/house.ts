import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BoardOptions, type GatewayBoard, type NodeBoard, World } from "../simulator/world.ts";
import { imageOf } from "./images.ts";
import { impulseRate, Powers } from "./powers.ts";

/** Impulses per kWh as shipped. */
const IMPULSES_PER_KWH = 1000;
/** The gateway comes when its nodes know who they are. */
const DESK_S = 5;
const PATIENCE_S = 60;
/** From one battery to the next: time for the first words. */
const APART_S = 4;
/** Shorter than the devices' usual minute: somebody is watching. */
const INTERVAL_S = 5;

/** A gateway and three nodes that run the images of firmware/dist, at the meters of one house. */
export class FirmwareHouse {
  readonly world: World;
  readonly gateway: GatewayBoard;
  readonly nodes: readonly NodeBoard[];
  readonly #folder: string | null;
  #installed = false;

  /** @param folder where the devices' EEPROM is kept between starts; null: nowhere */
  constructor(o: { epochS: number; seed: number; folder: string | null }) {
    this.#folder = o.folder;
    this.world = new World({ seed: o.seed, epochS: o.epochS });
    this.gateway = this.world.gateway({
      image: imageOf("gateway", 16),
      clockHz: 16_000_000,
      ...{ radio: "HW", startS: DESK_S },
      ...this.#memory("gateway"),
    });
    const powers = new Powers(o.epochS, o.seed);
    // An original board, and two of the new ones.
    const clocks = [16, 8, 8] as const;
    this.nodes = clocks.map((mhz, i) => {
      const node = this.world.node({
        ...{ image: imageOf("meternode", mhz), clockHz: mhz === 16 ? 16_000_000 : 8_000_000, startS: 0.1 },
        ...this.#memory(`node-${i + 2}`),
      });
      node.pulses((atUs) => impulseRate(powers.at(o.epochS + atUs / 1e6)[i] ?? 0, IMPULSES_PER_KWH));
      return node;
    });
  }

  /** Says by console which node is which, on the desk; they know it from then on. Their batteries go in later. */
  setUp(): void {
    this.world.run(1.5);
    for (const [i, node] of this.nodes.entries()) {
      node.uart.type(`noid=${i + 2}\r`);
      this.world.run(0.3);
      node.uart.type(`mtri=${INTERVAL_S}\r`);
    }
    this.world.run(1);
    for (const node of this.nodes) node.power(false);
  }

  /** To be called now and then: puts the batteries in when the gateway has got the time, so that nobody has to wait for it. */
  look(): void {
    const { lines } = this.gateway.uart;
    if (
      !this.#installed &&
      (this.world.now > PATIENCE_S * 1e6 || lines.some(({ line }) => line.includes("STIME_ACK")))
    ) {
      this.#installed = true;
      for (const [i, node] of this.nodes.entries()) {
        this.world.scheduler.at(this.world.now + (1 + i * APART_S) * 1e6, () => node.power(true));
      }
    }
    this.world.forget();
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
