import type { App, View } from "../app.ts";
import { Energy } from "./energy.ts";
import { gestures } from "./gestures.ts";
import { listenToKeys } from "./keys.ts";
import { layOut } from "./skeleton.ts";
import { onTheme } from "./theme.ts";

/** Readings that came are looked for this often, where nobody tells of them. */
const LOOK_AGAIN_MS = 15_000;

/** The charts: power, energy and registers of one or more meters, from years down to seconds. */
export function mountEnergy(host: HTMLElement, app: App): View {
  const places = layOut(host);
  const energy = new Energy(app, places);
  gestures(places.plot, energy.gestureHost);
  listenToKeys(places.plot, energy);
  host.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("button[data-do]") : null;
    if (button !== null) energy.press(button.dataset.do ?? "", button.dataset.value ?? "");
  });
  host.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement) energy.press(target.dataset.do ?? "", target.value);
  });
  places.details.addEventListener("toggle", () => energy.settle());
  new ResizeObserver(() => energy.draw()).observe(places.plot);
  onTheme(() => energy.plot.newTheme());
  app.onHouse(() => energy.takeHouse());
  app.onLive((news) => energy.hear(news));
  setInterval(() => energy.tick(LOOK_AGAIN_MS), 1000);
  return {
    show() {
      energy.takeRoute();
    },
    hide() {
      energy.hide();
    },
  };
}
