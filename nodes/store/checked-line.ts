import { crc32 } from "node:zlib";

/**
 * Every line on disk is `{"c":"<crc32 of the body>","b":<body>}`: readable with any JSON tool, and a flipped bit or a
 * torn write cannot pass for data.
 */
const HEAD = '{"c":"';
const MIDDLE = '","b":';
const BODY_AT = HEAD.length + 8 + MIDDLE.length;

/** @param body JSON without line breaks @returns the line with its line break */
export function sealed(body: string): string {
  return `${HEAD}${checksum(body)}${MIDDLE}${body}}\n`;
}

/** @param line without its line break @returns the parsed body; undefined when the line is not whole */
export function unsealed(line: string): unknown {
  if (!line.startsWith(HEAD) || !line.endsWith("}")) return undefined;
  const body = line.slice(BODY_AT, -1);
  if (line.slice(HEAD.length + 8, BODY_AT) !== MIDDLE) return undefined;
  if (line.slice(HEAD.length, HEAD.length + 8) !== checksum(body)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}

/** A line of a file that was read whole; `body` is undefined when the line is damaged. */
export interface FoundLine {
  readonly offset: number;
  readonly length: number;
  readonly body: unknown;
}

/** Every non-empty line of `bytes`; @param from where the bytes stand in their file. */
export function* linesOf(bytes: Buffer, from = 0): Generator<FoundLine> {
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 10) {
      at += 1;
      continue;
    }
    const stop = bytes.indexOf(10, at);
    const end = stop < 0 ? bytes.length : stop;
    // A line without its line break is not whole, whatever it says.
    const body = stop < 0 ? undefined : unsealed(bytes.toString("utf8", at, end));
    yield { offset: from + at, length: end - at, body };
    at = end + 1;
  }
}
