import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";

/** Holds answers against the OpenAPI document that the API itself serves. */
export function documented(document: object) {
  const ajv = new Ajv2020({ strict: false });
  ajv.addFormat("date-time", /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
  ajv.addSchema({ ...document, $id: "openapi" });
  const check = (pointer: string, value: unknown) => {
    const validate = ajv.getSchema(`openapi#${encodeURI(pointer)}`);
    if (validate === undefined) throw new Error(`the document has nothing at ${pointer}`);
    const valid = validate(value);
    expect(validate.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  };
  return {
    /** Against a schema by its name. */
    expectShape: (schema: string, value: unknown) => check(`/components/schemas/${schema}`, value),
    /** Against what the document promises for a path: `/meters/{meter}`. */
    expectAnswer(path: string, value: unknown, method: "get" | "post" = "get", status = 200) {
      const name = path.replaceAll("~", "~0").replaceAll("/", "~1");
      check(`/paths/${name}/${method}/responses/${status}/content/application~1json/schema`, value);
    },
  };
}
