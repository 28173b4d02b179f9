import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { type ApiResponse, createApi, newToken } from "../../nodes/api/index.ts";
import { type EnergyRequest, epochSeconds, ok } from "../../nodes/model/index.ts";
import { verify } from "../../nodes/store/index.ts";
import { arbitraryOf, spoilt } from "./arbitrary.ts";
import { meter } from "./meters.ts";
import { ownStore } from "./own-store.ts";
import { DOCUMENT, expectAnswer, expectShape, FAULTS, HOUSE, ports, START } from "./world.ts";

const METERS = [HOUSE, meter("0.0.1.1.3")];
const { archive, folder, fingerprint } = await ownStore(...METERS);
const { secret, ...rest } = newToken(new Uint8Array(32).fill(3), epochSeconds(START));
const world = {
  store: archive,
  addToEnergyDashboard: async (request: EnergyRequest) => {
    const entities = { energyEntity: "sensor.house_energy", powerEntity: null };
    return ok({ ...request, change: "added" as const, ...entities, issues: [], text: "House is there now." });
  },
};
const api = createApi(ports(world), {
  rateLimit: { burst: 1e9, perSecond: 1e9, callers: 10 },
  tokens: [{ ...rest, name: "fuzzer", scopes: ["read", "adjust", "control"] }],
});

interface Operation {
  readonly path: string;
  readonly method: "get" | "post";
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Record<string, unknown> }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Record<string, unknown> }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

const schemas = Object(Object(DOCUMENT.components).schemas);
const OPERATIONS: Operation[] = Object.entries(Object(DOCUMENT.paths)).flatMap(([path, item]) =>
  (["get", "post"] as const).flatMap((method) => {
    const found: unknown = Reflect.get(Object(item), method);
    return found === undefined ? [] : [{ ...Object(found), path, method }];
  }),
);

interface Sent {
  readonly operation: Operation;
  readonly path: string;
  readonly query: string;
  readonly type: string;
  readonly text: string;
  readonly accept: string;
}

/** A request that the document allows, as far as its schemas say; or one that is spoilt somewhere. */
function requestOf(operation: Operation): Arbitrary<Sent> {
  const value = ({ name, schema }: Operation["parameters"][number]) =>
    fc.oneof(
      { weight: 9, arbitrary: arbitraryOf(schema, schemas, name).map(String) },
      fc.constantFrom("", "__proto__"),
    );
  const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
  const inQuery = operation.parameters.filter((parameter) => parameter.in === "query");
  const path = fc
    .tuple(...inPath.map(value))
    .map((values) =>
      inPath.reduce((all, { name }, at) => all.replace(`{${name}}`, encoded(values[at] ?? "")), operation.path),
    );
  const pairs = inQuery.map((parameter) => {
    const pair = value(parameter).map((text) => `${parameter.name}=${encoded(text)}`);
    return parameter.required ? pair : fc.option(pair, { freq: 2, nil: "" });
  });
  const query = fc.tuple(...pairs).map((all) => all.filter((pair) => pair !== "").join("&"));
  const accept = fc.constantFrom("*/*", "*/*", ...Object.keys(operation.responses[200]?.content ?? {}), "image/png");
  return fc.tuple(path, query, bodyOf(operation), accept).map(([path, query, body, accept]) => {
    // With a JSON body, most of what the address may say belongs to texts.
    return { operation, path, query: body.type === "application/json" ? "" : query, ...body, accept };
  });
}

function bodyOf({ requestBody }: Operation): Arbitrary<{ type: string; text: string }> {
  if (requestBody === undefined) return fc.constant({ type: "", text: "" });
  const texts = Object.entries(requestBody.content).map(([type, { schema }]) => {
    const text = type === "application/json" ? jsonOf(schema) : fc.oneof(csv, ndjson, fc.string());
    return text.map((text) => ({ type, text }));
  });
  const other = fc.record({ type: fc.constantFrom("text/plain", "", "application/xml"), text: fc.json() });
  return fc.oneof(...texts.map((arbitrary) => ({ weight: 5, arbitrary })), other);
}

function jsonOf(schema: Record<string, unknown>): Arbitrary<string> {
  const whole = arbitraryOf(schema, schemas);
  return fc.oneof(
    { weight: 3, arbitrary: whole.map((value) => JSON.stringify(value)) },
    whole.chain((value) => spoilt(Object(value))),
    fc.json(),
  );
}

const rows = fc.array(fc.tuple(fc.nat(3000), fc.nat(300), fc.nat(50)), { minLength: 1, maxLength: 10 });
const csv = rows.map((all) =>
  ["start,end,wh", ...all.map(([at, length, wh]) => `${START + at},${START + at + length},${wh}`)].join("\r\n"),
);
const ndjson = rows.map((all) =>
  all.map(([at, length, wh]) => JSON.stringify({ start: START + at, end: START + at + length, wh })).join("\n"),
);

