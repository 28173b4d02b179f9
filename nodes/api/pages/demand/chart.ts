import type { DemandReport, WindowReport } from "../../../model/index.ts";
import { kilowatts, power } from "../parts/format.ts";
import { wall } from "../parts/time.ts";
import { type Child, h, type Piece } from "../parts/tree.ts";
import type { PageState } from "./state.ts";

const HEIGHT = 190;
const PLOT = { top: 14, bottom: 166, left: 40 };
const DAY_S = 86_400;
/** Under this share of readings a window is no candidate. */
const WHOLE = 0.9;

/** Closed windows of the last day against the limit. One of them can be looked at, by pointer or arrow keys. */
export function chart(report: DemandReport, { looked, chartWidth }: PageState): Piece {
  const { windows, id } = report;
  const index = Math.min(looked.get(id) ?? -1, windows.length - 1);
  const one = windows[index];
  return h(
    "figure",
    { class: "day" },
    h(
      "figcaption",
      {},
      h("span", {}, "Last 24 hours"),
      h("span", { class: "readout" }, one === undefined ? summary(report) : sentence(one, report)),
    ),
    h(
      "div",
      {
        class: "plot",
        "data-plot": id,
        tabindex: windows.length > 0 && 0,
        role: "slider",
        "aria-label": "Windows of the last 24 hours",
        "aria-valuemin": 0,
        "aria-valuemax": Math.max(0, windows.length - 1),
        "aria-valuenow": Math.max(0, index),
        "aria-valuetext": one === undefined ? summary(report) : sentence(one, report),
      },
      h(
        "svg",
        { viewBox: `0 0 ${chartWidth} ${HEIGHT}`, width: chartWidth, height: HEIGHT, "aria-hidden": "true" },
        ...drawing(report, chartWidth, index),
      ),
    ),
  );
}

/** Which window of the chart is below `x` (CSS pixels from its left edge); -1 for none. */
export function windowAt(report: DemandReport, x: number, width: number): number {
  const at = timeAt(report, x, width);
  return report.windows.findIndex(({ start, end }) => at >= start && at < end);
}

function timeAt({ windowStart }: DemandReport, x: number, width: number): number {
  return windowStart - DAY_S + ((x - PLOT.left) / (width - PLOT.left)) * DAY_S;
}

function drawing(report: DemandReport, width: number, looked: number): Child[] {
  const { windows, limitWatts, windowStart, target } = report;
  const values = [...windows.map(({ watts }) => watts), limitWatts ?? 0, target === "surplus" ? -500 : 0];
  const high = roundUp(Math.max(500, ...values) * 1.08);
  const low = Math.min(0, ...values) < 0 ? -roundUp(-Math.min(0, ...values) * 1.08) : 0;
  const y = (watts: number) => PLOT.bottom - ((watts - low) / (high - low)) * (PLOT.bottom - PLOT.top);
  const x = (time: number) => PLOT.left + ((time - windowStart + DAY_S) / DAY_S) * (width - PLOT.left);
  const bars = windows.map((one, index) => {
    const [left, right] = [x(one.start), x(one.end)];
    const gap = right - left > 4 ? 1.5 : 0.5;
    const place = { x: left.toFixed(1), width: Math.max(0.5, right - left - gap).toFixed(1) };
    const part = (from: number, to: number) => {
      return { ...place, y: y(to).toFixed(1), height: Math.max(0.5, y(from) - y(to)).toFixed(1) };
    };
    const [bottom, top] = [Math.min(0, one.watts), Math.max(0, one.watts)];
    const over = target === "limit" && one.counts && limitWatts !== null && top > limitWatts;
    return [
      h("rect", { class: barClass(one, index === looked), ...part(bottom, over ? limitWatts : top) }),
      over && h("rect", { class: "over", ...part(limitWatts, top) }),
      isPeak(one, report) &&
        h("circle", { class: "peak", cx: ((left + right - gap) / 2).toFixed(1), cy: y(top) - 7, r: 3 }),
    ];
  });
  return [
    ...scale(low, high).map((watts) => [
      h("line", { class: watts === 0 ? "zero" : "grid", x1: PLOT.left, x2: width, y1: y(watts), y2: y(watts) }),
      h("text", { class: "axis left", x: PLOT.left - 8, y: y(watts) + 4 }, kilowatts(watts).replace(/\.?0+$/, "")),
    ]),
    h("text", { class: "axis left", x: PLOT.left - 8, y: PLOT.bottom + 18 }, "kW"),
    ...hours(report, width).map(({ at, text }) => [
      h("text", { class: "axis", x: x(at).toFixed(1), y: PLOT.bottom + 18 }, text),
    ]),
    ...bars,
    limitWatts !== null &&
      target === "limit" && [
        h("line", { class: "limit", x1: PLOT.left, x2: width, y1: y(limitWatts), y2: y(limitWatts) }),
      ],
  ];
}

/** Whether it is among those that make the figure of its month. */
function isPeak({ start }: WindowReport, { months }: DemandReport): boolean {
  return months.some(({ candidates }) => candidates.some((one) => one.start === start));
}

function barClass({ watts, coverage, counts }: WindowReport, looked: boolean): string {
  const kinds = ["bar", watts < 0 && "fed", coverage < WHOLE && "partly", !counts && "free", looked && "looked"];
  return kinds.filter((kind) => kind !== false).join(" ");
}

/** The next of 0.5, 1, 2, 3, 4, 5, 6, 8, 10 … kW. */
function roundUp(watts: number): number {
  const unit = 10 ** Math.floor(Math.log10(watts));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * unit >= watts) ?? 10) * unit;
}

function scale(low: number, high: number): number[] {
  const largest = Math.max(high, -low);
  const step = [2, 3, 4].map((parts) => largest / parts).find((size) => Number.isInteger(size / 250)) ?? largest / 2;
  const marks: number[] = [];
  for (let watts = Math.ceil(low / step) * step; watts <= high + 1; watts += step) marks.push(watts);
  return marks;
}

/** Full hours, as many as there is room for. */
function hours({ windowStart, zone }: DemandReport, width: number): { at: number; text: string }[] {
  const every = width < 420 ? 6 : width < 760 ? 4 : 2;
  const found: { at: number; text: string }[] = [];
  for (let at = Math.ceil((windowStart - DAY_S) / 900) * 900; at <= windowStart; at += 900) {
    const { ofDay, minute } = wall(at, zone);
    const isRoom = at - (windowStart - DAY_S) > 1800 && windowStart - at > 1800;
    if (ofDay % (every * 3600) === 0 && isRoom) found.push({ at, text: minute });
  }
  return found;
}

function summary({ windows, zone, target }: DemandReport): string {
  const [first] = windows;
  if (first === undefined) return "No window has ended yet";
  const most = windows.reduce((top, one) => (one.watts > top.watts ? one : top), first);
  const { minute } = wall(most.start, zone);
  return target === "surplus" ? "" : `Highest: ${power(most.watts)} at ${minute}`;
}

function sentence(one: WindowReport, report: DemandReport): string {
  const { start, end, watts, coverage, counts } = one;
  const { zone } = report;
  const span = `${wall(start, zone).minute} to ${wall(end, zone).minute}`;
  const flow = watts < 0 ? `${power(-watts)} fed in` : power(watts);
  const notes = [coverage < WHOLE && `readings for ${Math.round(coverage * 100)} %`];
  notes.push(!counts && "does not count", isPeak(one, report) && "a peak of the month");
  return [`${span}: ${flow}`, ...notes.filter((note) => note !== false)].join(", ");
}
