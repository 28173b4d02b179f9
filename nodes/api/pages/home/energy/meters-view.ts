import { power } from "../../parts/format.ts";
import { type Child, h, type Piece } from "../../parts/tree.ts";
import type { Meter } from "../app.ts";
import { isShown, type Look, MANNERS } from "./state.ts";

const MANNER_WORDS = { one: "One", beside: "Several", sum: "Sum" } as const;

/** Every meter with its power now; pressing one shows it, or adds it where several are shown. */
export function meterChoice(meters: readonly Meter[], look: Look): Child {
  if (meters.length < 2) return null;
  return [
    h("div", { class: "chips", role: "group", "aria-label": "Meters" }, ...meters.map((meter) => chip(meter, look))),
    h(
      "div",
      { class: "segments", role: "group", "aria-label": "How many meters" },
      ...MANNERS.map((manner) =>
        h(
          "button",
          { type: "button", "data-do": "manner", "data-value": manner, "aria-pressed": String(look.manner === manner) },
          MANNER_WORDS[manner],
        ),
      ),
    ),
  ];
}

function chip({ id, name, power: now }: Meter, look: Look): Piece {
  const isOn = isShown(look, id);
  const color = isOn && look.manner === "beside" ? look.meters.indexOf(id) : null;
  const watts = now.known ? now.watts : null;
  return h(
    "button",
    {
      key: id,
      ...{ type: "button", class: "chip", "data-do": "meter", "data-value": id, "aria-pressed": String(isOn) },
      title: now.known ? `${name || id}: ${power(watts)} now` : `${name || id}: its power now is not known`,
    },
    color !== null && h("span", { class: `swatch line-${(color % 6) + 1}`, "aria-hidden": "true" }),
    h("span", { class: "name" }, name || id),
    h("span", { class: "now" }, power(watts)),
  );
}
