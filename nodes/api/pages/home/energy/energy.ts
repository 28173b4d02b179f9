import { patch } from "../../parts/patch.ts";
import { h } from "../../parts/tree.ts";
import type { App, LiveNews, Span } from "../app.ts";
import { keepRoute } from "../route.ts";
import { Beginning } from "./beginning.ts";
import { Saver } from "./csv.ts";
import { Extras } from "./extras.ts";
import { type DragMode, EMPTY_HAND, type GestureHost, type Hand } from "./gestures.ts";
import { Loader } from "./loader.ts";
import { Stopwatch } from "./measure.ts";
import { atMeters, press, shownMeters, type Where } from "./moves.ts";
import { type Picture, paint, showInstead, spoken } from "./paint.ts";
import { Plot } from "./plot.ts";
import { isEnergy, pointsFor } from "./resolution.ts";
import { comparable, marksOf, sceneOf, wantsOf } from "./scene.ts";
import type { Places } from "./skeleton.ts";
import { bounded, canCompare, type Look, readLook, writeLook, zoomed } from "./state.ts";
import { tableOf, tableWants } from "./table.ts";

/** The chart rests when nothing was moved for so long: then come exact sums, the table and the address. */
const REST_MS = 250;
/** A chart that follows the present moves when so much of its length has passed. */
const FOLLOW_SHARE = 1 / 500;

/** What moves and changes on the view of energy. Drawing is a function of it. */
export class Energy {
  readonly #app: App;
  readonly #places: Places;
  readonly plot: Plot;
  readonly #loader: Loader;
  readonly #extras: Extras;
  readonly #beginning: Beginning;
  readonly #saver: Saver;
  readonly #watch = new Stopwatch();
  #look: Look | null = null;
  #isHere = false;
  #mode: DragMode = matchMedia("(pointer: coarse)").matches ? "move" : "zoom";
  #hand = EMPTY_HAND;
  #frame = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** The reader moved the chart: what is seen then is said once it rests. */
  #isMoved = false;
  #lookedMs = 0;
  #picture: Picture | null = null;

  constructor(app: App, places: Places) {
    this.#app = app;
    this.#places = places;
    this.plot = new Plot(places.plot);
    this.#loader = new Loader(app, () => this.draw());
    this.#extras = new Extras(app, () => this.draw());
    this.#beginning = new Beginning(app);
    this.#saver = new Saver(app, () => this.draw());
  }

  readonly gestureHost: GestureHost = {
    span: () => this.span,
    mode: () => this.#mode,
    timeAt: (x) => this.plot.timeAt(x),
    zoom: (factor, at) => this.zoom(factor, at),
    move: (seconds) => this.show({ from: this.span.from + seconds, to: this.span.to + seconds }),
    draft: (span) => this.#note({ draft: span }),
    drawn: (span, isSelection) => {
      this.#note({ draft: null });
      if (isSelection) this.#note({ selection: span });
      else this.show(span);
    },
    whole: () => this.press("all", ""),
    point: (pointerX) => this.#note({ pointerX }),
  };

