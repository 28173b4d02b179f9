import type { Page } from "../../../../model/index.ts";
import type { App } from "../app.ts";

/** A list of a month has a few; more than these are not worth the wait. */
const MOST_PAGES = 20;

/** All items of a list that comes in pages, the oldest first; null when it could not be read. */
export async function everyPage<T>(app: App, path: string): Promise<readonly T[] | null> {
  const all: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const got = await app.get(`${path}${next}`, isPage<T>);
    if (!got.ok) return null;
    all.push(...got.value.items);
    cursor = got.value.next;
    if (cursor === null) break;
  }
  return all;
}

/** The server is ours: its items are what its document says. */
function isPage<T>(value: unknown): value is Page<T> {
  const { items, next } = Object(value) as Partial<Page<T>>;
  return Array.isArray(items) && (next === null || typeof next === "string");
}
