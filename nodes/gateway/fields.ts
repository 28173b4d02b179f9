import { type Amps, amps, isNodeNumber, type NetworkId, type NodeNumber, parseNetworkId } from "../model/index.ts";

/** A field that is checked and then gone: no property of a frame is made from it. */
export type Nothing = { readonly nothing: unique symbol };

/**
 * How one field of a line is read. Fields end at a comma, except one of fixed `width`, and the last, which takes the
 * rest of the line when its width is Infinity.
 */
export interface Field<T> {
  /** Reads `line` from `from` to `to` (exclusive). `undefined` means: does not fit. */
  readonly parse: (line: string, from: number, to: number) => T | undefined;
  readonly width?: number;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a row of fields yields: the fields that parse to nothing have no property. */
export type Values<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Field<Nothing> ? never : K]: F[K] extends Field<infer T> ? T : never;
};

export const UINT16 = 65_535;
export const UINT32 = 4_294_967_295;
const HUNDREDTHS = /^(0|[1-9]\d{0,2})\.(\d{1,2})$/;
const NOTHING = {} as Nothing;

const MINUS = 45;
const ZERO = 48;
const MAX_DIGITS = 10;

/** Decimal as the devices print it: no plus, no leading zero, no exponent, no blank, no "-0"; NaN for anything else. */
function decimal(line: string, from: number, to: number): number {
  const isNegative = line.charCodeAt(from) === MINUS;
  const first = isNegative ? from + 1 : from;
  if (to <= first || to - first > MAX_DIGITS) return Number.NaN;
  if (line.charCodeAt(first) === ZERO && (isNegative || to - first > 1)) return Number.NaN;
  let value = 0;
  for (let at = first; at < to; at += 1) {
    const digit = line.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return isNegative ? -value : value;
}

export function integer<T>(min: number, max: number, unit: (value: number) => T): Field<T> {
  return {
    parse: (line, from, to) => {
      const value = decimal(line, from, to);
      return value >= min && value <= max ? unit(value) : undefined;
    },
  };
}

export const node: Field<NodeNumber> = {
  parse: (line, from, to) => {
    const value = decimal(line, from, to);
    return isNodeNumber(value) ? value : undefined;
  },
};

/**
 * ⚠ v10 prints `%d.%01d` of the hundredths: 10.05 A is "10.5" and 15.80 A is "15.80". What stands behind the point is
 * a count of hundredths, whether one or two digits.
 */
export const current: Field<Amps> = {
  parse: (line, from, to) => {
    const parts = HUNDREDTHS.exec(line.slice(from, to));
    return parts === null ? undefined : amps((Number(parts[1]) * 100 + Number(parts[2])) / 100);
  },
};

export const network: Field<NetworkId> = {
  parse: (line, from, to) => {
    const parsed = parseNetworkId(line.slice(from, to));
    return parsed.ok ? parsed.value : undefined;
  },
};

/** A radio frame carries this many bytes at most. */
export const MAX_RADIO_BYTES = 60;
const HEX = /^(?:[0-9A-Fa-f]{2}){0,60}$/;

/** Two digits for each byte. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  if (!HEX.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

export const hex: Field<Uint8Array> = { parse: (line, from, to) => bytesOfHex(line.slice(from, to)) };

export function oneOf<T extends string>(...words: readonly T[]): Field<T> {
  return { parse: (line, from, to) => words.find((word) => word === line.slice(from, to)) };
}

/** Relayed messages repeat their kind behind the node number: it must agree, and says nothing more. */
export function again(kind: string): Field<Nothing> {
  const { length } = kind;
  return { parse: (line, from, to) => (to - from === length && line.startsWith(kind, from) ? NOTHING : undefined) };
}

/** A secret of fixed width (it may contain commas): its presence is checked, its value is not looked at. */
export function secret(width: number): Field<Nothing> {
  return { width, parse: () => NOTHING };
}

export function isNothing(value: unknown): boolean {
  return value === NOTHING;
}
