import { type Adjustments, type Archive, MetermanError, type Page, type Result } from "../../model/index.ts";
import type { ExportCounts, ExportFormat, ExportHead } from "./export.ts";

/** Items of one question to the store: bounded memory, few questions. */
const PAGE = 5000;

export interface ExportOptions {
  /** Hears after every piece how far it has come, in counts and in time. */
  readonly progress?: (counts: ExportCounts, reached: number) => void;
  /** Further lines before the end. */
  readonly more?: () => AsyncIterable<string>;
}

/**
 * An export, piece by piece: readings and events of the span, and the whole audit trail. One page is in memory at a time.
 * @throws MetermanError when the store cannot answer: an export without its end shows that it is not whole
 */
export async function* exportPieces(
  store: { readonly archive: Archive; readonly adjustments: Adjustments },
  head: ExportHead,
  format: ExportFormat,
  options: ExportOptions = {},
): AsyncGenerator<string, ExportCounts, undefined> {
  const { meter, from, to } = head;
  const counts = { readings: 0, events: 0, adjustments: 0 };
  const tell = (reached: number) => options.progress?.({ ...counts }, reached);
  yield format.head(head);
  const readings = (at: Place) => store.archive.readings({ meter, from, to, resolution: "raw", limit: PAGE, ...at });
  for await (const rows of pages(readings)) {
    yield format.readings(rows);
    counts.readings += rows.length;
    tell(rows.at(-1)?.end ?? from);
  }
  for await (const events of pages((at) => store.archive.events({ meter, from, to, limit: PAGE, ...at }))) {
    yield format.events(events);
    counts.events += events.length;
    tell(to);
  }
  for await (const trail of pages((at) => store.adjustments.adjustments(meter, { limit: PAGE, ...at }))) {
    yield format.adjustments(trail);
    counts.adjustments += trail.length;
    tell(to);
  }
  if (options.more !== undefined) yield* options.more();
  yield format.end(counts);
  return counts;
}

/** Where a page begins; nothing for the first one. */
type Place = { readonly cursor?: string };

async function* pages<T>(
  ask: (place: Place) => Promise<Result<Page<T>>>,
): AsyncGenerator<readonly T[], void, undefined> {
  let place: Place | undefined = {};
  while (place !== undefined) {
    const page: Result<Page<T>> = await ask(place);
    if (!page.ok) throw new MetermanError(page.error);
    if (page.value.items.length > 0) yield page.value.items;
    place = page.value.next === null ? undefined : { cursor: page.value.next };
  }
}
