/** The words of JSON Schema that settings are described with; what is not here is not judged in the editor. */
export interface JudgedSchema {
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JudgedSchema>>;
  readonly additionalProperties?: boolean;
  readonly items?: JudgedSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly JudgedSchema[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const KINDS: Readonly<Record<string, readonly [string, (value: unknown) => boolean]>> = {
  object: ["an object in { }", isObject],
  array: ["a list in [ ]", Array.isArray],
  string: ["a text in quotes", (value) => typeof value === "string"],
  number: ["a number", (value) => typeof value === "number" && Number.isFinite(value)],
  integer: ["a whole number", Number.isInteger],
  boolean: ["true or false", (value) => typeof value === "boolean"],
  null: ["null", (value) => value === null],
};

function range({ minimum, maximum, exclusiveMinimum, multipleOf }: JudgedSchema, value: number): string | null {
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) return `must be a multiple of ${multipleOf}`;
  if (minimum !== undefined && value < minimum) return `must be ${minimum} or more`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `must be more than ${exclusiveMinimum}`;
  return maximum !== undefined && value > maximum ? `must be ${maximum} or less` : null;
}

function text({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: JudgedSchema, value: string) {
  const length = [...value].length;
  if (length < minLength) return "must not be empty";
  if (length > maxLength) return `must have at most ${maxLength} characters`;
  return pattern !== undefined && !new RegExp(pattern, "u").test(value) ? `cannot be “${value}”` : null;
}

function list(schema: JudgedSchema, value: readonly unknown[], path: string): string | null {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
  if (value.length < minItems) return `${path} needs ${minItems === 1 ? "an entry" : `${minItems} entries`}`;
  if (value.length > maxItems) return `${path} has more than ${maxItems} entries`;
  for (const [i, one] of value.entries()) {
    const fault = items === undefined ? null : judge(items, one, `${path}[${i}]`);
    if (fault !== null) return fault;
  }
  return null;
}

function members(schema: JudgedSchema, value: Record<string, unknown>, path: string): string | null {
  const { required = [], properties = {}, additionalProperties = true } = schema;
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${at(missing)} is missing`;
  for (const [name, one] of Object.entries(value)) {
    const inner = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (inner === undefined && !additionalProperties) return `${at(name)} is not known here`;
    const fault = inner === undefined ? null : judge(inner, one, at(name));
    if (fault !== null) return fault;
  }
  return null;
}

/** Of several shapes the one whose constants fit is meant: what is wrong with that one helps, a list of all does not. */
function shapes(shapes: readonly JudgedSchema[], value: unknown, path: string): string | null {
  const faults = shapes.map((shape) => judge(shape, value, path));
  if (faults.includes(null)) return null;
  const isMeant = ({ properties = {} }: JudgedSchema) =>
    isObject(value) &&
    Object.entries(properties).some(([name, one]) => one.const !== undefined && one.const === value[name]);
  const meant = shapes.findIndex(isMeant);
  return meant >= 0 ? (faults[meant] ?? null) : (faults[0] ?? null);
}

/**
 * The first thing that is wrong with a value, in words that name the place; null when nothing is. For the editor: the
 * runtime judges with ajv, which is too big to be sent to a browser.
 */
export function judge(schema: JudgedSchema, value: unknown, path = ""): string | null {
  const place = path === "" ? "the whole" : path;
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (types.length > 0 && !types.some((type) => KINDS[type]?.[1](value) === true)) {
    return `${place} must be ${types.map((type) => KINDS[type]?.[0] ?? type).join(" or ")}`;
  }
  if (schema.const !== undefined && value !== schema.const) return `${place} must be ${JSON.stringify(schema.const)}`;
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return `${place} must be one of ${schema.enum.map((one) => JSON.stringify(one)).join(", ")}`;
  }
  const fault =
    typeof value === "number" ? range(schema, value) : typeof value === "string" ? text(schema, value) : null;
  if (fault !== null) return `${place} ${fault}`;
  if (schema.oneOf !== undefined) return shapes(schema.oneOf, value, path);
  if (Array.isArray(value)) return list(schema, value, place);
  return isObject(value) ? members(schema, value, path) : null;
}
