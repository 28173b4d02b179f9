import type { Span } from "../app.ts";

/** What a drag with one finger or the mouse does. */
export type DragMode = "zoom" | "move" | "select";

/** What the pointer is about. */
export interface Hand {
  readonly selection: Span | null;
  /** A span while it is being drawn. */
  readonly draft: Span | null;
  readonly pointerX: number | null;
}

export const EMPTY_HAND: Hand = { selection: null, draft: null, pointerX: null };

export interface GestureHost {
  span(): Span;
  mode(): DragMode;
  timeAt(clientX: number): number;
  /** Zooms by `factor`, where below 1 is closer, around an instant. */
  zoom(factor: number, at: number): void;
  move(seconds: number): void;
  /** While a span is being drawn: null when it was given up. */
  draft(span: Span | null): void;
  /** A span was drawn: to zoom to, or as a selection. */
  drawn(span: Span, isSelection: boolean): void;
  whole(): void;
  /** Where on the screen is pointed at; null for nowhere. */
  point(clientX: number | null): void;
}

/** Less is a click, or a tap. */
const DRAG_PX = 6;

/** Pointer and wheel on the plot. Fingers pan sideways and pinch; up and down stay with the page. */
export function gestures(plot: HTMLElement, host: GestureHost): void {
  const pointers = new Map<number, number>();
  let begun: { x: number; at: number; kind: DragMode; isDrag: boolean } | null = null;
  let pinch: { width: number; middle: number } | null = null;

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, event.clientX);
    plot.setPointerCapture(event.pointerId);
    if (pointers.size === 2) {
      host.draft(null);
      begun = null;
      pinch = pinchOf(pointers);
      return;
    }
    const isTouch = event.pointerType !== "mouse";
    const own = host.mode();
    const kind = event.shiftKey || (isTouch && own === "zoom") ? "move" : own;
    begun = { x: event.clientX, at: host.timeAt(event.clientX), kind, isDrag: false };
  });

  plot.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) {
      if (event.pointerType === "mouse") host.point(event.clientX);
      return;
    }
    const last = pointers.get(event.pointerId) ?? event.clientX;
    pointers.set(event.pointerId, event.clientX);
    if (pinch !== null && pointers.size === 2) {
      const next = pinchOf(pointers);
      const { from, to } = host.span();
      const perPx = host.timeAt(1) - host.timeAt(0);
      host.zoom(pinch.width / next.width, host.timeAt(next.middle));
      host.move(-(next.middle - pinch.middle) * perPx * ((host.span().to - host.span().from) / (to - from)));
      pinch = next;
      return;
    }
    if (begun === null) return;
    begun.isDrag ||= Math.abs(event.clientX - begun.x) >= DRAG_PX;
    if (!begun.isDrag) return;
    if (begun.kind === "move") {
      host.point(null);
      host.move(host.timeAt(last) - host.timeAt(event.clientX));
    } else host.draft(ordered(begun.at, host.timeAt(event.clientX)));
  });

  const end = (event: PointerEvent, isCancelled: boolean) => {
    if (!pointers.delete(event.pointerId)) return;
    pinch = null;
    const what = begun;
    begun = null;
    if (what === null || pointers.size > 0) return;
    if (isCancelled) host.draft(null);
    else if (!what.isDrag) host.point(what.x);
    else if (what.kind !== "move") host.drawn(ordered(what.at, host.timeAt(event.clientX)), what.kind === "select");
  };
  plot.addEventListener("pointerup", (event) => end(event, false));
  plot.addEventListener("pointercancel", (event) => end(event, true));
  plot.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && !pointers.has(event.pointerId)) host.point(null);
  });
  plot.addEventListener("dblclick", () => host.whole());
  plot.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { from, to } = host.span();
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
        const px = (event.shiftKey ? event.deltaX || event.deltaY : event.deltaX) * unit;
        host.move((px / plot.clientWidth) * (to - from));
      } else {
        // Pinching on a touch pad comes as a wheel with small steps and the control key.
        const speed = event.ctrlKey ? 0.01 : 0.002;
        host.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY * unit * speed))), host.timeAt(event.clientX));
      }
    },
    { passive: false },
  );
}

function ordered(one: number, other: number): Span {
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

function pinchOf(pointers: ReadonlyMap<number, number>): { width: number; middle: number } {
  const [one = 0, other = 0] = [...pointers.values()];
  return { width: Math.max(20, Math.abs(one - other)), middle: (one + other) / 2 };
}
