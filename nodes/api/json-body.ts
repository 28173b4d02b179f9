import { Ajv, type ErrorObject } from "ajv";
import { ok, type Result } from "../model/index.ts";
import type { JsonSchema } from "./parameters.ts";
import { badQuery } from "./problem.ts";
import { SCHEMAS } from "./schemas.ts";

/**
 * `discriminator` lets the branch that is meant say what is wrong; `ownProperties` keeps what every object inherits out
 * of the judgement; `verbose` brings the schema's own words.
 */
const ajv = new Ajv({ strict: true, allowUnionTypes: true, discriminator: true, ownProperties: true, verbose: true });

/**
 * A value that fits the schema of that name in SCHEMAS; METERMAN_BAD_QUERY with the path of the field otherwise. The
 * schema must name every field, and describe each so that "<name> must be …" is a sentence; it and T must describe the
 * same shape.
 */
export function checkJson<T>(name: string, value: unknown): Result<T> {
  // ajv remembers what it has compiled by the schema object.
  const validate = ajv.compile<T>(SCHEMAS[name] ?? false);
  if (validate(value)) return ok(value);
  // The last one is of the whole value where alternatives were tried.
  return refusal(validate.errors?.at(-1));
}

function refusal(error: ErrorObject | undefined): Result<never> {
  if (error === undefined) return badQuery("the body does not fit");
  const path = error.instancePath.split("/").slice(1);
  const schema = recordOf(error.parentSchema);
  const properties = recordOf(schema.properties);
  switch (error.keyword) {
    case "required": {
      const missing = String(error.params.missingProperty);
      const field = [...path, missing].join(".");
      return badQuery(`${field} is missing: it is ${wordsOf(properties[missing])}`, field);
    }
    case "additionalProperties": {
      const offer = Object.keys(properties).join(", ");
      return badQuery(`there is a field that is not known: ${path.join(".") || "the body"} takes ${offer}`);
    }
    case "discriminator": {
      const tag = String(error.params.tag);
      const branches = Array.isArray(schema.oneOf) ? schema.oneOf : [];
      const known = branches.map((branch) => recordOf(recordOf(recordOf(branch).properties)[tag]).const);
      return badQuery(`${tag} must be one of ${known.join(", ")}`, tag);
    }
    default:
      return badQuery(`${path.join(".") || "the body"} must be ${wordsOf(schema)}`, path.join(".") || undefined);
  }
}

function wordsOf(schema: unknown): string {
  const { description, enum: known } = recordOf(schema);
  if (typeof description === "string") return description;
  return Array.isArray(known) ? `one of ${known.join(", ")}` : "what the OpenAPI document says";
}

function recordOf(value: unknown): JsonSchema {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
