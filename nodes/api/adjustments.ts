import { type Adjustment, failed, type MeterId, ok, parseMeterId, type Result } from "../model/index.ts";
import { wanted } from "./adjustment-body.ts";
import { UPLOAD_LIMIT_BYTES } from "./body.ts";
import type { Column } from "./csv.ts";
import type { OpenArchive } from "./http.ts";
import { iso } from "./iso.ts";
import { CSV_TYPE, NDJSON_TYPE } from "./media.ts";
import type { Parameter } from "./parameters.ts";
import { badQuery } from "./problem.ts";
import { type Call, type Route, table } from "./route.ts";
import { LIMIT, METER, PAGE } from "./rows.ts";
import { WHY, WHY_WORDS } from "./schemas-adjustments.ts";
import { heard } from "./shelf.ts";

const flag = { enum: ["true", "false"] };
/** What an upload as text says in its address. */
const OF_TEXTS: readonly Parameter[] = [
  { name: "why", in: "query", description: WHY_WORDS, schema: WHY },
  {
    name: "mode",
    in: "query",
    description: "replace (what lies under the rows goes; the default) or fill (only rows that meet no reading count)",
    schema: { enum: ["replace", "fill"] },
  },
  {
    name: "lift",
    in: "query",
    description: "true or false: whether later registers move along, so that no rebase shows at the end of the rows",
    schema: flag,
  },
  { name: "dryRun", in: "query", description: "true or false: whether only to tell what would change", schema: flag },
];

export const adjustRoute: Route = {
  method: "POST",
  path: "/meters/{meter}/adjustments",
  id: "adjustMeter",
  scope: "adjust",
  summary: "Corrects the readings of a meter, or tells what that would change",
  description:
    "Nothing that was measured is lost: a correction lies over the readings, and undoing it leaves them as they were. " +
    "With dryRun nothing is written, and the answer (200) has only the preview. Times without an offset are in the " +
    "time zone of the store.\n\n" +
    "Readings can be brought as JSON, or as text/csv or application/x-ndjson: then why, mode, lift and dryRun stand in " +
    "the address. A text may have the columns start, end, wh, registerWh, amps, source, quality (what export gives), or " +
    "when_start, entry_interval_length, entry_value, meter_value. One body may be 8 MiB long; more is split, or goes " +
    "by meterman import on the command line. Where Node-RED's editor has the same root, it reads JSON first, and takes " +
    "5 MB of it.",
  parameters: [METER, ...OF_TEXTS],
  json: "AdjustmentRequest",
  texts: [CSV_TYPE, NDJSON_TYPE],
  limitBytes: UPLOAD_LIMIT_BYTES,
  answer: "AdjustmentOutcome",
  statuses: [201, 200],
  async handle({ given, body, ports, caller }) {
    const store = ports.store();
    if (!store.ok) return store;
    const meter = parseMeterId(given.meter);
    if (!meter.ok) return badQuery(meter.error.message, "meter");
    if (body === null) return failed("METERMAN_BAD_MESSAGE", "the body is missing");
    const asked = await wanted(body, given, store.value.zone);
    if (!asked.ok) return asked;
    const { request, why, dryRun } = asked.value;
    const author = { who: caller.name, why };
    const outcome = await store.value.adjustments.adjust(meter.value, request, author, { dryRun });
    if (!outcome.ok) return outcome;
    return ok({ body: outcome.value, ...(outcome.value.adjustment !== null && { status: 201 }) });
  },
};

const COLUMNS: readonly Column<Adjustment>[] = [
  { name: "n", cell: (one) => one.n },
  { name: "kind", cell: (one) => one.kind },
  { name: "at", cell: (one) => one.at },
  { name: "atIso", cell: (one) => iso(one.at) },
  { name: "from", cell: (one) => one.from },
  { name: "to", cell: (one) => one.to },
  { name: "changeWh", cell: (one) => one.changeWh },
  { name: "readings", cell: (one) => one.readings },
  { name: "who", cell: (one) => one.who },
  { name: "why", cell: (one) => one.why },
  { name: "details", cell: (one) => JSON.stringify(one.details) },
  { name: "undoneAt", cell: (one) => one.undone?.at },
  { name: "undoneWho", cell: (one) => one.undone?.who },
  { name: "undoneWhy", cell: (one) => one.undone?.why },
];

export const adjustmentsRoute: Route = {
  method: "GET",
  path: "/meters/{meter}/adjustments",
  id: "listAdjustments",
  scope: "read",
  summary: "Every correction of a meter, the oldest first: what, who, when, why, and whether it was undone",
  parameters: [
    METER,
    LIMIT,
    {
      name: "cursor",
      in: "query",
      description: "the value of next of the page before, unchanged",
      schema: { type: "string", pattern: "^[A-Za-z0-9_-]{1,400}$" },
    },
  ],
  answer: "Adjustments",
  table: true,
  async handle(call) {
    const found = knownOf(call);
    if (!found.ok) return found;
    const { store, meter } = found.value;
    const { limit = PAGE, cursor } = call.given;
    const page = await store.adjustments.adjustments(meter, {
      limit: Number(limit),
      ...(cursor !== undefined && { cursor: String(cursor) }),
    });
    if (!page.ok) return page;
    const { items, next } = page.value;
    return ok({ body: { items, next }, table: table(COLUMNS, items), next });
  },
};

export const undoRoute: Route = {
  method: "POST",
  path: "/meters/{meter}/adjustments/{n}/undo",
  id: "undoAdjustment",
  scope: "adjust",
  summary: "Undoes a correction: the readings are again what they were without it",
  parameters: [
    METER,
    {
      name: "n",
      in: "path",
      required: true,
      description: "the number of a correction of this meter",
      schema: { type: "integer", minimum: 1, maximum: 1e9 },
    },
    { name: "why", in: "body", required: true, description: WHY_WORDS, schema: WHY },
  ],
  answer: "AdjustmentUndone",
  async handle(call) {
    const found = knownOf(call);
    if (!found.ok) return found;
    const { store, meter } = found.value;
    const { given, caller } = call;
    const author = { who: caller.name, why: String(given.why).trim() };
    const undone = await store.adjustments.undo(meter, Number(given.n), author);
    return undone.ok ? ok({ body: { adjustment: undone.value } }) : undone;
  },
};

function knownOf({ given, ports }: Call): Result<{ store: OpenArchive; meter: MeterId }> {
  const store = ports.store();
  if (!store.ok) return store;
  const meter = parseMeterId(given.meter);
  if (!meter.ok) return badQuery(meter.error.message, "meter");
  const known = heard(store.value, meter.value);
  return known.ok ? ok({ store: store.value, meter: meter.value }) : known;
}
