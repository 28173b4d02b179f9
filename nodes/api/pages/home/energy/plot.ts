import uPlot from "uplot";
import type { Span } from "../app.ts";
import { joined, type Line, type Points, pointsOf, rangeOf } from "./lines.ts";
import { drawBefore, drawBehind } from "./mark-drawing.ts";
import type { Mark } from "./marks.ts";
import { isEnergy } from "./resolution.ts";
import type { Showing } from "./state.ts";
import { BAR_PX, bars, caps, DAY_PX, slopes, steps } from "./strokes.ts";
import { readTheme, type Theme } from "./theme.ts";
import { type Tick, ticksOf, valueTicks } from "./ticks.ts";

export interface Drawing {
  readonly span: Span;
  readonly lines: readonly Line[];
  readonly showing: Showing;
  readonly marks: readonly Mark[];
  readonly selection: Span | null;
  readonly zone: string;
  readonly now: number;
  /** Whether the values are W, to be written as kW. */
  readonly isWatts: boolean;
}

const AXIS = { left: 46, bottom: 26, top: 9, right: 10 };
/** CSS pixels that a label of the time axis takes, and one with seconds. */
const LABEL_PX = 58;
const SECONDS_PX = 78;
const ROW_PX = 46;

/** uPlot with our own axes, strokes and marks: it keeps scales, canvas and cursor. */
export class Plot {
  readonly #host: HTMLElement;
  #u: uPlot | undefined;
  #look = "";
  #theme: Theme = readTheme();
  #drawing: Drawing | undefined;
  #ticks: readonly Tick[] = [];
  #values: readonly number[] = [];

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Width of the plotting area in CSS pixels. */
  get width(): number {
    return Math.max(120, this.#host.clientWidth - AXIS.left - AXIS.right);
  }

  /** The instant below a place on the screen; beyond the edges it goes on. */
  timeAt(clientX: number): number {
    const { from, to } = this.#drawing?.span ?? { from: 0, to: 1 };
    const left = this.#host.getBoundingClientRect().left + AXIS.left;
    return from + ((clientX - left) / this.width) * (to - from);
  }

  isInside(clientX: number, clientY: number): boolean {
    const box = this.#host.getBoundingClientRect();
    return clientX >= box.left + AXIS.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  }

  /** The line below the pointer; null hides it. */
  point(at: number | null): void {
    const u = this.#u;
    if (u === undefined) return;
    u.setCursor({ left: at === null ? -10 : u.valToPos(at, "x"), top: at === null ? -10 : 10 }, false);
  }

  newTheme(): void {
    this.#theme = readTheme();
    this.#look = "";
    if (this.#drawing !== undefined) this.draw(this.#drawing);
  }

  draw(drawing: Drawing): void {
    this.#drawing = drawing;
    const { span, lines, showing, zone } = drawing;
    const points = lines.map((line) => pointsOf(line, showing, span));
    const { clientWidth, clientHeight } = this.#host;
    if (clientWidth === 0) return;
    const label = span.to - span.from < 600 ? SECONDS_PX : LABEL_PX;
    const ticks = ticksOf(span, Math.max(2, Math.floor(this.width / label)), zone);
    // A label at the right edge would be cut off.
    this.#ticks = ticks.filter(({ at }) => ((span.to - at) / (span.to - span.from)) * this.width > 14);
    const scale = this.#scale(points, clientHeight);
    const u = this.#plotFor(drawing, this.#isBars(points, span));
    if (u.width !== clientWidth || u.height !== clientHeight) {
      u.setSize({ width: clientWidth, height: clientHeight });
    }
    u.batch(() => {
      u.setData(joined(points) as uPlot.AlignedData, false);
      u.setScale("x", { min: span.from, max: span.to });
      u.setScale("y", scale);
    });
  }

  #scale(points: readonly Points[], height: number): { min: number; max: number } {
    const { showing, span } = this.#drawing as Drawing;
    const [low, high] = rangeOf(points, span);
    // Marks at the top have their own room above the highest value.
    const room = (high - (showing === "register" ? low : 0)) * 0.08;
    const top = high + room > 0 ? high + room : this.#drawing?.isWatts === true ? 1000 : 1;
    const rows = Math.max(2, Math.floor((height - AXIS.bottom) / ROW_PX));
    this.#values = valueTicks(showing === "register" ? Math.max(0, low) : 0, Math.max(top, low + 1e-3), rows);
    return { min: this.#values[0] ?? 0, max: this.#values.at(-1) ?? 1 };
  }

  #isBars([only]: readonly Points[], { from, to }: Span): boolean {
    if (only === undefined || this.#drawing?.showing !== "power") return false;
    const main = this.#drawing.lines.filter(({ color }) => color !== null);
    const seen = only.x.filter((at) => at >= from && at < to).length;
    const [line] = main;
    if (main.length !== 1 || line === undefined || seen === 0) return false;
    return this.#widthOfRow(line, from, to) >= (isEnergy(line.resolution) ? DAY_PX : BAR_PX);
  }

  #widthOfRow({ rows }: Line, from: number, to: number): number {
    const inside = rows.filter(({ start, end }) => end > from && start < to);
    const mean = inside.reduce((sum, { start, end }) => sum + (end - start), 0) / Math.max(1, inside.length);
    return (mean / (to - from)) * this.width;
  }

  /** uPlot takes strokes once: another way to draw is another plot. */
  #plotFor({ lines, showing }: Drawing, isBars: boolean): uPlot {
    const look = `${showing} ${isBars} ${lines.map(({ key, color }) => `${key}:${color}`).join(" ")}`;
    if (this.#u !== undefined && look === this.#look) return this.#u;
    this.#u?.destroy();
    this.#look = look;
    const isAlone = lines.filter(({ color }) => color !== null).length === 1;
    const series = lines.map(({ color }) => this.#series(color, isBars, isAlone, showing));
    this.#u = new uPlot(this.#options(series), [[], ...lines.map(() => [])] as uPlot.AlignedData, this.#host);
    return this.#u;
  }

  #series(color: number | null, isBars: boolean, isAlone: boolean, showing: Showing): uPlot.Series {
    const { lines, bar, earlier } = this.#theme;
    const paths = showing !== "power" ? slopes : color === null && isBars ? caps : isBars ? bars : steps;
    const stroke = color === null ? earlier : (lines[color % lines.length] ?? bar);
    // One line alone is a silhouette: outlines of narrow steps would run together.
    const isSolid = color !== null && isAlone && showing === "power";
    const fill = isSolid ? bar : color !== null && isAlone ? `${stroke}2e` : undefined;
    const width = isSolid ? 0 : color === null ? (isBars ? 2.5 : 1.25) : 1.5;
    const base: uPlot.Series = { paths, stroke, width, points: { show: false }, spanGaps: false };
    return fill === undefined ? base : { ...base, fill };
  }

  #options(series: readonly uPlot.Series[]): uPlot.Options {
    const { muted, line, font } = this.#theme;
    const axis = { font, stroke: muted, ticks: { show: false }, gap: 6 };
    const grid = { stroke: line, width: 1 };
    const number = (value: number) => this.#number(value);
    return {
      width: this.#host.clientWidth,
      height: this.#host.clientHeight,
      padding: [AXIS.top, AXIS.right, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false, setScale: false },
        points: { show: false },
        bind: { dblclick: () => null, mousedown: () => null, mouseup: () => null },
      },
      scales: { x: { time: false, auto: false }, y: { auto: false } },
      axes: [
        {
          ...axis,
          ...{ size: AXIS.bottom, grid: { show: false } },
          ...{ splits: () => this.#ticks.map(({ at }) => at), values: () => this.#ticks.map(({ text }) => text) },
        },
        { ...axis, grid, size: AXIS.left, splits: () => [...this.#values], values: (_u, all) => all.map(number) },
      ],
      series: [{}, ...series],
      hooks: {
        drawClear: [(u) => this.#with(({ marks, selection }) => drawBehind(u, marks, selection, this.#theme))],
        draw: [(u) => this.#with(({ marks, now }) => drawBefore(u, marks, now, this.#theme))],
      },
    };
  }

  #with(act: (drawing: Drawing) => void): void {
    if (this.#drawing !== undefined) act(this.#drawing);
  }

  /** As many digits as tell one mark from the next. */
  #number(value: number): string {
    const unit = this.#drawing?.isWatts === true ? 1000 : 1;
    const step = ((this.#values[1] ?? 1) - (this.#values[0] ?? 0)) / unit;
    const digits = Math.max(0, Math.min(4, Math.ceil(-Math.log10(step) - 1e-9)));
    return (value / unit).toFixed(digits);
  }
}
