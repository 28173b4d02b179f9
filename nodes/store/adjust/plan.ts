import {
  type AdjustmentPreview,
  type AdjustmentRequest,
  type EpochSeconds,
  failed,
  type MeterId,
  never,
  ok,
  type Result,
} from "../../model/index.ts";
import type { Row } from "../run.ts";
import { bring, EARLIEST_S } from "./bring.ts";
import type { Desk } from "./desk.ts";
import { generate, STEP_S } from "./generate.ts";
import { Jump } from "./jump.ts";
import { firstStart, lowestRegister, registerBefore, registerFrom } from "./registers.ts";
import type { Kept, Op } from "./shapes.ts";
import { Sheet } from "./sheet.ts";

/** What a request comes to, before anything is written. */
export interface Plan extends Pick<Kept, "from" | "to" | "details" | "ops"> {
  readonly sheet?: Sheet;
  readonly readings: number;
  readonly leftOut: AdjustmentPreview["leftOut"];
}

/** What a plan looks at. */
export interface Ground {
  readonly desk: Desk;
  readonly meter: MeterId;
  readonly now: EpochSeconds;
  readonly zone: string;
  /** Where a new sheet would be kept. */
  readonly number: number;
}

const MOST_WH = 1e13;
const NAME = /^(?=.*\S)[^\p{Cc}\p{Cs}]{1,100}$/u;

const refused = (what: string, field?: string) => failed("METERMAN_ADJUSTMENT_REFUSED", what, field);
const wrong = (what: string, field: string) => failed("METERMAN_BAD_QUERY", what, field);
const isWh = (wh: number) => Number.isSafeInteger(wh) && wh >= 0 && wh <= MOST_WH;

/** @returns METERMAN_BAD_QUERY, METERMAN_TOO_LARGE or METERMAN_ADJUSTMENT_REFUSED with what to do */
export async function planOf(ground: Ground, request: AdjustmentRequest): Promise<Result<Plan>> {
  const { desk, meter, now } = ground;
  const days = desk.days(meter);
  switch (request.kind) {
    case "delete": {
      const span = spanOf(request.from, request.to, now);
      return span.ok
        ? ok(await lifted(ground, request, { ...span.value, ops: [["cut", request.from, request.to]] }))
        : span;
    }
    case "upload": {
      const brought = await bring(days, request.rows, now, request.mode === "fill");
      if (!brought.ok) return brought;
      const details = { mode: request.mode ?? "replace", rows: request.rows.length };
      const { rows, leftOut } = brought.value;
      return ok(await onSheet(ground, request, rows, details, leftOut));
    }
    case "generate": {
      const span = spanOf(request.from, request.to, now);
      if (!span.ok) return span;
      if (!isWh(request.wh)) return wrong("wh must be a whole number of watt-hours, not below 0", "wh");
      const rows = await generate(days, request, ground.zone);
      if (!rows.ok) return rows;
      const like = request.likeDays === undefined ? {} : { likeDays: request.likeDays };
      const details = { wh: request.wh, stepS: request.stepS ?? STEP_S, ...like };
      return ok(await onSheet(ground, request, rows.value, details, []));
    }
    case "rebase": {
      const { at, registerWh } = request;
      if (!isTime(at, now)) return wrong("at must be a time from the year 2000 on, not in the future", "at");
      if (!isWh(registerWh)) return wrong("registerWh must be a whole number of watt-hours, not below 0", "registerWh");
      const stood = (await registerFrom(days, at)) ?? (await registerBefore(days, at));
      if (stood === undefined) return refused("there is no reading whose register could follow", "at");
      return ok({ ...PLAIN, from: at, details: { registerWh }, ops: [["shift", at, null, registerWh - stood]] });
    }
    case "lift":
      return liftPlan(ground, request);
    case "merge":
      return mergePlan(ground, request);
    case "rename": {
      const name = request.name.trim();
      if (!NAME.test(name)) return wrong("name must be 1 to 100 characters on one line", "name");
      return ok({ ...PLAIN, details: { name } });
    }
    case "check": {
      const { at, displayWh } = request;
      if (!isTime(at, now)) return wrong("at must be a time from the year 2000 on, not in the future", "at");
      if (!isWh(displayWh)) return wrong("displayWh must be a whole number of watt-hours, not below 0", "displayWh");
      return ok({ ...PLAIN, from: at, to: at, details: { displayWh } });
    }
    default:
      return never(request);
  }
}

