import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { allowed, projected, TARIFFS, tariffWords } from "../nodes/demand/index.ts";
import { ERRORS } from "../nodes/model/index.ts";

/** What the documents say of the product is what the product says. */
const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const documents = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
].filter((path) => path.endsWith(".md"));

describe("the documents", () => {
  it.each(documents)("%s links to files that are there", (path) => {
    const links = [...read(path).matchAll(/\]\(([^)#:\s]+)(#[^)]*)?\)/g)].map((match) => match[1] ?? "");
    for (const link of links) expect(existsSync(join(root, dirname(path), link)), link).toBe(true);
  });

  it.each(documents)("%s names error codes that exist", (path) => {
    const settings = [
      "METERMAN_DATA",
      "METERMAN_SERIAL",
      "METERMAN_FIRMWARE",
      "METERMAN_USER_DIR",
      "METERMAN_CREDENTIAL_SECRET",
    ];
    for (const [code] of read(path).matchAll(/METERMAN_[A-Z_]+/g)) {
      const isSetting = settings.includes(code) || /^METERMAN_(HA_(URL|TOKEN|CACHE)|TEST_|CHROMIUM|SHOTS)/.test(code);
      expect(isSetting || code in ERRORS, code).toBe(true);
    }
  });

  it("README.md lists every example", () => {
    for (const file of readdirSync(join(root, "examples"))) expect(read("README.md")).toContain(`(examples/${file})`);
  });

  it.each(Object.values(TARIFFS).map((tariff) => [tariff.name, tariff] as const))(
    "demand.md tells the rules of %s as the editor does",
    (name, tariff) => {
      const row = read("docs/demand.md")
        .split("\n")
        .find((line) => line.startsWith(`| ${name} |`));
      // Prices by steps are cut short, and the clock is the country's.
      const [first = ""] = tariffWords(tariff);
      expect(row).toContain(first);
      for (const line of tariffWords(tariff).slice(1)) {
        const isRule = /^(at least|windows|billed|\d+\.\d+ [A-Z]{3} per kW and|per kW)/.test(line);
        if (isRule) expect(row).toContain(line);
      }
    },
  );

  it("demand.md's window is calculated as the product does", () => {
    const course = { windowS: 900, remainingS: 780, usedWh: 260, powerW: 7800 };
    expect(projected(course)).toBe(7800);
    const allowedW = Math.round(allowed(course, 2500));
    const words = (watts: number) => watts.toLocaleString("en").replace(",", " ");
    expect(read("docs/demand.md")).toContain(`${words(allowedW)} W are **allowed**`);
    expect(read("docs/demand.md")).toContain(`= ${words(7800 - allowedW)} W must go`);
  });
});
