const DECIMAL = /^\+?\d{1,15}(\.\d{1,12})?$/;

/** Whether a cell says nothing: empty, or null. */
export function isUnknown(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "string" && value.trim() === "");
}

/** @returns NaN for what is no number of 0 or more */
export function nonNegative(value: unknown): number {
  const number = typeof value === "string" && DECIMAL.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && number >= 0 && Number.isFinite(number) ? number : Number.NaN;
}

/** @returns `value` × `factor` if that is a whole number: 1.234 kWh are 1234 Wh, 1.2345 kWh are none */
export function wholeNumber(value: unknown, factor: number): number | undefined {
  const number = nonNegative(value) * factor;
  const whole = Math.round(number);
  // A decimal is not exact in binary: 1.1 × 1000 is a little more than 1100.
  return Math.abs(number - whole) < 1e-6 ? whole : undefined;
}
