import { chmod, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findToken } from "../../nodes/api/tokens.ts";
import { newFolder, run } from "./support.ts";

const API = { id: "api1", type: "meterman-api", name: "house", store: "s", x: 1, y: 2, wires: [] };
const FLOW = [
  { id: "tab", type: "tab", label: "Hus" },
  { ...API, tokens: [] },
  { id: "f", type: "function", func: "// é\n" },
];

async function flows(content: unknown = FLOW, indent = 4): Promise<string> {
  const file = join(await newFolder(), "flows.json");
  await writeFile(file, typeof content === "string" ? content : `${JSON.stringify(content, null, indent)}\n`);
  return file;
}
const tokensIn = async (file: string) => JSON.parse(await readFile(file, "utf8"))[1].tokens;

describe("tokens by command line", () => {
  it("are made with the secret printed once, kept as a hash, and every other byte of the flow as it was", async () => {
    const file = await flows();
    await chmod(file, 0o640);
    const before = await readFile(file, "utf8");
    const made = await run(["token", "make", "--flows", file, "--name", "phone", "--scope", "read,adjust"]);
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^mm_[\w-]{43}\n$/);
    const tokens = await tokensIn(file);
    expect(findToken(tokens, made.out.trim())).toMatchObject({ name: "phone", scopes: ["read", "adjust"] });
    const after = await readFile(file, "utf8");
    expect(after).not.toContain(made.out.trim());
    expect(after.replace(/"tokens": \[[\s\S]*?\n {8}\]/, '"tokens": []')).toBe(before);
    expect(await readFile(`${file}.backup`, "utf8")).toBe(before);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    const listed = await run(["token", "list", "--flows", file]);
    expect(listed.out).toContain("house (api1):");
    expect(listed.out).toMatch(/ read,adjust +phone\n/);
    expect(await run(["token", "make", "--flows", file, "--name", "phone"])).toMatchObject({ code: 1, out: "" });
    expect(await run(["token", "revoke", "--flows", file, "--name", "phone"])).toMatchObject({ code: 0 });
    expect(await readFile(file, "utf8")).toBe(before);
    expect((await run(["token", "revoke", "--flows", file, "--name", "phone"])).err).toContain("METERMAN_NOT_FOUND");
  });

  it("go where a link leads, without spaces where the flow has none", async () => {
    const file = await flows(FLOW, 0);
    const link = `${file}.link.json`;
    await symlink(file, link);
    expect(await run(["token", "make", "--flows", link, "--name", "a"])).toMatchObject({ code: 0 });
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(2);
    expect(await tokensIn(file)).toHaveLength(1);
  });

  it.each([
    ["no JSON", "{", "METERMAN_BAD_CONFIG"],
    ["a flow of something else", { a: 1 }, "METERMAN_BAD_CONFIG"],
    ["nodes without a type", [{ id: "a" }], "METERMAN_BAD_CONFIG"],
    ["tokens that are damaged", [{ ...API, tokens: [{ id: 1 }] }], "METERMAN_BAD_CONFIG"],
    ["no api node", [FLOW[0]], "METERMAN_NOT_FOUND"],
    [
      "several api nodes",
      [API, { ...API, id: "api2" }],
      "say with --api which of these is meant: house (api1), house (api2)",
    ],
  ])("leave a file alone that has %s", async (_, content, words) => {
    const file = await flows(content);
    const before = await readFile(file, "utf8");
    const ran = await run(["token", "make", "--flows", file, "--name", "phone"]);
    expect(ran.code).toBeGreaterThan(0);
    expect(ran.out).toBe("");
    expect(ran.err).toContain(words);
    expect(await readFile(file, "utf8")).toBe(before);
    expect(await readdir(join(file, ".."))).toEqual(["flows.json"]);
  });

  it("need to know what they are for, where they go and what they may do", async () => {
    const file = await flows();
    for (const args of [["make"], ["make", "--flows", file], ["grow", "--flows", file], ["list"]]) {
      expect(await run(["token", ...args])).toMatchObject({ code: 2, out: "" });
    }
    const wrong = await run(["token", "make", "--flows", file, "--name", "a", "--scope", "everything"]);
    expect(wrong.err).toContain("--scope takes read, adjust, control");
  });
});
