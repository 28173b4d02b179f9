import { Ajv, type ValidateFunction } from "ajv";
import { ok, type Result } from "../model/index.ts";
import { badQuery } from "./problem.ts";

export type JsonSchema = { readonly [keyword: string]: unknown };

/** A parameter of a route, or a field of its JSON body: a line of the OpenAPI document, and what the value is checked against. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "body";
  readonly required?: boolean;
  /** Completes the sentence "<name> is …", in the document and in the refusal. */
  readonly description: string;
  readonly schema: JsonSchema;
}

/** Values by name, each as its schema has it: a number where the schema takes one. */
export type Value = string | number | boolean;
export type Given = Readonly<Record<string, Value>>;

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const compiled = new WeakMap<JsonSchema, ValidateFunction>();
const INTEGER = /^-?\d{1,16}$/;

function fits(schema: JsonSchema, value: Value): boolean {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  return validate(value) === true;
}

/** Percent-decodes one piece of a URL. "+" stays a plus: it is part of UTC offsets and of zones like Etc/GMT+5. */
export function decode(text: string): Result<string> {
  try {
    return ok(decodeURIComponent(text));
  } catch {
    return badQuery("the address holds a percent sign that is not followed by two hex digits of UTF-8");
  }
}

/** Names and values of a query string. A name that stands there twice is refused: which one counts would be a guess. */
export function splitQuery(query: string): Result<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const piece of query.split("&")) {
    if (piece === "") continue;
    const at = piece.indexOf("=");
    const name = decode(at < 0 ? piece : piece.slice(0, at));
    if (!name.ok) return name;
    const value = decode(at < 0 ? "" : piece.slice(at + 1));
    if (!value.ok) return value;
    if (found.has(name.value)) return badQuery("a parameter stands there more than once; give each one once");
    found.set(name.value, value.value);
  }
  return ok(found);
}

/** What was sent, by place and name: texts of the address are percent-decoded, fields of the body are what JSON has. */
export interface Sent {
  readonly path: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  readonly body: ReadonlyMap<string, unknown>;
}

/** A parameter or field that is missing, unknown or out of range is refused. */
export function parseParameters(parameters: readonly Parameter[], sent: Sent): Result<Given> {
  const given: Record<string, Value> = {};
  for (const { name, in: place, required, description, schema } of parameters) {
    const value = sent[place].get(name);
    if (value === undefined) {
      if (required === true) return badQuery(`${name} is missing: it is ${description}`, name);
      continue;
    }
    const fitting = readings(place, value).find((reading) => fits(schema, reading));
    if (fitting === undefined) return badQuery(`${name} must be ${description}`, name);
    given[name] = fitting;
  }
  for (const place of ["query", "body"] as const) {
    const taken = parameters.filter((parameter) => parameter.in === place).map((parameter) => parameter.name);
    if ([...sent[place].keys()].every((name) => taken.includes(name))) continue;
    const offer = taken.length === 0 ? "this address takes none" : `this address takes ${taken.join(", ")}`;
    return badQuery(`there is a ${place === "body" ? "field" : "parameter"} that is not known: ${offer}`);
  }
  return ok(given);
}

/** How a value may be meant: digits of an address are a number first; a body says itself what is one. */
function readings(place: Parameter["in"], value: unknown): readonly Value[] {
  if (typeof value === "number" || typeof value === "boolean") return [value];
  if (typeof value !== "string") return [];
  return place !== "body" && INTEGER.test(value) ? [Number(value), value] : [value];
}
