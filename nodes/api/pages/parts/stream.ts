/** One server-sent event. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Takes server-sent events apart as they come, in pieces of any size (WHATWG HTML §9.2, of which our server uses `event`
 * and `data`). @returns what takes the next piece, and gives every event that it completes
 */
export function eventReader(): (piece: string) => StreamEvent[] {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    return blocks.map(eventOf).filter(({ data }) => data !== "");
  };
}

function eventOf(block: string): StreamEvent {
  const lines = block.split(/\r?\n/);
  const values = (field: string) =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ""));
  return { name: values("event").at(-1) ?? "message", data: values("data").join("\n") };
}
