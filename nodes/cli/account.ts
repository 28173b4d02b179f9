import type { ExportHead } from "../api/index.ts";
import { type MeterId, MetermanError, wh } from "../model/index.ts";
import type { Store } from "../store/index.ts";

/**
 * What an export of the command line carries beyond that of REST: what the device said of itself, and, when it is the
 * whole account, the ledger's memory. With it the account goes on in another store: what the meter counted meanwhile
 * is added to the same total. `registerShiftWh` is what corrections do to the registers that are heard now.
 */
export async function* accountPieces(store: Store, head: ExportHead, isAll: boolean): AsyncGenerator<string, void> {
  const { meter, from, to } = head;
  let place: { readonly cursor?: string } | undefined = {};
  while (place !== undefined) {
    const page = await store.snapshots({ device: meter, from, to, limit: 1000, ...place });
    if (!page.ok) throw new MetermanError(page.error);
    const { items, next } = page.value;
    yield items.map((snapshot) => line({ type: "snapshot", ...snapshot })).join("");
    place = next === null ? undefined : { cursor: next };
  }
  const memory = store.memory(meter);
  if (!isAll || memory === undefined) return;
  yield line({ type: "memory", registerShiftWh: shiftOf(store, meter), memory });
}

/** What corrections do to the registers that are heard now. */
export function shiftOf(store: Store, meter: MeterId): number {
  const shown = wh(1e12);
  return store.registerOf(meter, shown) - shown;
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
