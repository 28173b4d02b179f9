import { join } from "node:path";
import type { EpochSeconds } from "../model/index.ts";
import { parseMeterId } from "../model/index.ts";
import type { Layer } from "./layer.ts";
import { MeterFiles } from "./meter-files.ts";
import type { Quarantine } from "./quarantine.ts";
import { Reader } from "./reader.ts";
import type { Series } from "./series.ts";
import { type SeriesPage, type SeriesQuery, seriesPage } from "./series-page.ts";

/** The folders of all meters. A meter's id is its folder's name: what is no id never becomes a path. */
export class Library {
  readonly #folder: string;
  readonly #quarantine: Quarantine;
  readonly #reader = new Reader();
  readonly #files = new Map<string, MeterFiles>();

  constructor(folder: string, quarantine: Quarantine) {
    this.#folder = join(folder, "m");
    this.#quarantine = quarantine;
  }

  of(meter: string): MeterFiles {
    const id = parseMeterId(meter);
    if (!id.ok) throw new Error("not a meter id");
    return this.sheet(join(this.#folder, id.value));
  }

  /** Day documents in any folder. */
  sheet(folder: string): MeterFiles {
    let files = this.#files.get(folder);
    if (files === undefined) {
      files = new MeterFiles(folder, this.#quarantine, this.#reader);
      this.#files.set(folder, files);
    }
    return files;
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  /**
   * Items of a series, page by page.
   * @param layers what is not in files yet
   */
  items<T extends { readonly at: EpochSeconds }>(
    series: Series<T>,
    meter: string,
    layers: readonly Layer[],
    query: SeriesQuery,
  ): Promise<SeriesPage<T>> {
    const unmerged = layers.flatMap((layer) => layer.meters.get(meter) ?? []);
    return seriesPage(this.of(meter).folder, series, unmerged, query, this.#quarantine);
  }
}
