import type { MeterId } from "../../../../model/index.ts";
import type { House, Span } from "../app.ts";
import { startOf, UNITS, unitAround, unitOf } from "./calendar.ts";
import { bounded, EARLIER, type Look, MANNERS, SHOWINGS } from "./state.ts";

export interface Where {
  readonly now: number;
  readonly zone: string;
  /** From the first reading there is until now; null while that is not known. */
  readonly all: Span | null;
  /** Every meter that could be shown. */
  readonly meters: readonly MeterId[];
}

/** More lines than this cannot be told apart; a sum may be of all. */
const MOST_BESIDE = 6;

/** What a button makes of the look; undefined for one that does something else. */
export function press(look: Look, act: string, value: string, where: Where): Look | undefined {
  const one = <T extends string>(of: readonly T[]) => of.find((name) => name === value);
  switch (act) {
    case "meter":
      return {
        ...look,
        meters: chosen(
          look,
          where.meters.find((id) => id === value),
        ),
      };
    case "manner":
      return inManner(look, one(MANNERS) ?? "one", where);
    case "showing":
      return { ...look, showing: one(SHOWINGS) ?? "power" };
    case "against":
      return { ...look, against: one(EARLIER) ?? null };
    case "unit":
      return inUnit(look, one(UNITS) ?? "day", where);
    case "step":
      return step(look, value === "1" ? 1 : -1, where);
    case "now":
      return toNow(look, where);
    case "all":
      return where.all === null ? look : { ...look, span: bounded(where.all, where.now), follows: false };
    default:
      return undefined;
  }
}

function chosen({ meters, manner }: Look, id: MeterId | undefined): readonly MeterId[] {
  if (id === undefined) return meters;
  if (manner === "one") return [id];
  const rest = meters.filter((meter) => meter !== id);
  if (rest.length < meters.length) return rest.length > 0 ? rest : meters;
  // The one that was there longest goes.
  return [...meters, id].slice(manner === "beside" ? -MOST_BESIDE : 0);
}

/** Going from one to several takes a second one along, so that something is seen of it. */
function inManner(look: Look, manner: Look["manner"], { meters }: Where): Look {
  if (manner === "one") return { ...look, manner, meters: look.meters.slice(0, 1) };
  const next = meters.find((id) => !look.meters.includes(id));
  const more = look.meters.length < 2 && next !== undefined ? [...look.meters, next] : look.meters;
  const showing = manner === "sum" && look.showing === "register" ? "power" : look.showing;
  return { ...look, manner, showing, meters: manner === "beside" ? more.slice(0, MOST_BESIDE) : more };
}

/** The unit around the present where it is in sight, else around the middle. */
function inUnit(look: Look, unit: (typeof UNITS)[number], { now, zone }: Where): Look {
  const { from, to } = look.span;
  const at = now >= from && now <= to + (to - from) * 0.05 ? now : (from + to) / 2;
  return { ...look, span: unitAround(unit, at, zone), follows: false };
}

/** By a unit where the span is one, else by its length. */
function step(look: Look, direction: 1 | -1, { zone, now }: Where): Look {
  const { from, to } = look.span;
  const unit = unitOf(look.span, zone);
  if (unit !== undefined) {
    const start = startOf(unit, from, zone, direction);
    return { ...look, span: { from: start, to: startOf(unit, start, zone, 1) }, follows: false };
  }
  const shift = (to - from) * direction;
  return { ...look, span: bounded({ from: from + shift, to: to + shift }, now), follows: false };
}

/** The unit that is now; a span of another length ends now, and goes on with the present. */
function toNow(look: Look, { now, zone }: Where): Look {
  const unit = unitOf(look.span, zone);
  const current = unit === undefined ? undefined : unitAround(unit, now, zone);
  if (current !== undefined && current.from !== look.span.from) return { ...look, span: current, follows: false };
  return { ...look, span: { from: now - (look.span.to - look.span.from), to: now }, follows: true };
}

/** Every meter that can be shown: one that was merged into another shows there. */
export function shownMeters(house: House | null): readonly MeterId[] {
  return (house?.items ?? []).filter(({ mergedInto }) => mergedInto === undefined).map(({ id }) => id);
}

/** A look at meters that exist: a name in the address may be of another house. */
export function atMeters(look: Look, meters: readonly MeterId[]): Look {
  const known = look.meters.filter((id) => meters.includes(id));
  const [first] = meters;
  if (known.length === look.meters.length && known.length > 0) return look;
  return { ...look, meters: known.length > 0 ? known : first === undefined ? [] : [first] };
}
