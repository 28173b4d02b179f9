import { chmod, copyFile, open, readFile, realpath, rename, stat } from "node:fs/promises";
import { Ajv } from "ajv";
import { TOKENS_SCHEMA, type Token } from "../api/index.ts";
import { failed, ok, type Result } from "../model/index.ts";

export interface ApiNode {
  readonly id: string;
  readonly name: string;
  readonly tokens: readonly Token[];
}

/** The flows of a Node-RED that is stopped. */
export interface Flows {
  readonly apis: readonly ApiNode[];
  /** Writes the flows with these tokens; the file as it was is kept beside it. Either the old or the new survives a crash. */
  save(api: ApiNode, tokens: readonly Token[]): Promise<Result<void>>;
}

type FlowNode = {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly tokens?: readonly Token[];
};

const NODE = {
  type: "object",
  required: ["id", "type"],
  properties: { id: { type: "string", maxLength: 64 }, type: { type: "string", maxLength: 200 } },
  if: { properties: { type: { const: "meterman-api" } } },
  // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
  then: { properties: { name: { type: "string", maxLength: 1000 }, tokens: TOKENS_SCHEMA } },
} as const;

/** @returns METERMAN_BAD_CONFIG when the file is no flow, METERMAN_NOT_FOUND when there is none */
export async function readFlows(path: string): Promise<Result<Flows>> {
  const file = await realpath(path).catch(() => undefined);
  const text = file === undefined ? undefined : await readFile(file, "utf8").catch(() => undefined);
  if (file === undefined || text === undefined) {
    return failed("METERMAN_NOT_FOUND", `${path} cannot be read: name Node-RED's flows, like ~/.node-red/flows.json`);
  }
  const nodes = parsed(text);
  const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false });
  if (!ajv.validate<FlowNode[]>({ type: "array", items: NODE }, nodes)) {
    return failed(
      "METERMAN_BAD_CONFIG",
      `${path} has no flows as Node-RED writes them, or tokens that are damaged; it was left alone`,
    );
  }
  const apis = nodes
    .filter(({ type }) => type === "meterman-api")
    .map(({ id, name = "", tokens = [] }): ApiNode => ({ id, name, tokens }));
  return ok({
    apis,
    async save(api, tokens) {
      const changed = nodes.map((node) => (node.id === api.id ? { ...node, tokens } : node));
      // As it was written: Node-RED's own choice is four spaces, or none at all.
      const indent = /^\[\s*\n(\s+)/.exec(text)?.[1] ?? "";
      try {
        await replace(file, `${JSON.stringify(changed, null, indent)}${text.endsWith("\n") ? "\n" : ""}`);
        return ok(undefined);
      } catch (thrown) {
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        return failed("METERMAN_STORE_WRITE", `the flows could not be written (${why}); they are as they were`);
      }
    },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function replace(file: string, text: string): Promise<void> {
  const { mode } = await stat(file);
  await copyFile(file, `${file}.backup`);
  const handle = await open(`${file}.new`, "w", mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // What `open` was told is narrowed by the umask.
  await chmod(`${file}.new`, mode);
  await rename(`${file}.new`, file);
}
