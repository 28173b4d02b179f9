import { power } from "../../parts/format.ts";
import { patch } from "../../parts/patch.ts";
import { wall } from "../../parts/time.ts";
import { h, type Piece } from "../../parts/tree.ts";
import type { House, Span } from "../app.ts";
import { unitOf } from "./calendar.ts";
import { rowAt, rowsIn } from "./chunks.ts";
import { chartControls, selectionBar, spanControls } from "./controls.ts";
import type { Extras } from "./extras.ts";
import { sumOf } from "./figures.ts";
import { type Compared, type Figures, figuresOf, figuresTable } from "./figures-view.ts";
import type { DragMode } from "./gestures.ts";
import { MARK_KINDS, type Mark } from "./marks.ts";
import { meterChoice } from "./meters-view.ts";
import { comparable, type Scene } from "./scene.ts";
import type { Places } from "./skeleton.ts";
import type { Look } from "./state.ts";
import { axisName, kwh, lastName, MARK_WORDS, rowTime, rowWords, spanName } from "./words.ts";

/** Everything around the canvas, from what is there. */
export interface Picture {
  readonly look: Look;
  readonly house: House;
  readonly scene: Scene;
  readonly marks: readonly Mark[];
  readonly extras: Extras;
  readonly now: number;
  readonly selection: Span | null;
  readonly pointed: number | null;
  readonly mode: DragMode;
  readonly isSaving: boolean;
  readonly isAll: boolean;
  /** Whether everything that is wanted is there. */
  readonly isWhole: boolean;
  /** What went wrong with the last question, in words. */
  readonly trouble: string | null;
}

/** Words instead of a chart, while there is nothing that one could be of. @returns whether there are */
export function showInstead({ instead, card, meters }: Places, house: House | null): boolean {
  const isEmpty = house === null || house.items.length === 0;
  card.hidden = isEmpty;
  meters.hidden = isEmpty;
  const words =
    "No meter has been heard yet. Wire a meter node behind a gateway or a simulator node, and deploy: " +
    "every meter that it hears appears here by itself.";
  patch(instead, house !== null && isEmpty ? [h("p", { class: "card empty" }, words)] : []);
  return isEmpty;
}

export function paint(places: Places, picture: Picture): void {
  const { look, house, scene, mode, selection, isSaving, isAll } = picture;
  const { zone } = house;
  const unit = unitOf(look.span, zone);
  const name = spanName(look.span, zone, picture.now);
  const title = look.follows ? lastName(look.span.to - look.span.from) : name;
  patch(places.meters, [h("div", { class: "choice" }, meterChoice(house.items, look))]);
  patch(places.head, [
    h("div", { class: "span-row" }, spanControls(title, look.follows ? name : "", unit, isAll, look.follows)),
  ]);
  patch(places.figures, sums(picture));
  patch(places.caption, [
    h("span", { class: "axis-name" }, axisName(look.showing, scene.resolution)),
    h("span", { class: "readout" }, readout(picture)),
  ]);
  patch(places.over, over(picture));
  patch(places.legend, legend(picture));
  patch(places.selected, selection === null ? [] : [selectionBar(selectionWords(selection, picture))]);
  patch(places.controls, [h("div", { class: "control-row" }, chartControls(look, mode, isSaving, selection !== null))]);
  const select = places.controls.querySelector("select");
  if (select !== null) select.value = look.against ?? "";
  places.plot.setAttribute("aria-label", spoken(picture));
}

/** One sentence on what is shown, for screen readers. */
export function spoken(picture: Picture): string {
  const { look, house } = picture;
  const parts = figures(picture).map(({ name, wh, sum }) => {
    return `${name}: ${wh === null ? "no readings" : `${kwh(wh)}, mean ${power(sum.watts)}`}`;
  });
  return `${spanName(look.span, house.zone)}. ${parts.join(". ")}`;
}

function sums(picture: Picture): Piece[] {
  const { look, house, extras, now, scene } = picture;
  const all = figures(picture);
  const [first] = all;
  if (first === undefined) return [];
  if (look.manner === "beside") return [figuresTable(all)];
  const span = scene.earlier === null ? null : comparable(look, now, house.zone);
  if (span === null || look.against === null || scene.earlier === null) return [figuresOf(first, null, house.zone)];
  const then = sumOf(scene.earlier.rows, span);
  const compared: Compared = {
    ...{ unit: look.against, isWhole: unitOf(look.span, house.zone) === look.against },
    ...{ wh: extras.energy(look.meters, span) ?? then.wh, coveredS: then.coveredS },
  };
  return [figuresOf(first, compared, house.zone)];
}

