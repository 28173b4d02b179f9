import type { Energy } from "./energy.ts";

/** What a key does; undefined for keys that are none of ours. */
function actOf(key: string): ((energy: Energy) => void) | undefined {
  switch (key) {
    case "ArrowLeft":
      return (energy) => energy.pan(-0.25);
    case "ArrowRight":
      return (energy) => energy.pan(0.25);
    case "ArrowUp":
    case "+":
    case "=":
      return (energy) => energy.zoomMiddle(0.5);
    case "ArrowDown":
    case "-":
      return (energy) => energy.zoomMiddle(2);
    case "PageUp":
      return (energy) => energy.press("step", "-1");
    case "PageDown":
      return (energy) => energy.press("step", "1");
    case "Home":
      return (energy) => energy.press("all", "");
    case "End":
      return (energy) => energy.press("now", "");
    case "Escape":
      return (energy) => energy.press("unselect", "");
    default:
      return undefined;
  }
}

export function listenToKeys(plot: HTMLElement, energy: Energy): void {
  plot.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = actOf(event.key);
    if (act === undefined) return;
    event.preventDefault();
    act(energy);
  });
}
