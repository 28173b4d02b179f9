/** What a display can show: whole kWh, tenths, … In Wh. */
const STEPS = [1000, 100, 10];

/** The finest step that the figures of a display need. */
export function stepOf(displaysWh: readonly number[]): number {
  return STEPS.find((step) => displaysWh.every((displayWh) => displayWh % step === 0)) ?? 1;
}

/** As on the display: "12345" or "12345.6". */
export function shown(displayWh: number, step: number): string {
  return (displayWh / 1000).toFixed(Math.round(Math.log10(1000 / step)));
}

/**
 * People read one digit wrong, or exchange two that stand side by side.
 * @returns every figure that somebody may have meant who typed in `displayWh`
 */
export function meant(displayWh: number, step: number): number[] {
  const digits = [...String(Math.round(displayWh / step))];
  const found: number[] = [];
  const add = (changed: readonly string[]) => found.push(Number(changed.join("")) * step);
  for (let i = 0; i < digits.length; i += 1) {
    for (let digit = 0; digit <= 9; digit += 1) add(digits.with(i, String(digit)));
    const [here, next] = [digits[i], digits[i + 1]];
    if (here !== undefined && next !== undefined) add(digits.with(i, next).with(i + 1, here));
  }
  return found;
}
