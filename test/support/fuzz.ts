import fc from "fast-check";

/** Messages that a flow can send by mistake or by malice: whatever comes, a node may only refuse it. */
export type Fuzz = Record<string, unknown>;

const WORDS =
  "demand load override fault update snapshot set-register set-interval set-led poll-faster set-time radio readings consumption events meters boiler ev pool House 0.0.1.1.2 __proto__ constructor".split(
    " ",
  );
const KEYS =
  "meter pulses seconds registerWh kind power status topic payload query from to resolution limit cursor load on watts level mode forS action dryRun share node count lifetimeWh wh start end quality entries __proto__ constructor toString then length toJSON".split(
    " ",
  );

function deep(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? { payload: value } : [value];
  return value;
}

function circular(): unknown {
  const ring: Fuzz = { meter: "exact", kind: "update", pulses: 1 };
  ring.payload = ring;
  ring.entries = [ring];
  return ring;
}

const trapped = (key: string, rest: Fuzz) =>
  Object.defineProperty({ ...rest }, key, {
    enumerable: true,
    get: () => {
      throw new Error("a getter that throws");
    },
  });

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** Made once: some of them are big. */
const MONSTERS: readonly unknown[] = [
  "x".repeat(1_000_000),
  "9".repeat(1_000_000),
  `${"S>G:GGWSNAP\r".repeat(1000)}`,
  Buffer.alloc(1_000_000, 0x41),
  Buffer.alloc(0),
  new Uint16Array(5),
  deep(100),
  deep(5000),
  circular(),
  new Array(10_000).fill({ meter: "exact", pulses: 1, seconds: 1 }),
  Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, i])),
  JSON.parse('{"__proto__":{"pulses":5},"meter":"exact","seconds":1}'),
  Object.create({ pulses: 7, seconds: 1 }),
  Object.create(null),
  Object.freeze({ meter: "exact", pulses: Object.freeze([5]), seconds: 1 }),
  trapped("pulses", { meter: "exact", seconds: 1 }),
  trapped("kind", { meter: "exact" }),
  trapped("action", { load: "boiler" }),
  new Map([["meter", "exact"]]),
  new Date(Number.NaN),
  new Error("an error as payload"),
  Promise.resolve(5),
  /x/,
];
/** They break Node-RED's own copying of messages, which happens while a node reports an error. */
const TRAPS: readonly Fuzz[] = [
  trapped("payload", { topic: "load" }),
  trapped("topic", { payload: 5 }),
  trapped("power", { payload: {} }),
  trapped("status", { payload: {} }),
  {
    payload: {
      get deep() {
        throw new Error("a getter that throws");
      },
    },
  },
  { payload: revoked() },
  { payload: () => 5, topic: Symbol("topic") },
];

const numbers = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e308, 5e-324, -1, 0.1),
  fc.double(),
  fc.integer(),
);
const scalars = fc.oneof(
  numbers,
  fc.string(),
  fc.constantFrom(...WORDS),
  fc.constantFrom(undefined, null, true, false),
  fc.bigInt(),
  fc.constant(Symbol("payload")),
);
const objects = fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(scalars, fc.array(scalars, { maxLength: 3 })), {
  noNullPrototype: false,
});
const payloads = fc.oneof(
  { weight: 4, arbitrary: objects },
  { weight: 3, arbitrary: scalars },
  {
    weight: 2,
    arbitrary: fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true, withMap: true }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom(...MONSTERS) },
);
const topics = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: scalars });

const anyMessage: fc.Arbitrary<Fuzz> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ topic: topics, payload: payloads }, { requiredKeys: [] }) },
  { weight: 2, arbitrary: objects.map((fields) => ({ ...fields })) },
  { weight: 1, arbitrary: fc.record({ payload: payloads, power: payloads, meter: topics, status: payloads }) },
  { weight: 1, arbitrary: fc.constantFrom(...TRAPS) },
);

/** What must never be taken for a value of this type. null is left out: it means unknown in places. */
function poisons(value: unknown): readonly unknown[] {
  const always = [undefined, {}, Symbol("poison"), () => 1, 5n];
  if (typeof value === "number") {
    return [...always, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "12", "", true, [1], Object(5)];
  }
  if (typeof value === "string") return [...always, 12, Number.NaN, true, ["exact"], "\u0000", "../../x", "__proto__"];
  if (typeof value === "boolean") return [...always, 0, 1, "true", []];
  return [...always, 5, "x", true];
}

/** `valid` with one of the `fields` broken; a field may lie deeper: `payload.meter`. */
export function broken(valid: Fuzz, fields: readonly string[]): fc.Arbitrary<Fuzz> {
  return fc.constantFrom(...fields).chain((field) => {
    const path = field.split(".");
    const value = path.reduce<unknown>((at, key) => Reflect.get(Object(at), key), valid);
    return fc.constantFrom(...poisons(value)).map((poison) => replaced(valid, path, poison));
  });
}

function replaced(from: unknown, [key = "", ...rest]: readonly string[], value: unknown): Fuzz {
  const copy: Fuzz = { ...Object(from) };
  if (rest.length > 0) copy[key] = replaced(copy[key], rest, value);
  else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

/** @returns `count` messages, the same for the same seed */
export function messages(count: number, seed: number, nearly: readonly fc.Arbitrary<Fuzz>[]): Fuzz[] {
  return fc.sample(fc.oneof(anyMessage, ...nearly), { numRuns: count, seed });
}
