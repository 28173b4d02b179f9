import { type ConsumptionPart, epochSeconds, wh } from "../model/index.ts";

/** So many parts of a consumption are told apart: a year with a rebase a day. */
const MOST_PARTS = 1000;

function together(parts: readonly ConsumptionPart[], first: ConsumptionPart): ConsumptionPart {
  return {
    start: epochSeconds(Math.min(...parts.map((part) => part.start))),
    end: epochSeconds(Math.max(...parts.map((part) => part.end))),
    wh: wh(parts.reduce((sum, part) => sum + part.wh, 0)),
    source: parts.every((part) => part.source === first.source) ? first.source : "mixed",
  };
}

/**
 * The parts as they are, or neighbours taken together where there are too many: a meter that falls to 0 all the time
 * must not make the answer endless. The sum stays exact.
 */
export function boundedParts(parts: readonly ConsumptionPart[]): readonly ConsumptionPart[] {
  const size = Math.ceil(parts.length / MOST_PARTS);
  if (size <= 1) return parts;
  const groups: ConsumptionPart[] = [];
  for (let at = 0; at < parts.length; at += size) {
    const group = parts.slice(at, at + size);
    const [first] = group;
    if (first !== undefined) groups.push(together(group, first));
  }
  return groups;
}
