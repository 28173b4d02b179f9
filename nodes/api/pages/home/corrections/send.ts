import type { Adjustment, AdjustmentOutcome } from "../../../../model/index.ts";
import { type Got, isObject } from "../../parts/client.ts";
import type { App } from "../app.ts";
import type { Order } from "./draft.ts";

const at = (meter: string, rest = "") => `meters/${encodeURIComponent(meter)}/adjustments${rest}`;

/** @param dryRun nothing changes; the preview says what would */
export async function sendOrder(
  app: App,
  meter: string,
  order: Order,
  dryRun: boolean,
): Promise<Got<AdjustmentOutcome>> {
  if (order.as === "fields") return app.post(at(meter), { ...order.fields, dryRun }, isOutcome);
  const { text, mediaType } = order.file;
  // Not URLSearchParams: the server takes a plus for a plus, as zones have it.
  const query = Object.entries({ ...order.fields, dryRun })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const headers = { accept: "application/json", "content-type": mediaType };
  const got = await app.send(`${at(meter)}?${query}`, { method: "POST", headers, body: text });
  if (!got.ok) return got;
  const value: unknown = await got.value.json().catch(() => undefined);
  if (isOutcome(value)) return { ok: true, value };
  return { ok: false, code: "", trouble: { kind: "fault", text: "The answer could not be read." } };
}

export async function sendUndo(
  app: App,
  meter: string,
  n: number,
  why: string,
): Promise<Got<{ adjustment: Adjustment }>> {
  return app.post(at(meter, `/${n}/undo`), { why }, isUndone);
}

/** The whole trail, the newest first. */
export async function getTrail(app: App, meter: string): Promise<Got<readonly Adjustment[]>> {
  const all: Adjustment[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "?limit=500" : `?limit=500&cursor=${encodeURIComponent(cursor)}`;
    const got: Got<TrailPage> = await app.get(at(meter, query), isTrailPage);
    if (!got.ok) return got;
    all.push(...got.value.items);
    cursor = got.value.next;
  } while (cursor !== null);
  return { ok: true, value: all.reverse() };
}

interface TrailPage {
  readonly items: readonly Adjustment[];
  readonly next: string | null;
}

function isTrailPage(value: unknown): value is TrailPage {
  const { items, next } = Object(value) as Partial<TrailPage>;
  return Array.isArray(items) && (next === null || typeof next === "string");
}

function isOutcome(value: unknown): value is AdjustmentOutcome {
  return isObject(value) && isObject((value as Partial<AdjustmentOutcome>).preview);
}

function isUndone(value: unknown): value is { adjustment: Adjustment } {
  return isObject(value) && isObject((value as { adjustment?: unknown }).adjustment);
}
