import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
const manifest = JSON.parse(read("package.json"));
const types = Object.keys(manifest["node-red"].nodes);
const configTypes = ["meterman-store", "meterman-home-assistant"];
const examples = readdirSync(join(root, "examples")).filter((file) => file.endsWith(".json"));
const flows: { type: string }[] = examples.flatMap((file) => JSON.parse(read("examples", file)));

describe("the package", () => {
  it("declares what the Node-RED library asks for", () => {
    expect(manifest.name).toBe("@meterman/node-red");
    expect(manifest.keywords).toContain("node-red");
    for (const field of ["license", "repository", "bugs", "engines", "description"])
      expect(manifest[field]).toBeTruthy();
    expect(manifest["node-red"].version).toBe(">=4.1.0");
    expect(manifest.engines.node).toBe(">=20.19.0");
  });

  it("has at most six runtime dependencies, pinned", () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(6);
    for (const version of Object.values(manifest.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("names no download address in the lock file", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved": *"http/);
  });

  it("ships built nodes, examples and licence, and neither sources nor tests", () => {
    const listing = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const parsed = JSON.parse(listing);
    const packed = Array.isArray(parsed) ? parsed[0] : Object.values(parsed)[0];
    const files: string[] = packed.files.map((file: { path: string }) => file.path);
    for (const type of types) {
      for (const part of [`${type}.js`, `${type}.html`, `locales/en-US/${type}.json`, `locales/en-US/${type}.html`]) {
        expect(files).toContain(`dist/${type}/${part}`);
      }
    }
    expect(files).toContain(manifest.bin.meterman);
    for (const file of ["README.md", "LICENSE", "CHANGELOG.md"]) expect(files).toContain(file);
    for (const file of examples) expect(files).toContain(`examples/${file}`);
    expect(files.filter((file) => /^(nodes|test|bench|scripts|flows|firmware|hardware)\//.test(file))).toEqual([]);
  });

  it("has a command line that runs as it is", () => {
    const program = join(root, manifest.bin.meterman);
    expect(readFileSync(program, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(execFileSync(program, ["--version"], { encoding: "utf8" })).toBe(`${manifest.version}\n`);
  });

  it.each(types)("registers %s with literals that the library can parse, and help with a tooltip", (type) => {
    const page = read("dist", type, `${type}.html`);
    const config = configTypes.includes(type);
    expect(page).toMatch(new RegExp(`registerType\\("${type}", \\{`));
    expect(page).toContain(`category: "${config ? "config" : "meterman"}"`);
    expect(page).toMatch(/defaults: \{/);
    expect(page).toContain(`data-template-name="${type}"`);
    const help = read("dist", type, "locales", "en-US", `${type}.html`);
    expect(help).toContain(`data-help-name="${type}"`);
    expect(help).toMatch(/<p>[^<]/);
    for (const heading of config ? ["Details"] : ["Inputs", "Outputs", "Details"]) {
      if (type === "meterman-api" && heading !== "Details") continue;
      expect(help).toContain(`<h3>${heading}</h3>`);
    }
  });

  it.each(types)("gives %s a catalogue in which every label of its dialog is found", (type) => {
    const catalogue = JSON.parse(read("dist", type, "locales", "en-US", `${type}.json`));
    const page = read("dist", type, `${type}.html`);
    const keys = [...page.matchAll(/data-i18n="(?:\[[a-z-]+\])?([^"]+)"/g)].flatMap((match) =>
      (match[1] ?? "").split(";").map((key) => key.replace(/^\[[a-z-]+\]/, "")),
    );
    const look = (key: string) =>
      key
        .replace(/^.*:/, "")
        .split(".")
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], catalogue);
    const missing = keys.filter((key) => !key.startsWith("node-red:") && typeof look(key) !== "string");
    expect(missing).toEqual([]);
  });

  it("shows every node type in an example", () => {
    const used = new Set(flows.map((node) => node.type));
    expect(types.filter((type) => !used.has(type))).toEqual([]);
  });

  it("has an icon file for every icon that a node names", () => {
    for (const type of types) {
      const icon = /icon: "([^"]+)"/.exec(read("dist", type, `${type}.html`))?.[1];
      if (icon?.startsWith("meterman")) expect(existsSync(join(root, "dist", type, "icons", icon))).toBe(true);
    }
  });
});
