/** Energy as people write it, kilowatt-hours with a point or a comma, and as the server wants it, whole watt-hours. */
const MINUS = "\u2212";
const SPACE = "\u00a0";
/** Far above any meter's register, and far below where numbers lose a watt-hour. */
const MOST_KWH = 1_000_000_000;

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const refuse = (why: string): Read<never> => ({ ok: false, why });

/**
 * "412,4" → 412400. Spaces between thousands and a unit behind are fine; a second point or comma is not, since
 * 1.234,5 and 1,234.5 are both in use.
 * @param signed whether less than zero makes sense
 */
export function parseKwh(text: string, signed = false): Read<number> {
  const bare = text.replace(/kwh$/i, "").replace(/[\s\u00a0\u202f\u2009'’]/g, "");
  if (bare === "") return refuse("Write the energy in kWh.");
  const match = /^([+\-\u2212]?)(\d*)(?:[.,](\d*))?$/.exec(bare);
  const [, sign = "", whole = "", part = ""] = match ?? [];
  if (match === null || whole + part === "") {
    return refuse(
      /[.,].*[.,]/.test(bare)
        ? "Write thousands without a separator, like 1234.5 or 1234,5."
        : "Write a number of kWh, like 412.4 or 412,4.",
    );
  }
  if (part.length > 3 && /[1-9]/.test(part.slice(3)))
    return refuse("Three decimals at most: the smallest step is 0.001 kWh.");
  if (Number(whole) > MOST_KWH) return refuse("This is more than any meter counts.");
  const wh = Number(whole) * 1000 + Number(part.padEnd(3, "0").slice(0, 3));
  if (/[-\u2212]/.test(sign) && wh > 0) return signed ? { ok: true, value: -wh } : refuse("This cannot be below zero.");
  return { ok: true, value: wh };
}

/** "412.4 kWh", exact to the watt-hour. */
export function kwh(wh: number): string {
  return `${figure(wh)}${SPACE}kWh`;
}

/** With its sign: "+1.2 kWh", "−0.004 kWh", "0 kWh". */
export function kwhChange(wh: number): string {
  return `${wh > 0 ? "+" : ""}${kwh(wh)}`;
}

/** As it stands in a field. */
export function kwhField(wh: number): string {
  return (wh / 1000).toFixed(3).replace(/\.?0+$/, "");
}

function figure(wh: number): string {
  const size = Math.abs(Math.round(wh));
  const whole = String(Math.floor(size / 1000)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const part = String(size % 1000)
    .padStart(3, "0")
    .replace(/0+$/, "");
  return `${wh < 0 && size > 0 ? MINUS : ""}${whole}${part === "" ? "" : `.${part}`}`;
}
