/**
 * Takes server-sent events apart as they come, in pieces of any size (WHATWG HTML §9.2, of which our server uses
 * `data`). @returns what takes the next piece, and gives the data of every event that it completes
 */
export function eventReader(): (piece: string) => string[] {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    return blocks.map(dataOf).filter((data) => data !== "");
  };
}

function dataOf(block: string): string {
  const lines = block.split(/\r?\n/).filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n");
}
