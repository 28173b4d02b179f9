/** Readings on disk: a journal for what arrives, documents for days, roll-ups for long questions. */
export { type Backup, backup } from "./backup.ts";
export { isStore } from "./exclusive.ts";
export { parseEvent, parseSnapshot } from "./foreign.ts";
export { FORMAT_VERSION, type Migrations, migrate } from "./format.ts";
export { openStore, type StoreOptions } from "./open.ts";
export type { Progress } from "./progress.ts";
export { type Repair, repair } from "./repair.ts";
export type { Store } from "./store.ts";
export { rebuild, type Verification, verify } from "./verify.ts";