const PLAIN: Plan = { from: null, to: null, details: {}, ops: [], readings: 0, leftOut: [] };

function isTime(at: number, now: number): boolean {
  return Number.isSafeInteger(at) && at >= EARLIEST_S && at <= now;
}

function spanOf(from: number, to: number, now: number): Result<Plan> {
  if (!isTime(from, now)) return wrong("from must be a time from the year 2000 on, not in the future", "from");
  if (!isTime(to, now)) return wrong("to must be a time from the year 2000 on, not in the future", "to");
  return from < to ? ok({ ...PLAIN, from, to }) : wrong("from must be before to", "from");
}

async function onSheet(
  ground: Ground,
  request: { readonly lift?: boolean },
  rows: readonly Row[],
  details: Plan["details"],
  leftOut: Plan["leftOut"],
): Promise<Plan> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return { ...PLAIN, details, leftOut };
  const ops: Op[] = [["sheet", ground.number]];
  const span = { from: first.start, to: last.end };
  const sheet = await Sheet.of(rows);
  return lifted(ground, request, { ...span, details, ops, readings: rows.length, leftOut, sheet });
}

/** With `lift` the registers behind the change move so that they go on from it. */
async function lifted(ground: Ground, { lift = false }: { readonly lift?: boolean }, plan: Plan): Promise<Plan> {
  const { desk, meter } = ground;
  const details = { ...plan.details, lift };
  const { to } = plan;
  if (!lift || to === null) return { ...plan, details };
  const days = desk.days(meter);
  const reached = await registerBefore(desk.with(meter, plan.ops, plan.sheet), to);
  const stands = (await registerFrom(days, to)) ?? (await registerBefore(days, to));
  if (reached === undefined || stands === undefined || reached === stands) return { ...plan, details };
  return { ...plan, details, ops: [...plan.ops, ["shift", to, null, reached - stands]] };
}

async function liftPlan(
  { desk, meter, now }: Ground,
  request: Extract<AdjustmentRequest, { kind: "lift" }>,
): Promise<Result<Plan>> {
  const { from, wh } = request;
  const to = request.to ?? null;
  if (!isTime(from, now)) return wrong("from must be a time from the year 2000 on, not in the future", "from");
  if (to !== null && !(Number.isSafeInteger(to) && to > from)) return wrong("to must be a time after from", "to");
  if (!isWh(Math.abs(wh)) || wh === 0) return wrong("wh must be a whole number of watt-hours other than 0", "wh");
  const days = desk.days(meter);
  const end = to ?? (await new Jump(days, from).find(Number.POSITIVE_INFINITY)) ?? Number.POSITIVE_INFINITY;
  const lowest = await lowestRegister(days, from, end);
  // Registers that are still to come need not follow from the last one: it may be shifted already.
  if ((lowest ?? (await registerBefore(days, from))) === undefined) {
    return refused("there is no reading whose register could be lifted", "from");
  }
  if (lowest !== undefined && lowest + wh < 0)
    return refused(`a register there stands at ${lowest} Wh: no more than that can be taken off`, "wh");
  return ok({ ...PLAIN, from, to, details: { wh }, ops: [["shift", from, to, wh]] });
}

async function mergePlan(
  { desk, meter, now }: Ground,
  request: Extract<AdjustmentRequest, { kind: "merge" }>,
): Promise<Result<Plan>> {
  const { source } = request;
  if (source === meter) return wrong("source must be another meter", "source");
  const into = desk.trails.mergedInto(source);
  if (into !== undefined) {
    return refused(`meter ${source} is merged into ${into} already: undo that correction of ${into} first`, "source");
  }
  for (let target = desk.trails.mergedInto(meter); target !== undefined; target = desk.trails.mergedInto(target)) {
    if (target === source) return refused(`meter ${meter} is merged into ${source}: undo that first`, "source");
  }
  const until = request.until ?? (await firstStart(desk.days(meter))) ?? now;
  if (!isTime(until, now)) return wrong("until must be a time from the year 2000 on, not in the future", "until");
  const from = await firstStart(desk.days(source));
  if (from === undefined || from >= until) {
    return refused(`meter ${source} has no reading before that time: give another until`, "until");
  }
  return ok({ ...PLAIN, from, to: until, details: { source, until }, ops: [["merge", source, from, until]] });
}
