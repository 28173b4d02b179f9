import type { ErrorCode } from "./errors.ts";

/** What went wrong: a stable code, a sentence that says what to do, and the field it is about when there is one. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
}

/** An outcome that must be looked at: expected failures are values, not exceptions. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** @param message what to do about it, in words for the person in front of the screen; never quotes a received line */
export function failed(code: ErrorCode, message: string, field?: string): Result<never> {
  return { ok: false, error: field === undefined ? { code, message } : { code, message, field } };
}

/** An Error whose `code` is stable, for the places where Node-RED or a promise wants an Error. */
export class MetermanError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  constructor(failure: Failure) {
    super(`${failure.code}: ${failure.message}`);
    this.name = "MetermanError";
    this.code = failure.code;
    this.field = failure.field;
  }
}

/** The end of every switch over a union: a case that was forgotten does not compile. */
export function never(value: never): never {
  throw new Error(`a case was forgotten: ${JSON.stringify(value)}`);
}
