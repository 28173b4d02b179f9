import type { IncomingMessage } from "node:http";
import { failed, ok, type Result } from "../../model/index.ts";

/** A body comes in one go from this machine; Node.js alone would wait five minutes for it. */
const START_MS = 5000;
/** What is long may take longer, as long as it keeps coming; a phone far from its mast is faster than that. */
const SLOWEST_BYTES_PER_MS = 32;
/** Nothing new for so long, and it is given up. */
const SILENCE_MS = 10_000;

/** Whether the headers announce a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/**
 * What was read before us: Node-RED's editor on the same root parses every JSON body, and leaves its value in `body`.
 * Nothing more would come from the stream.
 */
function readBefore(request: IncomingMessage, limitBytes: number): Result<string> {
  let text: string;
  try {
    text = JSON.stringify(Reflect.get(request, "body") ?? null);
  } catch {
    // ⚠ V8 reads JSON of any depth, but writes it only some thousand levels deep.
    return failed("METERMAN_BAD_MESSAGE", "the body is nested too deeply");
  }
  return Buffer.byteLength(text) <= limitBytes ? ok(text) : tooLarge(limitBytes);
}

const tooLarge = (limitBytes: number) => failed("METERMAN_TOO_LARGE", `a body may be ${limitBytes} bytes long`);

/** A byte order mark at the beginning is left out. */
function decoded(chunks: readonly Buffer[]): Result<string> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    return failed("METERMAN_BAD_MESSAGE", "the body is not UTF-8");
  }
}

/** At most `limitBytes`, as long as they keep coming. The connection stays open for the answer, whatever happens. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Result<string>> {
  if (request.readableEnded) return Promise.resolve(readBefore(request, limitBytes));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const begun = performance.now();
    let size = 0;
    let heardAt = begun;
    const end = (result: Result<string>) => {
      clearTimeout(timer);
      request.off("data", take).off("end", whole).off("close", broken).off("error", broken);
      // An error after the answer must find a listener.
      request.on("error", () => undefined).resume();
      resolve(result);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      heardAt = performance.now();
      if (size <= limitBytes) chunks.push(chunk);
      else end(tooLarge(limitBytes));
    };
    const whole = () => end(decoded(chunks));
    const broken = () => end(failed("METERMAN_BAD_MESSAGE", "the body did not arrive whole"));
    const watch = () => {
      const last = Math.min(heardAt + SILENCE_MS, begun + START_MS + size / SLOWEST_BYTES_PER_MS);
      const left = last - performance.now();
      if (left > 0) timer = setTimeout(watch, left);
      else end(failed("METERMAN_BAD_MESSAGE", "the body did not arrive in time"));
    };
    let timer = setTimeout(watch, START_MS);
    request.on("data", take).on("end", whole).on("close", broken).on("error", broken);
  });
}
