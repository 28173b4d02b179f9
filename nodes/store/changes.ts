import type { ChangeListener, EpochSeconds, LedgerWrite, MeterId } from "../model/index.ts";

/** Tells whoever copies the store elsewhere what has to be copied again. */
export class Changes {
  readonly #listeners = new Set<ChangeListener>();

  /** @returns how to stop listening */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Call it when `unit` is on disk. */
  tell({ meter, readings, replaces = [] }: LedgerWrite): void {
    const [first, ...others] = [...readings, ...replaces].map(({ start }) => start);
    if (first === undefined) return;
    const from = others.reduce((least, start) => (start < least ? start : least), first);
    for (const listener of this.#listeners) listener(meter, from, "arrived");
  }

  /** A correction, or that it was undone, is on disk. */
  tellAdjusted(meter: MeterId, from: EpochSeconds): void {
    for (const listener of this.#listeners) listener(meter, from, "adjusted");
  }
}
