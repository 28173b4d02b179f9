import fc, { type Arbitrary } from "fast-check";
import { HOUSE, NOW, START } from "./world.ts";

/** JSON Schema → values that fit it, for the schemas of requests in the OpenAPI document. */
type Schema = Readonly<Record<string, unknown>>;

/** What a schema says in words only, or with patterns that no generator takes. */
const BY_NAME: Readonly<Record<string, Arbitrary<unknown>>> = {
  why: fc.constantFrom("a", "the node was off", "=1+1", "x".repeat(500), "naïve 🏠", '","'),
  name: fc.constantFrom("House", "@SUM(A1)", "a'b\"c", "x".repeat(100), "<b>"),
  source: fc.constantFrom("0.0.1.1.3", "0.0.1.1.99", "a", HOUSE),
  meter: fc.constantFrom(HOUSE, HOUSE, HOUSE, "0.0.1.1.3", "0.0.1.1.99", "a"),
  cursor: fc.constantFrom("WzFd", `${START}~${NOW}~WzFd`, `${START}~${NOW}~nonsense`),
  zone: fc.constantFrom("UTC", "Europe/Oslo", "America/St_Johns", "Etc/GMT+5", "Nowhere/None"),
  gateway: fc.constantFrom("0.0.1.1.1", "0.0.1.1.1", "0.0.1.1.99"),
  shed: fc.constantFrom("shed", "shed", "shed", "x"),
  load: fc.constantFrom("boiler", "car", "none"),
  n: fc.integer({ min: 1, max: 50 }),
  id: fc.constantFrom("command-0", "command-0", "command-99", "x"),
  rows: fc.array(row(), { minLength: 1, maxLength: 20 }),
};
const TIMES = ["from", "to", "at", "until", "start", "end"];

function row(): Arbitrary<object> {
  const times = fc.tuple(time(), fc.integer({ min: 0, max: 4000 }));
  const ours = fc.record({ wh: fc.nat(1000), registerWh: fc.nat(100_000) }, { requiredKeys: ["wh"] });
  return fc.oneof(
    fc.tuple(times, ours).map(([[start, length], rest]) => ({ start, end: start + length, ...rest })),
    times.map(([when_start, length]) => ({ when_start, entry_interval_length: length + 1, entry_value: 5 })),
  );
}

/** Mostly in the readings, on their edges as well as between them. */
function time(): Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 0, max: 3001 }).map((count) => START + 15 * count),
    fc.integer({ min: START - 100_000, max: NOW + 100_000 }),
    fc.constantFrom(0, 946_684_800, 4_102_444_800),
  );
}

export function arbitraryOf(schema: Schema, schemas: Schema, name = ""): Arbitrary<unknown> {
  const known = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (known !== undefined) return known;
  if (TIMES.includes(name)) {
    const iso = time().map((at) => new Date(at * 1000).toISOString().slice(0, 19));
    return fc.oneof(
      { weight: 4, arbitrary: time() },
      iso,
      iso.map((text) => `${text}Z`),
    );
  }
  if (typeof schema.$ref === "string") {
    return arbitraryOf(Object(Reflect.get(schemas, schema.$ref.split("/").at(-1) ?? "")), schemas);
  }
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const branches = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(branches)) return fc.oneof(...branches.map((branch) => arbitraryOf(branch, schemas)));
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "integer": {
      const [min, max] = [Number(schema.minimum ?? -1e6), Number(schema.maximum ?? 1e6)];
      return fc.oneof(fc.integer({ min: Math.max(min, -1000), max: Math.min(max, 1000) }), fc.constantFrom(min, max));
    }
    case "string":
      return fc.string({ minLength: Number(schema.minLength ?? 1), maxLength: Number(schema.maxLength ?? 20) });
    case "object":
      return objectOf(schema, schemas);
    default:
      throw new Error(`no values are made for ${JSON.stringify(schema)}`);
  }
}

function objectOf(schema: Schema, schemas: Schema): Arbitrary<object> {
  const properties = Object.entries(Object(schema.properties)).map(([key, value]) => {
    return [key, arbitraryOf(Object(value), schemas, key)] as const;
  });
  const requiredKeys = Array.isArray(schema.required) ? schema.required : [];
  return fc.record(Object.fromEntries(properties), { requiredKeys });
}

/** Things that no field wants, and keys that every object has. */
const SPOILT = fc.constantFrom<unknown>(
  ...[null, [], {}, "", "\u0000", "\ud800", -1, 0.5, 1e300, 2 ** 53, true, "x".repeat(600), "__proto__"],
);

/** The object with a field that is spoilt, gone, or too many. */
export function spoilt(value: object): Arbitrary<string> {
  const keys = Object.keys(value);
  const text = (more: object) => JSON.stringify({ ...value, ...more });
  const extra = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "n", "x");
  return fc.oneof(
    fc.tuple(fc.constantFrom("x", ...keys), SPOILT).map(([key, bad]) => text({ [key]: bad })),
    fc.constantFrom("x", ...keys).map((key) => text({ [key]: undefined })),
    // Literally: an object of JavaScript has no own key of that name unless it is defined so.
    extra.map((key) => `${text({}).slice(0, -1)}${keys.length > 0 ? "," : ""}"${key}":{"dryRun":true}}`),
    fc.nat(200).map((cut) => text({}).slice(0, cut)),
  );
}
