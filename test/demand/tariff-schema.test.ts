import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import { TARIFF_SCHEMA, TARIFFS } from "../../nodes/demand/index.ts";

const file = join(import.meta.dirname, "..", "..", "docs", "tariff.schema.json");
const { $schema, title, description, ...schema } = JSON.parse(readFileSync(file, "utf8"));

describe("docs/tariff.schema.json", () => {
  it("is what the node accepts: `node scripts/tariff-schema.mjs` writes it", () => {
    const fields = Object.entries(schema.properties as Record<string, { description?: string }>);
    const bare = fields.map(([name, { description: _, ...field }]) => [name, field]);
    expect({ ...schema, properties: Object.fromEntries(bare) }).toEqual(JSON.parse(JSON.stringify(TARIFF_SCHEMA)));
  });

  it("explains itself and every field", () => {
    expect([$schema, title, description]).toEqual([
      "http://json-schema.org/draft-07/schema#",
      expect.stringMatching(/tariff/),
      expect.stringMatching(/\.$/),
    ]);
    for (const [name, field] of Object.entries(schema.properties as Record<string, { description?: string }>)) {
      expect([name, field.description]).toEqual([name, expect.stringMatching(/^\S.*\.$/)]);
    }
  });

  it.each(Object.entries(TARIFFS))("fits the shipped tariff %s, and not one with a mistake", (_, tariff) => {
    const fits = new Ajv().compile(schema);
    expect(fits(tariff), JSON.stringify(fits.errors)).toBe(true);
    expect(fits({ ...tariff, highest: 0 })).toBe(false);
  });
});
