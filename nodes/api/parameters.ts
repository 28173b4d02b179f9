import { Ajv, type ValidateFunction } from "ajv";
import { ok, type Result } from "../model/index.ts";
import { badQuery } from "./problem.ts";

export type JsonSchema = { readonly [keyword: string]: unknown };

/** A parameter of a route: one line of the OpenAPI document, and what the value is checked against. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required?: boolean;
  /** Completes the sentence "<name> is …", in the document and in the refusal. */
  readonly description: string;
  readonly schema: JsonSchema;
}

/** Values by name, each as its schema has it: a number where the schema takes one. */
export type Given = Readonly<Record<string, string | number>>;

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const compiled = new WeakMap<JsonSchema, ValidateFunction>();
const INTEGER = /^-?\d{1,16}$/;

function fits(schema: JsonSchema, value: string | number): boolean {
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

/**
 * @param query decoded values from the query string; a name that no parameter has is refused
 * @param path decoded values from the path
 */
export function parseParameters(
  parameters: readonly Parameter[],
  query: ReadonlyMap<string, string>,
  path: ReadonlyMap<string, string>,
): Result<Given> {
  const given: Record<string, string | number> = {};
  for (const { name, in: place, required, description, schema } of parameters) {
    const text = place === "path" ? path.get(name) : query.get(name);
    if (text === undefined) {
      if (required === true) return badQuery(`${name} is missing: it is ${description}`, name);
      continue;
    }
    const number = INTEGER.test(text) ? Number(text) : undefined;
    if (number !== undefined && fits(schema, number)) given[name] = number;
    else if (fits(schema, text)) given[name] = text;
    else return badQuery(`${name} must be ${description}`, name);
  }
  const taken = parameters.filter((parameter) => parameter.in === "query").map((parameter) => parameter.name);
  if ([...query.keys()].every((name) => taken.includes(name))) return ok(given);
  const offer = taken.length === 0 ? "this address takes none" : `this address takes ${taken.join(", ")}`;
  return badQuery(`there is a parameter that is not known: ${offer}`);
}
