/** The longest line a device prints has less than 300 characters (MUPT with ten entries); a longer one is not a line. */
export const MAX_LINE = 320;

/** A complete line without its end, or `null` in place of one that was too long to be kept. */
export type RawLine = string | null;

export interface LineSplitter {
  /**
   * @param chunk bytes or text in any cutting: fed byte by byte the lines are the same
   * @returns the lines completed by this chunk; an over-long one is reported once, then the next newline is awaited
   */
  readonly feed: (chunk: Uint8Array | string) => RawLine[];
}

/** Memory is bounded: at most MAX_LINE characters wait for their newline. */
export function createLineSplitter(): LineSplitter {
  // One character per byte, never lossy: bytes from 0x80 up stay distinguishable from ASCII, which is all that matters.
  const latin1 = new TextDecoder("latin1");
  let pending = "";
  let skipping = false;

  function feed(chunk: Uint8Array | string): RawLine[] {
    const text = typeof chunk === "string" ? chunk : latin1.decode(chunk);
    const lines: RawLine[] = [];
    let start = 0;
    while (start < text.length) {
      const newline = text.indexOf("\n", start);
      const end = newline === -1 ? text.length : newline;
      if (!skipping && pending.length + end - start > MAX_LINE) {
        lines.push(null);
        pending = "";
        skipping = true;
      }
      if (!skipping) pending += text.slice(start, end);
      if (newline === -1) break;
      if (!skipping) lines.push(withoutReturns(pending));
      pending = "";
      skipping = false;
      start = newline + 1;
    }
    return lines;
  }
  return { feed };
}

function withoutReturns(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) === 13) end -= 1;
  return line.slice(0, end);
}
