import { type ErrorCode, type Failure, failed, ok, type Result } from "../model/index.ts";
import { type ApiRequest, type ApiResponse, header } from "./http.ts";
import { JSON_TYPE, sentType, taken } from "./media.ts";
import { problem } from "./problem.ts";
import type { Route } from "./route.ts";

/** Far more than any body that is no upload. */
export const BODY_LIMIT_BYTES = 16_384;
/** A month of one meter at 15 s as CSV. It is held in memory whole. */
export const UPLOAD_LIMIT_BYTES = 8 * 1024 * 1024;

export type Fields = ReadonlyMap<string, unknown>;
export const NO_FIELDS: Fields = new Map();

/** What a POST brought: a JSON object that its route checks, or a text of another media type. */
export type Body =
  | { readonly kind: "json"; readonly value: object }
  | { readonly kind: "text"; readonly type: string; readonly text: string };

/** Flat fields are checked with the parameters of the address, and `body` is null then. */
export interface Brought {
  readonly fields: Fields;
  readonly body: Body | null;
}

export const NOTHING: Brought = { fields: NO_FIELDS, body: null };

const STATUS: Partial<Record<ErrorCode, number>> = { METERMAN_TOO_LARGE: 413, METERMAN_UNSUPPORTED: 415 };

/** The refusal of a POST: what is too long or of another type is so in its body. */
export function badPost(failure: Failure): ApiResponse {
  const status = STATUS[failure.code];
  return problem(failure, status === undefined ? {} : { status });
}

/**
 * Reads the body of a POST. The media type must be one that a form of another page in the user's browser
 * cannot send.
 * @returns METERMAN_UNSUPPORTED, METERMAN_TOO_LARGE or METERMAN_BAD_MESSAGE otherwise
 */
export async function bodyOf(request: ApiRequest, route: Route): Promise<Result<Brought>> {
  const { type, plain } = sentType(request);
  if (!taken(route).includes(type)) {
    return failed("METERMAN_UNSUPPORTED", `the body must be ${taken(route).join(" or ")}`, "Content-Type");
  }
  if (!plain) return failed("METERMAN_UNSUPPORTED", "the body must be UTF-8 and not compressed", "Content-Encoding");
  const text = await textOf(request, route.limitBytes ?? BODY_LIMIT_BYTES);
  if (!text.ok) return text;
  if (type !== JSON_TYPE) return ok({ fields: NO_FIELDS, body: { kind: "text", type, text: text.value } });
  const value = parsed(text.value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return failed("METERMAN_BAD_MESSAGE", "the body must be a JSON object");
  }
  if (route.json !== undefined) return ok({ fields: NO_FIELDS, body: { kind: "json", value } });
  return ok({ fields: new Map<string, unknown>(Object.entries(value)), body: null });
}

async function textOf(request: ApiRequest, limitBytes: number): Promise<Result<string>> {
  const isUpload = limitBytes > BODY_LIMIT_BYTES;
  const advice = isUpload ? ": split it, or use meterman import on the command line" : "";
  const long = failed("METERMAN_TOO_LARGE", `the body may be ${limitBytes} bytes long${advice}`);
  if (Number(header(request, "content-length") ?? 0) > limitBytes) return long;
  const text = await request.body(limitBytes);
  return !text.ok && text.error.code === "METERMAN_TOO_LARGE" ? long : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
