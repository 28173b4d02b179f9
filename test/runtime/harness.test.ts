import { afterAll, beforeAll, expect, it } from "vitest";
import { type NodeRed, startNodeRed } from "../support/node-red.ts";

let red: NodeRed;
beforeAll(async () => {
  red = await startNodeRed({
    flow: [
      { id: "tab", type: "tab", label: "t" },
      { id: "f", type: "function", z: "tab", func: "msg.payload += 1; return msg;", outputs: 1, wires: [["g"]] },
      {
        id: "g",
        type: "function",
        z: "tab",
        func: "node.status({text: 'got ' + msg.payload}); return null;",
        wires: [[]],
      },
    ],
  });
});
afterAll(() => red.stop());

it("runs a flow in the real runtime and shows messages and statuses", async () => {
  red.inject("f", { payload: 41 });
  await red.until("the status", () => red.status("g")?.text === "got 42");
  expect(red.from("f").map((msg) => msg.payload)).toEqual([42]);
});
