import { patch } from "../../parts/patch.ts";
import { h } from "../../parts/tree.ts";

/** The places of the view. uPlot fills one of them by itself; the others are patched. */
export interface Places {
  readonly instead: HTMLElement;
  readonly card: HTMLElement;
  readonly meters: HTMLElement;
  readonly head: HTMLElement;
  readonly figures: HTMLElement;
  readonly caption: HTMLElement;
  readonly plot: HTMLElement;
  readonly over: HTMLElement;
  readonly legend: HTMLElement;
  readonly selected: HTMLElement;
  readonly controls: HTMLElement;
  readonly details: HTMLDetailsElement;
  readonly table: HTMLElement;
}

const KEYS =
  "Arrow keys left and right move, up and down or plus and minus zoom, Page Up and Page Down go to the span before and " +
  "after, Home shows everything, End the present. The same figures are in the table below.";

export function layOut(host: HTMLElement): Places {
  patch(host, [
    h("div", { class: "instead" }),
    h("div", { class: "meters" }),
    h(
      "section",
      { class: "card energy", "aria-label": "Energy" },
      h("header", { class: "span-head" }),
      h("div", { class: "sums" }),
      h("p", { class: "caption" }),
      h(
        "div",
        { class: "stage" },
        h("div", {
          ...{ class: "plot", tabindex: 0, role: "application", "aria-roledescription": "chart" },
          "aria-describedby": "chart-keys",
        }),
        h("div", { class: "over" }),
      ),
      h("p", { id: "chart-keys", class: "unseen" }, KEYS),
      h("div", { class: "marks" }),
      h("div", { class: "selection" }),
      h("div", { class: "chart-controls" }),
      h("details", { class: "as-table" }, h("summary", {}, "As a table"), h("div", { class: "scroll" })),
    ),
  ]);
  const place = <E extends HTMLElement>(selector: string) => {
    const found = host.querySelector<E>(selector);
    if (found === null) throw new Error(`the view lacks ${selector}`);
    return found;
  };
  return {
    ...{ instead: place(".instead"), card: place(".energy") },
    ...{ meters: place(".meters"), head: place(".span-head"), figures: place(".sums"), caption: place(".caption") },
    ...{ plot: place(".plot"), over: place(".over"), legend: place(".marks"), selected: place(".selection") },
    ...{ controls: place(".chart-controls"), details: place<HTMLDetailsElement>(".as-table"), table: place(".scroll") },
  };
}
