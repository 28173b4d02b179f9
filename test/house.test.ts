import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const nodes = join(root, "nodes");
const rooms = ["model", "gateway", "meter", "store", "home-assistant", "demand", "api", "cli", "runtime"];
/** They alone know the other rooms. */
const wiring = ["cli", "runtime"];
const pure = ["model", "gateway", "meter", "demand", "home-assistant"];

interface Source {
  path: string;
  room: string;
  text: string;
  imports: string[];
}

const sources: Source[] = readdirSync(nodes, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => {
    const text = readFileSync(join(nodes, file), "utf8");
    const statements = /^(?:import|export)\b[^"';]*?\bfrom\s+["']([^"'\n]+)["']|\bimport\s*\(?\s*["']([^"'\n]+)["']/gm;
    const imports = [...text.matchAll(statements)].map((match) => match[1] ?? match[2] ?? "");
    return { path: file, room: file.split("/")[0] ?? "", text, imports };
  });

/** Where a relative import leads, as a path below nodes/. */
const target = (source: Source, specifier: string) =>
  relative(nodes, resolve(join(nodes, source.path), "..", specifier));

const relatives = sources.flatMap((source) =>
  source.imports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ source, specifier, to: target(source, specifier) })),
);

/** Code without comments and strings, so that words in prose do not count. */
const code = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');

describe("the house", () => {
  it("has every room, and each but runtime has a door", () => {
    const present = readdirSync(nodes);
    for (const room of rooms) expect(present).toContain(room);
    for (const room of rooms.filter((name) => name !== "runtime")) {
      expect(sources.map((source) => source.path)).toContain(`${room}/index.ts`);
    }
  });

  it("is entered by doors only", () => {
    const past = relatives
      .filter(({ source, to }) => to.split("/")[0] !== source.room && to.split("/").slice(1).join("/") !== "index.ts")
      .map(({ source, specifier }) => `${source.path} → ${specifier}`);
    expect(past).toEqual([]);
  });

  it("lets rooms know the model only, and those that wire everything", () => {
    const wrong = relatives
      .map(({ source, to }) => ({ from: source.room, to: to.split("/")[0] ?? "", path: source.path }))
      .filter(({ from, to }) => from !== to && !wiring.includes(from) && to !== "model")
      .map(({ path, to }) => `${path} knows ${to}`);
    expect(wrong).toEqual([]);
  });

  it("has no import cycle between files", () => {
    const next = new Map<string, string[]>();
    for (const source of sources) {
      // Types are erased: a cycle of types alone never runs.
      const values = [...source.text.matchAll(/^(?:import|export)(?!\s+type\b)[^;]*?from\s+"(\.[^"]+)"/gm)];
      next.set(
        source.path,
        values.map((match) => target(source, match[1] ?? "")),
      );
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: string[]) => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
        return;
      }
      if (done.has(path)) return;
      for (const to of next.get(path) ?? []) visit(to, [...trail, path]);
      done.add(path);
    };
    for (const source of sources) visit(source.path, []);
    expect(cycles).toEqual([]);
  });

  it("keeps platform and packages out of the pure rooms", () => {
    const wrong = sources
      .filter((source) => pure.includes(source.room))
      .flatMap((source) =>
        source.imports.filter((name) => !name.startsWith(".")).map((name) => `${source.path} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it("hands time, chance and I/O to the pure rooms instead of letting them take it", () => {
    const taken =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bset(?:Timeout|Interval|Immediate)\b|\bMath\.random\b|\bconsole\.|\bprocess\.|\bperformance\.|\bfetch\(/;
    const wrong = sources
      .filter((source) => pure.includes(source.room) && taken.test(code(source.text)))
      .map((source) => `${source.path}: ${taken.exec(code(source.text))?.[0]}`);
    expect(wrong).toEqual([]);
  });

  it("takes time in store and api from the caller too", () => {
    const wrong = sources
      .filter((source) => ["store", "api"].includes(source.room))
      .filter((source) => /\bDate\.now\b|\bnew Date\(\s*\)/.test(code(source.text)))
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });

  it("casts to a quantity in model/units.ts only", () => {
    const cast = /\bas (?:Wh|Watts|Amps|EpochSeconds|Seconds|Millivolts|Dbm|ImpulsesPerKwh)\b/;
    const wrong = sources
      .filter((source) => source.path !== "model/units.ts" && cast.test(code(source.text)))
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });

  it("knows Node-RED in runtime only", () => {
    const wrong = sources
      .filter((source) => source.room !== "runtime" && source.imports.some((name) => /^@?node-red/.test(name)))
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });

  it("has small files: median at most 100 lines, none over 250", () => {
    const lengths = sources.map((source) => source.text.split("\n").length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(100);
    expect(sources.filter((source) => source.text.split("\n").length > 251).map((source) => source.path)).toEqual([]);
  });
});
