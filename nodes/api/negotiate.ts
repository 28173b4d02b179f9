/**
 * The first of `offered` (in our order of preference) with the highest q that an Accept header allows (RFC 9110 §12.5.1);
 * undefined when it allows none. No header allows everything.
 */
export function negotiate(accept: string | undefined, offered: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === "") return offered[0];
  const ranges = accept.split(",").map(parseRange);
  let best: { type: string; q: number } | undefined;
  for (const type of offered) {
    const q = quality(type, ranges);
    if (q > 0 && q > (best?.q ?? 0)) best = { type, q };
  }
  return best?.type;
}

interface Range {
  readonly type: string;
  readonly q: number;
}

function parseRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith("q="));
  const q = given === undefined ? 1 : Number(given.slice(2));
  return { type, q: q >= 0 && q <= 1 ? q : 0 };
}

/** The most specific range decides, not the highest q. */
function quality(type: string, ranges: readonly Range[]): number {
  const group = `${type.split("/")[0]}/*`;
  for (const wanted of [type, group, "*/*"]) {
    const range = ranges.find((candidate) => candidate.type === wanted);
    if (range !== undefined) return range.q;
  }
  return 0;
}
