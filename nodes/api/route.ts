import type { EpochSeconds, Result } from "../model/index.ts";
import { type Column, csvHeading, csvRows } from "./csv.ts";
import type { Caller } from "./guard.ts";
import type { ApiPorts } from "./http.ts";
import type { Given, JsonSchema, Parameter } from "./parameters.ts";
import type { Scope } from "./tokens.ts";

/** A table that can be written as CSV, made only when somebody asked for it. */
export interface Table {
  heading(): string;
  rows(): string;
}

export interface Answer {
  /** Goes out as JSON, in the shape of the route's `answer`. */
  readonly body: object;
  readonly table?: Table;
  /** Cursor of the next page, null at the end. */
  readonly next?: string | null;
  /** The time that the answer covers, `to` exclusive: it gets an ETag when all of it lies in closed days. */
  readonly span?: { readonly from: EpochSeconds; readonly to: EpochSeconds };
}

export interface Call {
  readonly given: Given;
  readonly ports: ApiPorts;
  readonly caller: Caller;
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
  readonly parameters: readonly Parameter[];
  /** Name of a schema in SCHEMAS, or the schema itself. */
  readonly answer: string | JsonSchema;
  /** Whether `Accept: text/csv` gets the answer's table. */
  readonly csv?: true;
  handle(call: Call): Promise<Result<Answer>>;
}

export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Table {
  return { heading: () => csvHeading(columns), rows: () => csvRows(columns, rows) };
}