function figures({ look, scene, house, extras, now }: Picture): Figures[] {
  const passed = { from: look.span.from, to: Math.max(look.span.from, Math.min(look.span.to, now)) };
  const watts = (ids: readonly string[]) => {
    const powers = ids.map((id) => house.items.find((meter) => meter.id === id)?.power);
    return powers.every((one) => one?.known === true)
      ? powers.reduce((sum, one) => sum + (one?.known ? one.watts : 0), 0)
      : null;
  };
  return scene.lines
    .filter(({ color }) => color !== null)
    .map(({ key, name, color, rows, resolution }) => {
      const ids = key === "sum" ? look.meters : [key];
      const sum = sumOf(rows, look.span, now);
      // Rows that are shown for now may be of another span: their sum is worth nothing.
      const wh = sum.wh === null ? null : (extras.energy(ids, passed) ?? sum.wh);
      return { name, color: color ?? 0, wh, sum, resolution, now: watts(ids), passedS: passed.to - passed.from };
    });
}

/** What is below the pointer, of each line. */
function readout({ pointed, scene, house, look }: Picture): (Piece | string)[] | string {
  if (pointed === null) return "";
  const found = scene.lines.flatMap((line) => {
    const row = rowAt(line.rows, pointed);
    return row === undefined ? [] : [{ line, row }];
  });
  const [first] = found;
  if (first === undefined) return `${wall(pointed, house.zone).date} ${wall(pointed, house.zone).minute}: no reading`;
  const time = rowTime(first.row, first.line.resolution, house.zone);
  if (found.length === 1) {
    const register = first.row.registerWh;
    const more = look.showing === "register" && register !== null ? `, register ${kwh(register)}` : "";
    return `${time}: ${rowWords(first.row, first.line.resolution)}${more}`;
  }
  return [
    h("span", {}, `${time}: `),
    ...found.map(({ line, row }) =>
      h(
        "span",
        { class: "one" },
        h("span", { class: `swatch ${line.color === null ? "earlier" : `line-${(line.color % 6) + 1}`}` }),
        rowWords(row, line.resolution).split(",")[0] ?? "",
      ),
    ),
  ];
}

/** Words over an empty chart. */
function over({ scene, look, isWhole, trouble, now }: Picture): Piece[] {
  if (scene.lines.some(({ rows }) => rowsIn(rows, look.span).length > 0)) return [];
  if (trouble !== null) return [h("p", { class: "nothing", role: "alert" }, trouble)];
  if (!isWhole) return [h("p", { class: "nothing wait" }, "One moment…")];
  const words = look.span.from >= now ? "This is still to come." : "There are no readings here.";
  return [h("p", { class: "nothing" }, words)];
}

function legend({ marks, scene, look, extras, house }: Picture): Piece[] {
  const seen = MARK_KINDS.filter((kind) => marks.some((mark) => mark.kind === kind));
  const items = seen.map((kind) => h("li", { key: kind, class: `mark-${kind}` }, MARK_WORDS[kind]));
  const { against } = look;
  if (scene.earlier !== null && scene.lines.some(({ color }) => color === null)) {
    items.push(h("li", { key: "earlier", class: "mark-earlier" }, `a ${against} before`));
  }
  const zone = `Times of ${house.zone}${own(house.zone)}`;
  const count = marks.filter(({ kind }) => kind === "corrected").length;
  const link =
    count > 0 &&
    extras.adjustments(look.meters).length > 0 &&
    h("a", { href: `./#corrections?meter=${look.meters[0] ?? ""}` }, "What was corrected");
  return [h("ul", { class: "mark-list" }, ...items), h("p", { class: "zone" }, link, link && " · ", zone)];
}

/** Said when the reader's own clock shows something else. */
function own(zone: string): string {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return here === zone || here === undefined ? "" : `; this device is set to ${here}`;
}

function selectionWords(span: Span, { scene, house, now }: Picture): string {
  const [line] = scene.lines;
  const sum = line === undefined ? null : sumOf(line.rows, span, now);
  return `${spanName(span, house.zone, now)}${sum?.wh === null || sum === null ? "" : `: about ${kwh(sum.wh)}`}`;
}
