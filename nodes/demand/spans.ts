/** Stretches of time, [start, end) in epoch seconds: sorted, disjoint, touching ones merged. */
export type Span = readonly [start: number, end: number];

export function addSpan(spans: readonly Span[], [start, end]: Span): readonly Span[] {
  if (end <= start) return spans;
  const last = spans.at(-1);
  // The common case, data in order, must not cost a walk over days of spans.
  if (last === undefined || start > last[1]) return [...spans, [start, end]];
  if (start >= last[0]) return [...spans.slice(0, -1), [last[0], Math.max(last[1], end)]];
  const before = spans.filter((span) => span[1] < start);
  const after = spans.filter((span) => span[0] > end);
  const touching = spans.slice(before.length, spans.length - after.length);
  const from = Math.min(start, touching[0]?.[0] ?? start);
  const to = Math.max(end, touching.at(-1)?.[1] ?? end);
  return [...before, [from, to], ...after];
}

export function removeSpan(spans: readonly Span[], [start, end]: Span): readonly Span[] {
  return spans.flatMap((span): Span[] => {
    if (span[1] <= start || span[0] >= end) return [span];
    const left: Span[] = span[0] < start ? [[span[0], start]] : [];
    return span[1] > end ? [...left, [end, span[1]]] : left;
  });
}

// Both walk from the newest span back: what is asked for is nearly always the end of a long list.

/** Seconds of [from, to) that lie in `spans`. */
export function overlapS(spans: readonly Span[], from: number, to: number): number {
  let sum = 0;
  for (let i = spans.length - 1; i >= 0; i -= 1) {
    const [start, end] = spans[i] ?? [to, to];
    if (end <= from) break;
    if (start < to) sum += Math.min(end, to) - Math.max(start, from);
  }
  return sum;
}

/** The parts of [from, to) that are not in `spans`, in order. */
export function holes(spans: readonly Span[], from: number, to: number): readonly Span[] {
  const found: Span[] = [];
  let until = to;
  for (let i = spans.length - 1; i >= 0 && until > from; i -= 1) {
    const [start, end] = spans[i] ?? [to, to];
    if (end <= from) break;
    if (start >= to) continue;
    if (end < until) found.push([end, until]);
    until = start;
  }
  if (from < until) found.push([from, until]);
  return found.length > 1 ? found.reverse() : found;
}
