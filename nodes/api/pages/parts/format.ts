import type { MoneyReport } from "../../../model/index.ts";

/** Figures as people read them. A space that does not break stands between figure and unit. */
const SPACE = "\u00a0";
const MINUS = "\u2212";
export const UNKNOWN = "–";

function signed(text: string, value: number): string {
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
}

/** [figure, unit]: ["2.84", "kW"], ["160", "W"]. */
export function powerParts(watts: number): readonly [string, string] {
  const size = Math.abs(watts);
  if (size < 999.5) return [signed(size.toFixed(0), watts), "W"];
  return [signed((size / 1000).toFixed(size < 99_995 ? 2 : 1), watts), "kW"];
}

export function power(watts: number | null): string {
  return watts === null ? UNKNOWN : powerParts(watts).join(SPACE);
}

/** Always in kilowatts, for columns of figures. */
export function kilowatts(watts: number): string {
  return signed((Math.abs(watts) / 1000).toFixed(2), watts);
}

export function energy(wh: number | null): string {
  if (wh === null) return UNKNOWN;
  const size = Math.abs(wh);
  if (size < 9999.5) return `${signed(size.toFixed(0), wh)}${SPACE}Wh`;
  return `${signed((size / 1000).toFixed(size < 99_950 ? 1 : 0), wh)}${SPACE}kWh`;
}

/** A currency that nobody has heard of is written as it stands. */
export function money({ amount, currency }: MoneyReport, digits = 2): string {
  const range = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  try {
    return new Intl.NumberFormat("en", {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      ...range,
    }).format(amount);
  } catch {
    return `${new Intl.NumberFormat("en", range).format(amount)}${SPACE}${currency}`;
  }
}

/** "6:40", "1:02:00". */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** "40 s", "3 min", "2 h". */
export function ago(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))}${SPACE}s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)}${SPACE}min` : `${Math.round(seconds / 3600)}${SPACE}h`;
}

/** What people call a window of that length. */
export function windowName(seconds: number): string {
  const named = new Map([
    [900, "quarter hour"],
    [1800, "half hour"],
    [3600, "hour"],
  ]);
  return named.get(seconds) ?? `${Math.round(seconds / 60)} minutes`;
}

/** The open one in a sentence; one without a name of its own is just a window. */
export function thisWindow(seconds: number): string {
  const name = windowName(seconds);
  return /minutes$/.test(name) ? "this window" : `this ${name}`;
}
