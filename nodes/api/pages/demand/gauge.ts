import type { DemandReport } from "../../../model/index.ts";
import { power, powerParts, thisWindow, UNKNOWN } from "../parts/format.ts";
import { type Attributes, h, type Piece } from "../parts/tree.ts";
import { usedWhOf } from "./state.ts";
import type { Tone } from "./verdict.ts";

/** Half a circle, 100 units long: everything on it is a stretch between two of them. */
const RING = "M 22 128 A 98 98 0 0 1 218 128";
const TIME = "M 40 128 A 80 80 0 0 1 200 128";

function stretch(path: string, from: number, to: number, attributes: Attributes): Piece {
  const [low, high] = [Math.max(0, Math.min(from, to)), Math.min(100, Math.max(from, to))];
  const length = Math.max(0, high - low);
  return h("path", {
    d: path,
    pathLength: 100,
    "stroke-dasharray": `${length.toFixed(2)} 200`,
    "stroke-dashoffset": (-low).toFixed(2),
    ...attributes,
  });
}

/** A line across the ring. */
function tick(at: number, attributes: Attributes): Piece {
  const angle = Math.PI * (1 - at / 100);
  const point = (radius: number) => [120 + radius * Math.cos(angle), 128 - radius * Math.sin(angle)];
  const [[x1, y1], [x2, y2]] = [point(87), point(112)] as [number[], number[]];
  const place = { x1: x1?.toFixed(1), y1: y1?.toFixed(1), x2: x2?.toFixed(1), y2: y2?.toFixed(1) };
  return h("line", { ...place, ...attributes });
}

/** The open window as half a ring: what is used for good, what it ends with as things are, and the limit. */
export function gauge(report: DemandReport, elapsedS: number, tone: Tone): Piece {
  const share = Math.min(1, Math.max(0, elapsedS / report.windowS)) * 100;
  const isSurplus = report.target === "surplus";
  const shown = isSurplus ? report.powerWatts : report.projectedWatts;
  const [figure, unit] = shown === null ? [UNKNOWN, ""] : powerParts(isSurplus ? Math.abs(shown) : shown);
  return h(
    "svg",
    {
      class: `gauge tone-${tone}`,
      viewBox: `0 14 240 ${isSurplus ? 138 : 122}`,
      role: "img",
      "aria-label": spoken(report),
    },
    h("path", { d: RING, class: "track" }),
    isSurplus ? balance(report) : budget(report),
    h("path", { d: TIME, class: "time-track" }),
    stretch(TIME, 0, share, { class: "time" }),
    h("text", { x: 120, y: 101, class: "figure" }, figure, h("tspan", { class: "unit", dx: 5 }, unit)),
    h("text", { x: 120, y: 122, class: "caption" }, caption(report)),
    isSurplus && [
      h("text", { x: 22, y: 146, class: "side" }, "fed in"),
      h("text", { x: 218, y: 146, class: "side" }, "drawn"),
    ],
  );
}

function caption({ target, powerWatts, projectedWatts, limitWatts }: DemandReport): string {
  if (target === "surplus") {
    return powerWatts === null ? "not known" : powerWatts < 0 ? "fed in now" : "drawn now";
  }
  if (projectedWatts === null) return "not known";
  return limitWatts === null ? "expected" : `expected of ${power(limitWatts)}`;
}

function budget(report: DemandReport): Piece {
  const { limitWatts, projectedWatts, windowS } = report;
  const used = (usedWhOf(report) * 3600) / windowS;
  const top = Math.max(1, (limitWatts ?? 0) * 1.25, (projectedWatts ?? 0) * 1.05, used * 1.05);
  const place = (watts: number) => (watts / top) * 100;
  return h(
    "g",
    {},
    limitWatts !== null && stretch(RING, place(limitWatts), 100, { class: "beyond" }),
    projectedWatts !== null && stretch(RING, 0, place(projectedWatts), { class: "projected" }),
    stretch(RING, 0, place(used), { class: "used" }),
    limitWatts !== null && tick(place(limitWatts), { class: "limit" }),
  );
}

/** Zero is at the top: what is fed in goes to the left, what is drawn to the right. */
function balance({ powerWatts, limitWatts, windows }: DemandReport): Piece {
  const largest = Math.max(1000, Math.abs(powerWatts ?? 0), ...windows.map(({ watts }) => Math.abs(watts)));
  const place = (watts: number) => 50 + (watts / largest) * 50;
  return h(
    "g",
    {},
    powerWatts !== null && stretch(RING, 50, place(powerWatts), { class: powerWatts < 0 ? "fed" : "drawn" }),
    tick(place(limitWatts ?? 0), { class: "limit" }),
  );
}

function spoken(report: DemandReport): string {
  const { target, powerWatts, projectedWatts, limitWatts, windowS } = report;
  if (target === "surplus") {
    if (powerWatts === null) return "What is fed in or drawn is not known";
    return powerWatts < 0 ? `${power(-powerWatts)} are fed in now` : `${power(powerWatts)} are drawn now`;
  }
  const expected = projectedWatts === null ? "Not known what" : `${power(projectedWatts)} is what`;
  const limit = limitWatts === null ? "" : `; its limit is ${power(limitWatts)}`;
  return `${expected} ${thisWindow(windowS)} ends with${limit}`;
}
