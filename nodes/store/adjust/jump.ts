import { DAY_S, dayOf } from "../day.ts";
import { qualityBits, REBASE_BIT } from "../flags.ts";
import { compareRows, expand, type Row } from "../run.ts";
import type { Days, DayView } from "../views.ts";
import { rowsAround, split } from "./rows.ts";

/** How far it is known that no register jumps; or where the first one does. */
interface Known {
  /** Of all days up to `seen`, when they were looked at: so far readings of the days before `day` reach. */
  readonly stamp: string;
  readonly seen: number;
  readonly day: number;
  readonly register: number | undefined;
  readonly jump: number | undefined;
}

/**
 * Looks for the next rebase behind `from`: the first reading whose register does not follow from the one before it, or
 * that bridges a rebase. The first reading itself may jump. Days are remembered as long as nothing before them changes.
 */
export class Jump {
  readonly #days: Days;
  readonly #from: number;
  #known: Known | undefined;

  constructor(days: Days, from: number) {
    this.#days = days;
    this.#from = from;
  }

  /** @returns the start of that reading; undefined when there is none before `before` */
  async find(before: number): Promise<number | undefined> {
    // The first reading does not jump.
    if (before <= this.#from) return undefined;
    let known = this.#known;
    if (known !== undefined && this.#days.stamp(known.seen) !== known.stamp) known = undefined;
    if (known?.jump !== undefined) return known.jump < before ? known.jump : undefined;
    if (known !== undefined && known.day * DAY_S >= before) return undefined;
    const state = this.#days.stamp(Number.POSITIVE_INFINITY);
    let isClosed = true;
    let register = known?.register;
    const first = dayOf(this.#from);
    const views = await this.#days.days(known === undefined ? this.#from : known.day * DAY_S, before);
    const steps: (() => Promise<Step>)[] = [];
    if (known === undefined) steps.push(() => this.#first(views, first));
    for (const view of views) if (view.day >= (known?.day ?? first + 1)) steps.push(() => follow(view, register));
    let seen = known?.seen ?? first;
    for (const step of steps) {
      const { day, reach, isOpen, jump, ends } = await step();
      register = ends;
      seen = Math.max(seen, day, dayOf(reach));
      isClosed &&= !isOpen;
      const isSame = isClosed && this.#days.stamp(Number.POSITIVE_INFINITY) === state;
      if (isSame) this.#known = { stamp: this.#days.stamp(seen), seen, day: day + 1, register, jump };
      if (jump !== undefined) return jump < before ? jump : undefined;
    }
    return undefined;
  }

  /** The day of `from`, with what of readings begun before it lies behind it. */
  async #first(views: readonly DayView[], day: number): Promise<Step> {
    const span = { start: 0, end: this.#from };
    const rows = (await rowsAround(views, day)).flatMap((row) => split(row, [span], () => undefined));
    const within = rows.filter((row) => row.start >= this.#from && row.start < (day + 1) * DAY_S);
    const before = views.filter((view) => view.day <= day);
    const reach = before.reduce((latest, view) => Math.max(latest, view.reach), 0);
    return {
      day,
      reach,
      isOpen: before.some((view) => view.isOpen),
      ...followRows(within.sort(compareRows), undefined),
    };
  }
}

/** Where the register jumps on a day, and how it stands at its end. */
interface Step {
  readonly day: number;
  readonly reach: number;
  readonly isOpen: boolean;
  readonly jump: number | undefined;
  readonly ends: number | undefined;
}

async function follow(view: DayView, register: number | undefined): Promise<Step> {
  const { day, reach, isOpen } = view;
  const [only, other] = view.whole?.stretches ?? [];
  if (only !== undefined && other === undefined && !only.bridge) {
    const jumps = register !== undefined && register !== only.register0;
    return { day, reach, isOpen, jump: jumps ? only.start : undefined, ends: only.register1 };
  }
  return { day, reach, isOpen, ...followRows(expand(await view.runs()), register) };
}

function followRows(rows: readonly Row[], before: number | undefined): Pick<Step, "jump" | "ends"> {
  let register = before;
  for (const row of rows) {
    const isBridge = (qualityBits(row.flags) & REBASE_BIT) !== 0;
    if (register !== undefined && (isBridge || row.register - row.wh !== register)) {
      return { jump: row.start, ends: register };
    }
    register = row.register;
  }
  return { jump: undefined, ends: register };
}
