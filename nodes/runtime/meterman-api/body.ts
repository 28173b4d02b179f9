import type { IncomingMessage } from "node:http";
import { failed, ok, type Result } from "../../model/index.ts";

/** A body comes in one go from this machine; Node.js alone would wait five minutes for it. */
const BODY_MS = 5000;

/** Whether the headers announce a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/**
 * What was read before us: Node-RED's editor on the same root parses every JSON body, and leaves its value in `body`.
 * Nothing more would come from the stream.
 */
function readBefore(request: IncomingMessage, limitBytes: number): Result<string> {
  const text = JSON.stringify(Reflect.get(request, "body") ?? null);
  return Buffer.byteLength(text) <= limitBytes ? ok(text) : tooLarge(limitBytes);
}

const tooLarge = (limitBytes: number) => failed("METERMAN_TOO_LARGE", `a body may be ${limitBytes} bytes long`);

/** At most `limitBytes`, within BODY_MS. The connection stays open for the answer, whatever happens. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Result<string>> {
  if (request.readableEnded) return Promise.resolve(readBefore(request, limitBytes));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (result: Result<string>) => {
      clearTimeout(timer);
      request.off("data", take).off("end", whole).off("close", broken).off("error", broken);
      // An error after the answer must find a listener.
      request.on("error", () => undefined).resume();
      resolve(result);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else end(tooLarge(limitBytes));
    };
    const whole = () => end(ok(Buffer.concat(chunks).toString("utf8")));
    const broken = () => end(failed("METERMAN_BAD_MESSAGE", "the body did not arrive whole"));
    const timer = setTimeout(() => end(failed("METERMAN_BAD_MESSAGE", "the body did not arrive in time")), BODY_MS);
    request.on("data", take).on("end", whole).on("close", broken).on("error", broken);
  });
}