function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "?"));
}

async function send({ operation, path, query, type, text, accept }: Sent): Promise<ApiResponse & { text: string }> {
  const headers = { host: "localhost", authorization: `Bearer ${secret}`, "content-type": type, accept };
  const method = operation.method.toUpperCase();
  const response = await api({ method, path, query, headers, remote: "::1", body: async () => ok(text) });
  if (typeof response.body === "string") return { ...response, text: response.body };
  let all = "";
  for await (const piece of response.body) {
    all += piece;
    // What happens now never ends.
    if (operation.path === "/live") break;
  }
  return { ...response, text: all };
}

/** The answer is one that the document has for that operation, in one of its media types and in the shape it says. */
function check({ operation }: Sent, { status, headers, text }: ApiResponse & { text: string }): void {
  expect(status).toBeLessThan(500);
  const type = (headers["content-type"] ?? "").split(";")[0] ?? "";
  expect(Object.keys(operation.responses)).toContain(String(status));
  expect(Object.keys(operation.responses[status]?.content ?? {})).toContain(type);
  if (type === "application/json") expectAnswer(operation.path, JSON.parse(text), operation.method, status);
  else if (type === "application/problem+json") expectShape("Problem", JSON.parse(text));
  else if (type === "text/csv") expect(text).toMatch(/\r\n$/);
  else if (type === "application/x-ndjson") for (const line of text.split("\n").slice(0, -1)) JSON.parse(line);
  else expect(type).toBe("text/event-stream");
}

const NOTHING: Sent = {
  operation: { path: "", method: "get", parameters: [], responses: {} },
  path: "",
  query: "",
  type: "application/json",
  text: "",
  accept: "*/*",
};
const MEASURED = new Map<string, string>();
for (const id of METERS) MEASURED.set(id, await readingsOf(id));

describe("what the document offers", () => {
  for (const operation of OPERATIONS) {
    const { method, path } = operation;
    it(`is answered as it says, and writes only when it says so: ${method} ${path}`, async () => {
      const seen = new Set<number>();
      let before = await fingerprint();
      const property = fc.asyncProperty(requestOf(operation), async (sent) => {
        const response = await send(sent);
        seen.add(response.status);
        check(sent, response);
        const isWriting = response.status === 201 || (path.endsWith("/undo") && response.status === 200);
        const after = await fingerprint();
        if (!isWriting) expect(after).toBe(before);
        before = after;
      });
      // The same requests each time, for what must have been seen below; METERMAN_FUZZ_SEED for others.
      const seed = Number(process.env.METERMAN_FUZZ_SEED ?? 42);
      await fc.assert(property, { seed, numRuns: path.endsWith("/adjustments") && method === "post" ? 200 : 40 });
      expect(FAULTS).toEqual([]);
      expect([...seen].some((status) => status < 300)).toBe(true);
      if (path.endsWith("/adjustments") && method === "post")
        expect([...seen]).toEqual(expect.arrayContaining([200, 201, 400, 415]));
    });
  }
});

/** Everything that was measured, as a caller gets it. */
async function readingsOf(id: string): Promise<string> {
  const get = (path: string) =>
    send({ ...NOTHING, path, query: "from=0&to=4102444800", accept: "application/x-ndjson" });
  const { text } = await get(`/meters/${id}/readings`);
  return text;
}

describe("all corrections that were made meanwhile", () => {
  it("are undone one after the other, and every reading is as it was; the folder is sound before and after", async () => {
    const sound = async () => expect((await verify(folder)).problems).toEqual([]);
    await sound();
    let made = 0;
    for (const id of METERS) {
      const trail = `/meters/${id}/adjustments`;
      const { items } = JSON.parse((await send({ ...NOTHING, path: trail, query: "limit=10000" })).text);
      const active: number[] = items
        .filter(({ undone }: { undone: unknown }) => undone === null)
        .map(({ n }: { n: number }) => n);
      made += items.length;
      const undo = { ...NOTHING, operation: { ...NOTHING.operation, method: "post" as const }, text: '{"why":"over"}' };
      // From the middle outwards: the order must not matter.
      for (const n of active.sort((a, b) => (a % 7) - (b % 7))) {
        expect((await send({ ...undo, path: `${trail}/${n}/undo` })).status).toBe(200);
      }
      expect(await readingsOf(id)).toBe(MEASURED.get(id));
    }
    expect(made).toBeGreaterThan(0);
    await sound();
  });
});
