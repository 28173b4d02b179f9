import Ajv, { type JSONSchemaType, type Schema } from "ajv";
import { type ErrorCode, failed, ok, type Result } from "../../model/index.ts";

/**
 * Everything that comes from a message, a setting or a credential goes through here before it has a type.
 * `coerce` is for editor settings and credentials, which Node-RED may hand over as strings: it converts and fills in
 * defaults on a copy. Messages are judged as they are and never changed.
 */
const strict = new Ajv({ allErrors: false, allowUnionTypes: true, strictTypes: false });
const lenient = new Ajv({ coerceTypes: true, allowUnionTypes: true, strictTypes: false, useDefaults: true });

export type Parser<T> = (input: unknown) => Result<T>;

/**
 * @param code of the failure; its message names the field and what is expected, never the value that was given
 * @returns a parser whose successes have type T: `schema` and T must describe the same shape
 */
export function parser<T>(
  schema: Schema | JSONSchemaType<T>,
  code: ErrorCode,
  options: { coerce?: boolean } = {},
): Parser<T> {
  const validate = (options.coerce === true ? lenient : strict).compile<T>(schema);
  return (given) => {
    const input: unknown = options.coerce === true ? structuredClone(given) : given;
    if (validate(input)) return ok(input);
    const first = validate.errors?.[0];
    const missing = first?.keyword === "required" ? `/${first.params.missingProperty}` : "";
    const field = `${first?.instancePath ?? ""}${missing}`.slice(1).replaceAll("/", ".");
    const what = first?.keyword === "required" ? "is missing" : (first?.message ?? "does not fit");
    return failed(code, field === "" ? `the value ${what}` : `${field} ${what}`, field === "" ? undefined : field);
  };
}
