import { type Fields, isNothing } from "./fields.ts";
import { type Entries, type Frame, type FrameKind, KINDS, type NodeSnapshot } from "./kinds.ts";

/** Why a line was refused. Never its text: a spliced line may carry the radio key. */
export type RejectionCode =
  /** longer than any line of a device */
  | "too-long"
  /** holds NUL, control characters or bytes ≥ 0x80 */
  | "noise-bytes"
  /** the checksum says that something was changed on the way */
  | "bad-checksum"
  /** none, although the gateway promised one in every message */
  | "no-checksum"
  /** a message begins inside another line */
  | "spliced"
  | "unknown-kind"
  | "field-count"
  | "bad-field"
  | "entry-count"
  /** more than a radio packet can carry */
  | "over-radio-length"
  /** a continuation that does not follow a node snapshot */
  | "orphan"
  /** the first line after a lost connection: two halves may have met */
  | "after-reconnect";

export interface Rejection {
  readonly kind: "rejected";
  readonly code: RejectionCode;
  /** Kind of message and name of the field, from the table. */
  readonly frame?: FrameKind;
  readonly field?: string;
}

export type Parsed<F> = { readonly kind: "frame"; readonly frame: F } | Rejection;

interface Plan {
  readonly kind: FrameKind;
  readonly fields: Fields;
  readonly entries: Entries | undefined;
}

/** What stands behind `G>S:` → the row, for words that stand alone and for messages with fields. */
const alone = new Map<string, FrameKind>();
const withFields = new Map<string, Plan>();
for (const kind of Object.keys(KINDS) as FrameKind[]) {
  const row: { wire?: string; fields: Fields | null; entries?: Entries } = KINDS[kind];
  const wire = row.wire ?? kind;
  if (row.fields === null) alone.set(wire, kind);
  else withFields.set(wire, { kind, fields: row.fields, entries: row.entries });
}

/**
 * @param body what stands behind `G>S:`, without its checksum
 * @returns the frame if every field fits exactly, else the reason and the field
 */
export function parseMessage(body: string): Parsed<Frame> {
  const at = body.indexOf(";");
  if (at === -1) {
    const kind = alone.get(body);
    return kind === undefined ? { kind: "rejected", code: "unknown-kind" } : { kind: "frame", frame: frame({ kind }) };
  }
  const plan = withFields.get(body.slice(0, at));
  return plan === undefined ? { kind: "rejected", code: "unknown-kind" } : parseFields(plan, body, at + 1);
}

/** @param fields what stands behind the `;` of the line that continues a node snapshot */
export function parseContinuation(fields: string): Parsed<NodeSnapshot> {
  const plan: Plan = { kind: "NOSNAP", fields: KINDS.NOSNAP.fields, entries: undefined };
  const parsed = parseFields(plan, fields, 0);
  if (parsed.kind === "rejected") return parsed;
  return parsed.frame.kind === "NOSNAP" ? { kind: "frame", frame: parsed.frame } : { kind: "rejected", code: "orphan" };
}

/** The fields of `line` from `from` to its end. */
function parseFields(plan: Plan, line: string, from: number): Parsed<Frame> {
  const values: Record<string, unknown> = { kind: plan.kind };
  if (plan.entries === undefined) {
    return (
      reject(plan, readInto(values, plan.fields, line, from, line.length)) ?? { kind: "frame", frame: frame(values) }
    );
  }
  let end = endOfPart(line, from);
  const wrong = reject(plan, readInto(values, plan.fields, line, from, end));
  if (wrong !== undefined) return wrong;
  const { text = Number.POSITIVE_INFINITY } = plan.entries;
  if (line.length - line.indexOf(",", from) - 1 > text) return reject(plan, { code: "over-radio-length" });
  const entries: Record<string, unknown>[] = [];
  while (end < line.length) {
    const start = end + 1;
    end = endOfPart(line, start);
    const entry: Record<string, unknown> = {};
    const unfit = reject(plan, readInto(entry, plan.entries.fields, line, start, end));
    if (unfit !== undefined) return unfit;
    entries.push(entry);
  }
  if (entries.length < 1 || entries.length > plan.entries.max) return reject(plan, { code: "entry-count" });
  values.entries = entries;
  return { kind: "frame", frame: frame(values) };
}

function endOfPart(line: string, from: number): number {
  const semicolon = line.indexOf(";", from);
  return semicolon === -1 ? line.length : semicolon;
}

type Unfit = { readonly code: RejectionCode; readonly field?: string };

function reject(plan: Plan, unfit: Unfit): Rejection;
function reject(plan: Plan, unfit: Unfit | undefined): Rejection | undefined;
function reject(plan: Plan, unfit: Unfit | undefined): Rejection | undefined {
  return unfit === undefined ? undefined : { kind: "rejected", frame: plan.kind, ...unfit };
}

/** Reads `line` from `from` to `to` field by field; nothing may be left over. */
function readInto(
  values: Record<string, unknown>,
  fields: Fields,
  line: string,
  from: number,
  to: number,
): Unfit | undefined {
  let at = from;
  for (const name in fields) {
    const field = fields[name];
    if (field === undefined) continue;
    if (at > to) return { code: "field-count", field: name };
    const comma = field.width === undefined ? line.indexOf(",", at) : at + field.width;
    const end = comma === -1 || comma >= to ? to : comma;
    if (end < to && line.charCodeAt(end) !== 44) return { code: "bad-field", field: name };
    const value = field.parse(line, at, end);
    if (value === undefined) return { code: "bad-field", field: name };
    if (!isNothing(value)) values[name] = value;
    at = end + 1;
  }
  return at === to + 1 ? undefined : { code: "field-count" };
}

/** The one place where values read by the rows of the table become the type derived from the same rows. */
function frame(values: Record<string, unknown>): Frame {
  return values as Frame;
}
