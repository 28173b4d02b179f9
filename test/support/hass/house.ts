import { join } from "node:path";
import { Product } from "../product.ts";
import { type HomeAssistant, startHomeAssistant } from "./home-assistant.ts";

/** A bar of the Energy dashboard: energy of the hour that begins at `start`, epoch seconds. */
export interface Bar {
  readonly start: number;
  readonly wh: number;
}

/** A real Home Assistant and the product, as its user starts it, on one clock that can be moved. */
export class House {
  readonly ha: HomeAssistant;
  readonly product: Product;

  private constructor(ha: HomeAssistant, product: Product) {
    this.ha = ha;
    this.product = product;
  }

  /** @param flow of the product; of the environment it gets where Home Assistant is and how to get in */
  static async build(flow: readonly object[], clock: number, version?: string): Promise<House> {
    const ha = await startHomeAssistant({ clock, ...(version === undefined ? {} : { version }) });
    const product = await Product.create({
      ...{ METERMAN_HA_URL: ha.url, METERMAN_HA_TOKEN: ha.token, ...ha.clock.env(join(ha.folder, "clock")) },
    });
    await product.lay(flow);
    await product.start();
    return new House(ha, product);
  }

  /** Moves the clock of both by so much. Home Assistant's timers wait for times of day: it is to be down meanwhile. */
  async pass(ms: number): Promise<void> {
    this.ha.clock.set(this.ha.clock.now() + ms);
    await this.ha.clock.write(join(this.ha.folder, "clock"));
  }

  /** Our account of the completed hours. */
  async ledger(meter: string): Promise<Bar[]> {
    const { items } = await this.product.get(`/meters/${meter}/readings?from=2020-01-01T00:00Z&resolution=hour`);
    const bars = items.map(({ start, wh }: Bar) => ({ start, wh }));
    return bars.filter(({ start }: Bar) => (start + 3600) * 1000 <= this.ha.clock.now());
  }

  /** Home Assistant's bars of the completed hours. */
  async bars(statistic: string): Promise<Bar[]> {
    const { [statistic]: rows = [] } = await this.ha.request({
      ...{ type: "recorder/statistics_during_period", start_time: "2020-01-01T00:00:00+00:00", period: "hour" },
      ...{ statistic_ids: [statistic], types: ["change"], units: { energy: "Wh" } },
    });
    const bars = rows.map(({ start, change }: { start: number; change: number }) => {
      return { start: start / 1000, wh: Math.round(change * 1000) / 1000 };
    });
    return bars.filter(({ start }: Bar) => (start + 3600) * 1000 <= this.ha.clock.now());
  }

  async remove(): Promise<void> {
    await this.product.remove();
    await this.ha.remove();
  }
}
