import type { JsonSchema } from "./parameters.ts";

/** What the schemas of answers are put together from. */
export const TIME = { type: "integer", minimum: 0, maximum: 4_102_444_800, description: "Epoch seconds" };

export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: "null" }] };
}

/** All properties are required but those in `optional`. */
export function object(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", required, properties };
}

export function array(items: JsonSchema, maxItems: number): JsonSchema {
  return { type: "array", items, maxItems };
}
