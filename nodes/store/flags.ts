import type { Quality, Source } from "../model/index.ts";

/**
 * Source and quality of a reading as one small number: source code + 4 × quality bits. The codes are on disk for ever;
 * a new source or quality does not compile until it has one.
 */
const SOURCE_CODES: Readonly<Record<Source, number>> = { interval: 0, "register-gap": 1, synthetic: 2, pulses: 3 };
const QUALITY_BITS: Readonly<Record<Quality, number>> = {
  moved: 1,
  late: 2,
  "estimated-span": 4,
  refined: 8,
  rebase: 16,
  suspect: 32,
};
export const REBASE_BIT = QUALITY_BITS.rebase;
/** Of readings that were joined: below it stand a mask of their sources and their qualities. */
const JOINED = 1024;
export const MAX_FLAGS = 2 * JOINED - 1;

const sources = Object.keys(SOURCE_CODES).filter((name): name is Source => name in SOURCE_CODES);
const qualities = Object.keys(QUALITY_BITS).filter((name): name is Quality => name in QUALITY_BITS);
const byMask = new Map(sources.map((name) => [1 << SOURCE_CODES[name], name]));
const known = new Map<number, readonly Quality[]>();

export function flagsOf(source: Source, quality: readonly Quality[]): number {
  let bits = 0;
  for (const name of quality) bits |= QUALITY_BITS[name];
  return SOURCE_CODES[source] + 4 * bits;
}

/** @param sources mask of `sourceBit`s @param qualities bits of all of them */
export function joinedFlags(sources: number, qualities: number): number {
  return JOINED + 64 * sources + qualities;
}

/**
 * The flags of a reading that stands alone in an answer: one that was joined from several, or a piece of it, was not
 * measured like that.
 */
export function shownFlags(flags: number): number {
  return flags < JOINED ? flags : SOURCE_CODES.synthetic + 4 * (qualityBits(flags) | QUALITY_BITS.suspect);
}

/** The mask of the source, or sources where readings were joined. */
export function sourceBit(flags: number): number {
  return flags < JOINED ? 1 << (flags & 3) : (flags >> 6) & 15;
}

export function qualityBits(flags: number): number {
  return flags < JOINED ? flags >> 2 : flags & 63;
}

/** @param mask one `sourceBit` for each source that took part */
export function sourceOfMask(mask: number): Source | "mixed" {
  return byMask.get(mask) ?? "mixed";
}

/** The list is shared between all readings with the same bits. */
export function qualityOf(bits: number): readonly Quality[] {
  let list = known.get(bits);
  if (list === undefined) {
    list = Object.freeze(qualities.filter((name) => (bits & QUALITY_BITS[name]) !== 0));
    known.set(bits, list);
  }
  return list;
}
