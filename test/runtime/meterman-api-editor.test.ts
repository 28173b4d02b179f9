import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NodeRed, startNodeRed } from "../support/node-red.ts";

const path = "/meterman/api/v1/meters/0.0.1.1.2/energy-dashboard";
let nodeRed: NodeRed;

beforeAll(async () => {
  const flow = [
    { id: "tab", type: "tab", label: "test" },
    { id: "api", type: "meterman-api", z: "tab", name: "", store: "store", wires: [] },
    { id: "store", type: "meterman-store", name: "", folder: "", zone: "UTC", flushS: 60 },
  ];
  nodeRed = await startNodeRed({ flow, editor: true });
});
afterAll(() => nodeRed.stop());

/** The code of the problem that is answered to a POST of `body`. */
async function refusal(body: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${nodeRed.url}${path}`, { method: "POST", headers, body });
  return ((await response.json()) as { code: string }).code;
}

describe("behind the editor, which reads the bodies of all requests first", () => {
  it("a body still arrives", async () => {
    expect(await refusal('{"as":"grid"}')).toBe("METERMAN_UNKNOWN_METER");
    expect(await refusal('{"as":"roof"}')).toBe("METERMAN_BAD_QUERY");
    expect(await refusal("")).toBe("METERMAN_BAD_QUERY");
  });

  it("a body that is too long is refused", async () => {
    expect(await refusal(JSON.stringify({ as: "x".repeat(20_000) }))).toBe("METERMAN_TOO_LARGE");
  });
});
