import { draw, drawWhole } from "./random.ts";
import type { SimulatorState } from "./state.ts";

/** Puts text on the serial line as it is. */
export function write(state: SimulatorState, text: string): void {
  state.out += text;
}

/**
 * Puts one line on the serial line.
 * @returns false when it was spliced to the next one, as after a reconnect: nothing of it can be trusted
 */
export function print(state: SimulatorState, line: string, mayBeSpliced = false): boolean {
  if (state.spliced !== null) {
    const tail = line.slice(drawWhole(state, 0, line.length));
    state.out += `${state.spliced}${tail}\r\n`;
    state.spliced = null;
    return false;
  }
  if (mayBeSpliced && draw(state) < state.share.splice) {
    state.spliced = line.slice(0, drawWhole(state, 1, line.length - 1));
    return false;
  }
  state.out += `${line}\r\n`;
  return true;
}

/** `2026-07-02 13:46:40`, as the gateway prints times in its log. */
export function logTime(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** ⚠ v10 prints amperes as `%d.%01d` of hundredths: 10.05 A is `10.5`. */
export function ampsText(centiamps: number): string {
  return `${Math.floor(centiamps / 100)}.${centiamps % 100}`;
}
