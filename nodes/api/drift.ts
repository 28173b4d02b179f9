import {
  type Adjustment,
  type DisplayCheck,
  type DisplayDrift,
  displayDrift,
  type EpochSeconds,
  epochSeconds,
  type MeterId,
} from "../model/index.ts";
import type { OpenArchive } from "./http.ts";

/** So many of the last checks are compared: years, for most people. */
const CHECKS = 24;
const PAGE = 1000;
/** GET health is asked for every few seconds, and what was used between two checks seldom changes. */
const FRESH_S = 60;

interface Known {
  /** The checks, as text: a new one is looked at immediately. */
  readonly checks: string;
  readonly at: EpochSeconds;
  readonly drift: DisplayDrift | null;
}
const known = new WeakMap<OpenArchive, Map<MeterId, Known>>();

interface Check {
  readonly at: EpochSeconds;
  readonly displayWh: number;
}

/** How a meter's count compares with its display; null before there are two checks with energy in between. */
export async function driftOf(store: OpenArchive, meter: MeterId, now: EpochSeconds): Promise<DisplayDrift | null> {
  const checks = await checksOf(store, meter);
  if (checks.length < 2) return null;
  const drifts = known.get(store) ?? new Map<MeterId, Known>();
  known.set(store, drifts);
  const text = JSON.stringify(checks);
  const before = drifts.get(meter);
  if (before?.checks === text && Math.abs(now - before.at) < FRESH_S) return before.drift;
  const drift = displayDrift(await counted(store, meter, checks), store.zone);
  drifts.set(meter, { checks: text, at: now, drift });
  return drift;
}

/** The last checks that were not undone, by the time at which the display was read. */
async function checksOf({ adjustments }: OpenArchive, meter: MeterId): Promise<readonly Check[]> {
  const found: Check[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await adjustments.adjustments(meter, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (!page.ok) return [];
    for (const one of page.value.items) found.push(...checkOf(one));
    cursor = page.value.next;
  }
  return found.sort((a, b) => a.at - b.at).slice(-CHECKS);
}

function checkOf({ kind, undone, from, details }: Adjustment): Check[] {
  const { displayWh } = details;
  const isCheck = kind === "check" && undone === null && from !== null && typeof displayWh === "number";
  return isCheck ? [{ at: from, displayWh }] : [];
}

async function counted(store: OpenArchive, meter: MeterId, checks: readonly Check[]): Promise<DisplayCheck[]> {
  const result: DisplayCheck[] = [];
  for (const [i, check] of checks.entries()) {
    const from = checks[i - 1]?.at;
    const used = from === undefined ? undefined : await store.archive.consumption(meter, epochSeconds(from), check.at);
    result.push({ ...check, countedWhSincePrevious: used?.ok ? used.value.wh : null });
  }
  return result;
}
