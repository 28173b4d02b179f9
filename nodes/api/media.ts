import { type ApiRequest, header } from "./http.ts";
import type { Route } from "./route.ts";

export const JSON_TYPE = "application/json";
export const CSV_TYPE = "text/csv";
export const NDJSON_TYPE = "application/x-ndjson";
export const EVENTS_TYPE = "text/event-stream";

/** What goes into Content-Type: the type with what a reader must know of it. */
export function contentType(type: string): string {
  if (type === CSV_TYPE) return `${CSV_TYPE}; charset=utf-8; header=present`;
  return type === JSON_TYPE ? type : `${type}; charset=utf-8`;
}

/** The media types that a route answers in, the preferred one first. */
export function offered({ speaks, table }: Route): readonly string[] {
  return speaks ?? (table === true ? [JSON_TYPE, CSV_TYPE, NDJSON_TYPE] : [JSON_TYPE]);
}

/** The media types of bodies that a POST takes. */
export function taken({ texts = [] }: Route): readonly string[] {
  return [JSON_TYPE, ...texts];
}

/** What a request says of its body; `plain` is false for another charset than UTF-8, or a compressed one. */
export function sentType(request: ApiRequest): { readonly type: string; readonly plain: boolean } {
  const [type = "", ...parameters] = (header(request, "content-type") ?? "").split(";").map(bare);
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  const encoding = bare(header(request, "content-encoding") ?? "identity");
  const isUtf8 = charset === undefined || /^"?(utf-?8|us-ascii)"?$/.test(charset);
  return { type, plain: isUtf8 && (encoding === "identity" || encoding === "") };
}

function bare(text: string): string {
  return text.trim().toLowerCase();
}
