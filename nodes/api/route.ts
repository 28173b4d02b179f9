import type { EpochSeconds, Result } from "../model/index.ts";
import type { Body } from "./body.ts";
import { type Column, csvHeading, csvRows } from "./csv.ts";
import type { Caller } from "./guard.ts";
import type { ApiPorts } from "./http.ts";
import { ndjson } from "./ndjson.ts";
import type { Given, JsonSchema, Parameter } from "./parameters.ts";
import type { Scope } from "./tokens.ts";

/** A table that can be written line by line, made only when somebody asked for it. */
export interface Table {
  heading(): string;
  rows(): string;
  /** Each row whole, as JSON. */
  lines(): string;
}

/** An answer that goes out piece by piece, in the media type of the call. */
export interface StreamedAnswer {
  /** Begins nothing before it is read, and ends for good when its reader leaves; throwing breaks the connection. */
  readonly stream: AsyncIterable<string>;
}

export interface WholeAnswer {
  /** Default 200. One of the route's `statuses`. */
  readonly status?: 201 | 202;
  /** Goes out as JSON, in the shape of the route's `answer`. */
  readonly body: object;
  readonly table?: Table;
  /** Cursor of the next page, null at the end. */
  readonly next?: string | null;
  /** The time that the answer covers, `to` exclusive: it gets an ETag when all of it lies in closed days. */
  readonly span?: { readonly from: EpochSeconds; readonly to: EpochSeconds };
}

export type Answer = WholeAnswer | StreamedAnswer;

export interface Call {
  readonly given: Given;
  /** What a POST brought, unless it is flat fields: these are in `given`. */
  readonly body: Body | null;
  readonly ports: ApiPorts;
  readonly caller: Caller;
  /** Media type of the answer. */
  readonly type: string;
  /** One instant for the whole request: the pages of a stream must not see different spans. */
  readonly now: EpochSeconds;
}

/** One row of the API: serving it, refusing what does not fit, and the OpenAPI document all come from here. */
export interface Route {
  readonly method: "GET" | "POST";
  /** `{name}` stands for one segment, described by the path parameter of that name. */
  readonly path: string;
  /** operationId of the document. */
  readonly id: string;
  /** What a caller must be allowed to do. */
  readonly scope: Scope;
  readonly summary: string;
  /** What a reader of the document should know besides. */
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  /** Name of the schema in SCHEMAS of a JSON body that is more than flat fields: `handle` checks it, see checkJson. */
  readonly json?: string;
  /** Bodies of other media types, taken as text. */
  readonly texts?: readonly string[];
  /** Of a body, default BODY_LIMIT_BYTES. */
  readonly limitBytes?: number;
  /** Name of a schema in SCHEMAS, or the schema itself. */
  readonly answer: string | JsonSchema;
  /** Default 200 alone. */
  readonly statuses?: readonly (200 | 201 | 202)[];
  /** Whether the answer's table is offered, too: as CSV and as NDJSON. */
  readonly table?: true;
  /** Media types of a streamed answer, the preferred one first, in place of all others. */
  readonly speaks?: readonly string[];
  handle(call: Call): Promise<Result<Answer>>;
}

export function table<Row extends object>(columns: readonly Column<Row>[], rows: readonly Row[]): Table {
  return {
    heading: () => csvHeading(columns),
    rows: () => csvRows(columns, rows),
    lines: () => ndjson(rows),
  };
}