  /** What the pointer did. */
  #note(part: Partial<Hand>): void {
    this.#hand = { ...this.#hand, ...part };
    this.draw();
  }

  get span(): Span {
    return this.#look?.span ?? { from: 0, to: 1 };
  }

  get follows(): boolean {
    return this.#look?.follows ?? false;
  }

  get #where(): Where | null {
    const house = this.#app.house();
    if (house === null) return null;
    const now = this.#app.now();
    return { now, zone: house.zone, all: this.#beginning.all(now), meters: shownMeters(house) };
  }

  /** The address says what to look at. */
  takeRoute(): void {
    this.#isHere = true;
    const query = this.#app.route().query;
    // Coming back to the view without a word about it means what it was.
    if (this.#look === null || query.size > 0) this.#look = readLook(query, this.#app.now());
    this.takeHouse();
    this.settle();
  }

  hide(): void {
    this.#isHere = false;
    clearTimeout(this.#rest);
  }

  takeHouse(): void {
    const house = this.#app.house();
    if (house === null) {
      this.#loader.clear();
      this.#extras.clear();
      this.#beginning.forget();
      this.#picture = null;
    } else if (this.#look !== null) {
      this.#look = atMeters(this.#look, shownMeters(house));
      if (this.#picture === null) this.#restSoon(false);
    }
    this.draw();
  }

  hear(news: LiveNews): void {
    if (news.type === "reading") this.#spoil(news.reading.meter, news.reading.start, false);
    if (news.type === "adjusted") this.#spoil(news.meter, news.from, true);
  }

  #spoil(meter: string, from: number, isUrgent: boolean): void {
    this.#loader.spoil(meter, from, isUrgent);
    this.#extras.spoil(meter, isUrgent);
    if (isUrgent) this.settle();
    else if (this.#look?.meters.some((id) => id === meter) === true) this.#restSoon(false);
    this.draw();
  }

  /** Called every second. */
  tick(lookAgainMs: number): void {
    if (!this.#isHere || document.hidden || this.#look === null) return;
    const { span, follows, meters } = this.#look;
    const now = this.#app.now();
    if (follows && now - span.to > (span.to - span.from) * FOLLOW_SHARE) {
      this.#look = { ...this.#look, span: { from: span.from + now - span.to, to: now } };
      this.draw();
    }
    const isDue = performance.now() - this.#lookedMs > lookAgainMs;
    if (!isDue || span.from > now || span.to < now - 120) return;
    this.#lookedMs = performance.now();
    for (const meter of meters) this.#spoil(meter, now - 120, false);
  }

  /** What a button says. */
  press(act: string, value: string): void {
    const [look, where] = [this.#look, this.#where];
    if (look === null || where === null) return;
    const pressed = press(look, act, value, where);
    if (pressed !== undefined) this.#move(pressed);
    else if (act === "mode") this.#mode = value === "move" || value === "select" ? value : "zoom";
    else if (act === "unselect") this.#note({ selection: null });
    else if (act === "zoom-selected" && this.#hand.selection !== null) this.show(this.#hand.selection);
    else if (act === "correct") this.#correct(look);
    else if (act === "csv") void this.#saver.save(look.meters, look.span, this.#picture?.scene.resolution ?? "day");
    this.draw();
  }

  zoom(factor: number, at: number): void {
    this.show(zoomed(this.span, factor, at, this.#app.now()));
  }

  show(span: Span): void {
    if (this.#look !== null) this.#move({ ...this.#look, span: bounded(span, this.#app.now()), follows: false });
  }

  #move(look: Look): void {
    this.#look = look;
    this.#hand = { ...this.#hand, selection: null };
    this.#watch.moved();
    this.#restSoon(true);
    this.draw();
  }

  #restSoon(isMoved: boolean): void {
    this.#isMoved ||= isMoved;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.settle(), REST_MS);
  }

  /** What can wait until the chart rests. */
  settle(): void {
    const [look, house] = [this.#look, this.#app.house()];
    if (!this.#isHere || look === null || house === null) return;
    const now = this.#app.now();
    keepRoute("energy", writeLook(look));
    this.#app.showing(look.meters, look.span);
    const passed = { from: look.span.from, to: Math.max(look.span.from, Math.min(look.span.to, now)) };
    const then = comparable(look, now, house.zone);
    void this.#extras.ask(look.meters, look.span, then === null ? [passed] : [passed, then]);
    void this.#beginning.find(look.meters, () => this.draw());
    if (this.#isMoved && this.#picture !== null) this.#app.announce(spoken(this.#picture));
    this.#isMoved = false;
    this.draw();
  }

  #correct({ meters, span }: Look): void {
    const [meter] = shownMeters(this.#app.house()).filter((id) => id === meters[0]);
    const { from, to } = this.#hand.selection ?? span;
    if (meter !== undefined) this.#app.correct(meter, from, Math.min(to, this.#app.now()));
  }

  /** At the next frame, once. */
  draw(): void {
    if (this.#frame !== 0 || !this.#isHere) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const [look, house] = [this.#look, this.#app.house()];
    const isEmpty = showInstead(this.#places, house);
    if (look === null || house === null || isEmpty) return;
    const asBars = look.against !== null && canCompare(look) && look.showing === "power";
    const [now, points] = [this.#app.now(), pointsFor(this.plot.width, asBars)];
    const scene = sceneOf(look, this.#loader.chunks, points, house, now);
    const wants = wantsOf(look, scene, points, now, house.zone);
    const isTable = this.#places.details.open;
    const all = isTable ? new Map([...wants, ...tableWants(look)]) : wants;
    const isWhole = this.#loader.want(all, house.zone);
    const marks = marksOf(scene, look, this.#extras.adjustments(look.meters), this.#extras.rebases, now);
    const { lines } = scene;
    const { selection, draft, pointerX } = this.#hand;
    const isWatts = look.showing === "power" && !isEnergy(scene.resolution);
    this.plot.draw({ ...look, lines, marks, selection: draft ?? selection, zone: house.zone, now, isWatts });
    const at = pointerX === null ? null : this.plot.timeAt(pointerX);
    const pointed = at !== null && at >= look.span.from && at < look.span.to ? at : null;
    this.plot.point(pointed);
    this.#picture = {
      ...{ look, house, scene, marks, extras: this.#extras, now, selection, pointed, mode: this.#mode, isWhole },
      ...{ isSaving: this.#saver.isSaving, isAll: this.#beginning.isAll(look.span) },
      trouble: this.#saver.trouble ?? this.#loader.trouble?.text ?? null,
    };
    paint(this.#places, this.#picture);
    if (isTable) patch(this.#places.table, [h("div", {}, tableOf(look, house, this.#loader.chunks, now))]);
    this.#watch.drawn(isWhole, lines.length > 0);
  }
}
