import { randomBytes } from "node:crypto";
import { newToken, SCOPES, type Scope, SECRET_BYTES, type Token } from "../api/index.ts";
import { type Command, type Option, Typed, Usage } from "./command.ts";
import { type ApiNode, type Flows, readFlows } from "./flows.ts";
import { must, now, refusal } from "./folder.ts";
import { FINDINGS, GOOD, print, say } from "./output.ts";

const OPTIONS: readonly Option[] = [
  { name: "flows", value: "FILE", about: "the file with Node-RED's flows, like ~/.node-red/flows.json" },
  { name: "api", value: "NODE", about: "id or name of the api node, where there are several" },
  { name: "name", value: "TEXT", about: "what the token is for, like phone; to revoke, its name or id" },
  { name: "scope", value: "LIST", many: true, about: "what it may do: read, adjust, control; else read" },
];
const MOST = 100;

export const TOKEN: Command = {
  name: "token",
  operands: "list|make|revoke",
  about:
    "Lists, makes or revokes the tokens of the REST API in a flow. Stop Node-RED first: it has the flow in memory.",
  options: OPTIONS,
  more: ["The secret of a new token is printed once and kept nowhere. The file as it was stays beside it as .backup."],
  async run(args) {
    const typed = new Typed(args, OPTIONS, [1, 1]);
    const path = typed.text("flows");
    if (path === undefined) throw new Usage("say with --flows where the flows are");
    const scopes = typed.list("scope").map(scopeOf);
    const [action = ""] = typed.operands;
    if (!["list", "make", "revoke"].includes(action)) throw new Usage("token takes list, make or revoke");
    const name = typed.text("name");
    const flows = must(await readFlows(path));
    if (action === "list") return list(flows.apis);
    if (name === undefined || name.length > 100) throw new Usage("give the token a --name of at most 100 characters");
    const api = chosen(flows, typed.text("api"));
    return action === "make" ? make(flows, api, name, scopes.length > 0 ? scopes : ["read"]) : revoke(flows, api, name);
  },
};

function scopeOf(text: string): Scope {
  const scope = SCOPES.find((one) => one === text);
  if (scope === undefined) throw new Usage(`--scope takes ${SCOPES.join(", ")}`);
  return scope;
}

const labelOf = ({ id, name }: ApiNode) => (name === "" ? id : `${name} (${id})`);

function chosen({ apis }: Flows, wanted: string | undefined): ApiNode {
  const found = wanted === undefined ? apis : apis.filter(({ id, name }) => id === wanted || name === wanted);
  const [api] = found;
  if (api !== undefined && found.length === 1) return api;
  const there = apis.map(labelOf).join(", ");
  if (apis.length === 0) throw refusal("METERMAN_NOT_FOUND", "there is no api node in this flow");
  throw new Usage(`say with --api which of these is meant: ${there}`);
}

async function list(apis: readonly ApiNode[]): Promise<number> {
  if (apis.length === 0) await print("there is no api node in this flow\n");
  for (const api of apis) {
    await print(`${labelOf(api)}: ${api.tokens.length === 0 ? "no tokens" : ""}\n`);
    for (const { id, name, scopes, created } of api.tokens) {
      const day = new Date(created * 1000).toISOString().slice(0, 10);
      await print(`  ${id}  ${day}  ${scopes.join(",").padEnd(19)}  ${name}\n`);
    }
  }
  return GOOD;
}

async function make(flows: Flows, api: ApiNode, name: string, scopes: readonly Scope[]): Promise<number> {
  if (api.tokens.some((token) => token.name === name)) {
    say(
      `METERMAN_BAD_CONFIG: ${labelOf(api)} has a token called ${name} already: choose another name, or revoke it first`,
    );
    return FINDINGS;
  }
  if (api.tokens.length >= MOST) {
    say(`METERMAN_TOO_MANY: an api node has at most ${MOST} tokens: revoke one first`);
    return FINDINGS;
  }
  const { secret, id, hash, created } = newToken(randomBytes(SECRET_BYTES), now());
  const token: Token = { id, name, scopes: [...new Set(scopes)], hash, created };
  must(await flows.save(api, [...api.tokens, token]));
  say(`a token for ${labelOf(api)} that may ${scopes.join(", ")}; it is shown only now:`);
  await print(`${secret}\n`);
  say("it counts once Node-RED is started again");
  return GOOD;
}

async function revoke(flows: Flows, api: ApiNode, name: string): Promise<number> {
  const rest = api.tokens.filter((token) => token.name !== name && token.id !== name);
  if (rest.length === api.tokens.length) {
    say(`METERMAN_NOT_FOUND: ${labelOf(api)} has no token of that name or id: see "meterman token list"`);
    return FINDINGS;
  }
  must(await flows.save(api, rest));
  say(
    `${api.tokens.length - rest.length === 1 ? "the token is" : "the tokens are"} revoked once Node-RED is started again`,
  );
  return GOOD;
}
