import type { Energy } from "./energy.ts";

/** What a key does; undefined for keys that are none of ours. */
function actOf(key: string): ((energy: Energy) => void) | undefined {
  switch (key) {
    case "ArrowLeft":
      return (energy) => pan(energy, -0.25);
    case "ArrowRight":
      return (energy) => pan(energy, 0.25);
    case "ArrowUp":
    case "+":
    case "=":
      return (energy) => zoom(energy, 0.5);
    case "ArrowDown":
    case "-":
      return (energy) => zoom(energy, 2);
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

function pan(energy: Energy, share: number): void {
  const { from, to } = energy.span;
  const seconds = (to - from) * share;
  energy.show({ from: from + seconds, to: to + seconds });
}

/** What follows the present keeps it in sight. */
function zoom(energy: Energy, factor: number): void {
  const { from, to } = energy.span;
  energy.zoom(factor, energy.follows ? to : (from + to) / 2);
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
