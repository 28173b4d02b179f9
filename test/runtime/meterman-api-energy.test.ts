import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

const tab: FlowNode = { id: "tab", type: "tab", label: "test" };
const api: FlowNode = { id: "api", type: "meterman-api", z: "tab", name: "", store: "store", wires: [] };
const store: FlowNode = { id: "store", type: "meterman-store", name: "", folder: "", zone: "UTC", flushS: 60 };
const path = "/meterman/api/v1/meters/0.0.1.1.2/energy-dashboard";

let nodeRed: NodeRed;

/** Sends `text` and keeps the connection until the other end closes it, or an answer without "close" has come. */
function talk(text: string): Promise<{ answer: string; closed: boolean }> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(nodeRed.url).port), "127.0.0.1", () => socket.write(text));
    socket.on("data", (data) => {
      answer += data.toString();
      if (/\}$/.test(answer) && !/^connection: close/im.test(answer)) {
        socket.destroy();
        resolve({ answer, closed: false });
      }
    });
    socket.once("end", () => {
      socket.end();
      resolve({ answer, closed: true });
    });
    socket.once("error", reject);
  });
}
const head = (length: number | string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

beforeAll(async () => {
  nodeRed = await startNodeRed({ flow: [tab, store, api] });
});
afterAll(() => nodeRed.stop());

describe("a body over real HTTP", () => {
  it("is read, and a meter that no publish node knows is a 404 that says so", async () => {
    const response = await fetch(`${nodeRed.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"as":"grid"}',
    });
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { code: "METERMAN_UNKNOWN_METER", field: "meter", detail: expect.stringContaining("no publish node") },
    ]);
  });

  it("that arrives in pieces is one body", async () => {
    const chunked = `${head("Transfer-Encoding: chunked")}5\r\n{"as"\r\n8\r\n:"grid"}\r\n0\r\n\r\n`;
    expect((await talk(chunked)).answer).toMatch(/^HTTP\/1.1 404/);
  });

  it("that is too long is refused before it ends, and the rest is not waited for", async () => {
    const { answer, closed } = await talk(`${head("Content-Length: 1000000")}${"x".repeat(20_000)}`);
    expect(answer).toMatch(/^HTTP\/1.1 413/);
    expect(answer).toContain("METERMAN_TOO_LARGE");
    expect(closed).toBe(true);
  });

  it("that does not come is not waited for", async () => {
    const { answer, closed } = await talk(`${head("Content-Length: 100")}{"as"`);
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect(answer).toContain("did not arrive in time");
    expect(closed).toBe(true);
  });

  it("of a caller who hangs up harms nobody", async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(nodeRed.url).port), "127.0.0.1", () => {
        socket.write(`${head("Content-Length: 100")}{"as"`, () => socket.destroy());
      });
      socket.once("close", () => resolve());
    });
    expect((await fetch(`${nodeRed.url}/meterman/api/v1/health`)).status).toBe(200);
  });
});
