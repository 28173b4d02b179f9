/** Readings on disk: a journal for what arrives, documents for days, roll-ups for long questions. */
export { openStore, type StoreOptions } from "./open.ts";
export type { Store } from "./store.ts";
