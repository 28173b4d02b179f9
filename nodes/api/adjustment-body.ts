import {
  type AdjustmentRequest,
  type EpochSeconds,
  never,
  ok,
  parseMeterId,
  parseTime,
  type Result,
  TIME_WORDS,
  wh,
} from "../model/index.ts";
import type { Body } from "./body.ts";
import { parseRows, ROW_TYPES, rowsOf } from "./formats/index.ts";
import { checkJson } from "./json-body.ts";
import type { Given } from "./parameters.ts";
import { badQuery } from "./problem.ts";
import { WHY_WORDS } from "./schemas-adjustments.ts";

/** A correction as it was asked for. */
export interface Wanted {
  readonly request: AdjustmentRequest;
  readonly why: string;
  readonly dryRun: boolean;
}

type Time = number | string;
/** What the schema AdjustmentRequest describes. */
type Asked = { readonly why: string; readonly dryRun?: boolean } & (
  | { readonly kind: "delete"; readonly from: Time; readonly to: Time; readonly lift?: boolean }
  | { readonly kind: "upload"; readonly rows: readonly object[]; readonly mode?: Mode; readonly lift?: boolean }
  | {
      readonly kind: "generate";
      readonly from: Time;
      readonly to: Time;
      readonly wh: number;
      readonly stepS?: number;
      readonly likeDays?: number;
      readonly lift?: boolean;
    }
  | { readonly kind: "rebase"; readonly at: Time; readonly registerWh: number }
  | { readonly kind: "lift"; readonly from: Time; readonly to?: Time; readonly wh: number }
  | { readonly kind: "merge"; readonly source: string; readonly until?: Time }
  | { readonly kind: "rename"; readonly name: string }
  | { readonly kind: "check"; readonly at: Time; readonly displayWh: number }
);
type Mode = "replace" | "fill";

/**
 * @param given the query, which says of a text what JSON says itself
 * @param zone of times without an offset
 * @returns METERMAN_BAD_QUERY or METERMAN_BAD_MESSAGE naming the field or the rows
 */
export async function wanted(body: Body, given: Given, zone: string): Promise<Result<Wanted>> {
  if (body.kind === "text") return fromText(body, given, zone);
  if (["why", "mode", "lift", "dryRun"].some((name) => given[name] !== undefined)) {
    return badQuery("with a JSON body, why, mode, lift and dryRun are fields of the body");
  }
  return parseAdjustment(body.value, zone);
}

/**
 * A correction as JSON or a message has it: `{kind, why, dryRun?, …}` with the fields of AdjustmentRequest, its times as
 * epoch seconds or ISO 8601.
 */
export function parseAdjustment(fields: unknown, zone: string): Result<Wanted> {
  const asked = checkJson<Asked>("AdjustmentRequest", fields);
  if (!asked.ok) return asked;
  const request = requestOf(asked.value, zone);
  if (!request.ok) return request;
  const { why, dryRun = false } = asked.value;
  return ok({ request: request.value, why: why.trim(), dryRun });
}

async function fromText(body: Body & { kind: "text" }, given: Given, zone: string): Promise<Result<Wanted>> {
  const { why, mode, lift, dryRun } = given;
  if (typeof why !== "string") return badQuery(`why is missing: it is ${WHY_WORDS}`, "why");
  const type = ROW_TYPES.find((one) => one === body.type);
  if (type === undefined) return badQuery("the body must be CSV or NDJSON");
  const rows = await parseRows(body.text, type, zone);
  if (!rows.ok) return rows;
  const request = {
    kind: "upload",
    rows: rows.value,
    mode: mode === "fill" ? "fill" : "replace",
    lift: lift === "true",
  } as const;
  return ok({ request, why: why.trim(), dryRun: dryRun === "true" });
}

function requestOf(asked: Asked, zone: string): Result<AdjustmentRequest> {
  const { why: _why, dryRun: _dryRun, ...request } = asked;
  const { kind } = request;
  switch (kind) {
    case "delete": {
      const span = spanOf(request, zone);
      return span.ok ? ok({ ...request, ...span.value }) : span;
    }
    case "generate": {
      const span = spanOf(request, zone);
      return span.ok ? ok({ ...request, ...span.value, wh: wh(request.wh) }) : span;
    }
    case "upload": {
      const rows = rowsOf(request.rows, zone);
      return rows.ok ? ok({ ...request, rows: rows.value }) : rows;
    }
    case "rebase": {
      const at = timeOf("at", request.at, zone);
      return at.ok ? ok({ kind, at: at.value, registerWh: wh(request.registerWh) }) : at;
    }
    case "check": {
      const at = timeOf("at", request.at, zone);
      return at.ok ? ok({ kind, at: at.value, displayWh: wh(request.displayWh) }) : at;
    }
    case "lift": {
      const from = timeOf("from", request.from, zone);
      if (!from.ok) return from;
      if (request.to === undefined) return ok({ kind, from: from.value, wh: request.wh });
      const to = timeOf("to", request.to, zone);
      return to.ok ? ok({ kind, from: from.value, to: to.value, wh: request.wh }) : to;
    }
    case "merge": {
      const source = parseMeterId(request.source);
      if (!source.ok) return badQuery(source.error.message, "source");
      if (request.until === undefined) return ok({ kind, source: source.value });
      const until = timeOf("until", request.until, zone);
      return until.ok ? ok({ kind, source: source.value, until: until.value }) : until;
    }
    case "rename":
      return ok({ kind, name: request.name.trim() });
    default:
      return never(kind);
  }
}

function spanOf(given: { readonly from: Time; readonly to: Time }, zone: string) {
  const from = timeOf("from", given.from, zone);
  if (!from.ok) return from;
  const to = timeOf("to", given.to, zone);
  return to.ok ? ok({ from: from.value, to: to.value }) : to;
}

function timeOf(name: string, value: Time, zone: string): Result<EpochSeconds> {
  const time = parseTime(value, zone);
  return time.ok ? time : badQuery(`${name} must be ${TIME_WORDS}`, name);
}
