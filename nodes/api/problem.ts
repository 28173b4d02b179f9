import { ERRORS, type ErrorCode, type Failure, failed } from "../model/index.ts";
import type { ApiResponse } from "./http.ts";

/** Codes that are not the server's fault, or that pass. Every other one is a 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  METERMAN_BAD_QUERY: 400,
  METERMAN_BAD_MESSAGE: 400,
  METERMAN_UNAUTHORIZED: 401,
  METERMAN_FORBIDDEN: 403,
  METERMAN_NOT_FOUND: 404,
  METERMAN_UNKNOWN_METER: 404,
  METERMAN_UNSUPPORTED: 405,
  METERMAN_TOO_LARGE: 400,
  METERMAN_TOO_MANY: 429,
  METERMAN_COMMAND_INVALID: 400,
  METERMAN_ADJUSTMENT_REFUSED: 409,
  METERMAN_SHED_TAKEN: 409,
  METERMAN_HA_ENTITY: 409,
  METERMAN_HA_ENERGY: 409,
  METERMAN_HA_AUTH: 502,
  METERMAN_HA_CALL: 502,
  METERMAN_HA_STATISTICS: 502,
  METERMAN_HA_UNREACHABLE: 503,
  METERMAN_NO_STORE: 503,
  METERMAN_STORE_LOCKED: 503,
  METERMAN_STORE_FORMAT: 503,
  METERMAN_STORE_WRITE: 503,
  METERMAN_GATEWAY_SILENT: 503,
};

export const PROBLEM_SCHEMA = {
  type: "object",
  description: "Problem details (RFC 9457). `code` is stable; `field` names the parameter it is about.",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: { type: "string" },
    code: { enum: Object.keys(ERRORS) },
    field: { type: "string" },
  },
  additionalProperties: false,
} as const;

/**
 * A failure as RFC 9457 wants it. `detail` says what to do and never quotes what was sent.
 * @param status only where the code alone does not decide it (406, 413, 414, 415)
 */
export function problem(
  failure: Failure,
  options: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): ApiResponse {
  const status = options.status ?? STATUS[failure.code] ?? 500;
  const body = {
    type: `urn:meterman:error:${failure.code}`,
    title: ERRORS[failure.code],
    status,
    detail: failure.message,
    code: failure.code,
    ...(failure.field === undefined ? {} : { field: failure.field }),
  };
  const retry: Record<string, string> = status === 429 || status === 503 ? { "retry-after": "5" } : {};
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...retry,
      ...options.headers,
    },
    body: JSON.stringify(body),
  };
}

/** Shorthand for the many places that refuse a parameter. */
export function badQuery(message: string, field?: string) {
  return failed("METERMAN_BAD_QUERY", message, field);
}
