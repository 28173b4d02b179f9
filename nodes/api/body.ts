import { type ErrorCode, type Failure, failed, ok, type Result } from "../model/index.ts";
import { type ApiRequest, type ApiResponse, header } from "./http.ts";
import { problem } from "./problem.ts";
import { JSON_TYPE } from "./render.ts";

/** Far more than any body that an address takes. */
const BODY_LIMIT_BYTES = 16_384;

export type Fields = ReadonlyMap<string, unknown>;
export const NO_FIELDS: Fields = new Map();

const STATUS: Partial<Record<ErrorCode, number>> = { METERMAN_TOO_LARGE: 413, METERMAN_UNSUPPORTED: 415 };

/** The refusal of a body that readFields did not take. */
export function badBody(failure: Failure): ApiResponse {
  const status = STATUS[failure.code];
  return problem(failure, status === undefined ? {} : { status });
}

/**
 * Whether the body says that it is JSON. A form of another page in the user's browser can post without asking, but not
 * with this media type.
 */
function isJson(request: ApiRequest): boolean {
  const [type = ""] = (header(request, "content-type") ?? "").split(";");
  return type.trim().toLowerCase() === JSON_TYPE;
}

/** The fields of a JSON object; METERMAN_UNSUPPORTED, METERMAN_TOO_LARGE or METERMAN_BAD_MESSAGE otherwise. */
export async function readFields(request: ApiRequest): Promise<Result<Fields>> {
  if (!isJson(request)) return failed("METERMAN_UNSUPPORTED", `the body must be ${JSON_TYPE}`, "Content-Type");
  const text = await request.body(BODY_LIMIT_BYTES);
  if (!text.ok) return text;
  const value = parsed(text.value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return failed("METERMAN_BAD_MESSAGE", "the body must be a JSON object");
  }
  return ok(new Map<string, unknown>(Object.entries(value)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
