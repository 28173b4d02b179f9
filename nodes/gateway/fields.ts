import { type Amps, amps, isNodeNumber, type NetworkId, type NodeNumber, parseNetworkId } from "../model/index.ts";

/** A field that is checked and then gone: no property of a frame is made from it. */
export type Nothing = { readonly nothing: unique symbol };

/**
 * How one field of a line is read. Fields end at a comma, except one of fixed `width`, and the last, which takes the
 * rest of the line when its width is Infinity.
 */
export interface Field<T> {
  /** `undefined` means: does not fit. */
  readonly parse: (text: string) => T | undefined;
  readonly width?: number;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a row of fields yields: the fields that parse to nothing have no property. */
export type Values<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Field<Nothing> ? never : K]: F[K] extends Field<infer T> ? T : never;
};

export const UINT16 = 65_535;
export const UINT32 = 4_294_967_295;
const INTEGER = /^(?:0|-?[1-9]\d{0,9})$/;
const HUNDREDTHS = /^(0|[1-9]\d{0,2})\.(\d{1,2})$/;
const NOTHING = {} as Nothing;

/** Decimal as the devices print it: no plus, no leading zero, no exponent, no blank. */
export function integer<T>(min: number, max: number, unit: (value: number) => T): Field<T> {
  return {
    parse: (text) => {
      const value = INTEGER.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? unit(value) : undefined;
    },
  };
}

export const node: Field<NodeNumber> = {
  parse: (text) => {
    const value = INTEGER.test(text) ? Number(text) : Number.NaN;
    return isNodeNumber(value) ? value : undefined;
  },
};

/**
 * ⚠ v10 prints `%d.%01d` of the hundredths: 10.05 A is "10.5" and 15.80 A is "15.80". What stands behind the point is
 * a count of hundredths, whether one or two digits.
 */
export const current: Field<Amps> = {
  parse: (text) => {
    const parts = HUNDREDTHS.exec(text);
    return parts === null ? undefined : amps((Number(parts[1]) * 100 + Number(parts[2])) / 100);
  },
};

export const network: Field<NetworkId> = {
  parse: (text) => {
    const parsed = parseNetworkId(text);
    return parsed.ok ? parsed.value : undefined;
  },
};

export function oneOf<T extends string>(...words: readonly T[]): Field<T> {
  return { parse: (text) => words.find((word) => word === text) };
}

/** Relayed messages repeat their kind behind the node number: it must agree, and says nothing more. */
export function again(kind: string): Field<Nothing> {
  return { parse: (text) => (text === kind ? NOTHING : undefined) };
}

/** A secret of fixed width (it may contain commas): its presence is checked, its value is not looked at. */
export function secret(width: number): Field<Nothing> {
  return { width, parse: () => NOTHING };
}

export function isNothing(value: unknown): boolean {
  return value === NOTHING;
}
