import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser, shot } from "../support/browser.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

/** The table of loads as its owner meets it. */
const settings = { marginW: 100, hysteresisW: 200, confirmS: 30, holdS: 120, staggerS: 120, responseS: 60 };
/** As an older version saved it. */
const pool = { name: "pool", kind: "switch", levels: "", ratedW: "1100", priority: "1", minOnS: "300", minOffS: "300" };
const flow: FlowNode[] = [
  { id: "tab", type: "tab", label: "t" },
  {
    ...{ id: "shed", type: "meterman-shed", z: "tab", x: 300, y: 100, name: "", maxPerPass: 2, dryRun: true },
    ...{ ...settings, homeAssistant: "", loads: [pool], wires: [[], []] },
  },
];

let red: NodeRed;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
beforeAll(async () => {
  red = await startNodeRed({ flow, editor: true });
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(red.url);
  // The workspace comes a moment after the palette.
  await page.waitForFunction("globalThis.RED?.nodes?.node('shed') != null");
});
beforeEach(async () => {
  await page.evaluate(`RED.nodes.node('shed').loads = ${JSON.stringify([pool])}`);
  await open();
});
afterEach(async () => {
  if (await page.locator("#node-dialog-cancel").isVisible()) await close("cancel");
});
afterAll(async () => {
  await browser?.close();
  await red?.stop();
});

async function open(): Promise<void> {
  await page.evaluate("RED.editor.edit(RED.nodes.node('shed'))");
  await page.waitForSelector("#node-input-load-list .meterman-load");
}
async function close(by: "ok" | "cancel"): Promise<void> {
  await page.click(`#node-dialog-${by}`);
  await page.waitForSelector(`#node-dialog-${by}`, { state: "detached" });
}
const done = () => close("ok");
const row = (index: number) => page.locator("#node-input-load-list .meterman-load").nth(index);
const field = (index: number, name: string) => row(index).locator(`[data-field=${name}]`);
const fault = () => page.locator("#meterman-shed-fault").textContent();
const saved = () => page.evaluate("({ loads: RED.nodes.node('shed').loads, valid: RED.nodes.node('shed').valid })");
const add = () => page.locator(".meterman-shed-loads .red-ui-editableList-addButton").click();

describe("the table of loads", () => {
  it("needs name, W and priority of a plain load, and folds away the rest, whose title tells what is set", async () => {
    await add();
    await field(1, "name").fill("boiler");
    await field(1, "ratedW").fill("2000");
    for (const name of ["levels", "minOnS", "phases", "entity"]) expect(await field(1, name).isVisible()).toBe(false);
    expect(await row(1).locator("summary").textContent()).toBe("More");
    expect(await row(0).locator("summary").textContent()).toBe("More: on at least 300 s · off at least 300 s");
    expect(await fault()).toBe("");
    await done();
    expect(await saved()).toMatchObject({
      valid: true,
      loads: [
        { ...pool, phases: "", surplus: false, maxOffS: "0", whenStale: "auto" },
        { name: "boiler", kind: "switch", ratedW: "2000", priority: "1" },
      ],
    });
  });

  it("knows the amps of a charger: the phases and the W follow from one choice", async () => {
    await field(0, "name").fill("car");
    await field(0, "kind").selectOption("modulating");
    await field(0, "unit").selectOption("amps3");
    expect([await field(0, "ratedW").inputValue(), await field(0, "levels").inputValue()]).toEqual([
      "690",
      "0, 6, 8, 10, 13, 16",
    ]);
    expect(await row(0).locator("summary").textContent()).toMatch(/L1 L2 L3/);
    await shot(page, "shed-charger");
    await field(0, "unit").selectOption("amps1");
    expect([await field(0, "ratedW").inputValue(), await field(0, "phases").inputValue()]).toEqual(["230", ""]);
    await field(0, "ratedW").fill("240");
    expect(await field(0, "unit").inputValue()).toBe("other");
    await done();
    await open();
    expect([await field(0, "kind").inputValue(), await field(0, "unit").inputValue()]).toEqual(["modulating", "other"]);
    expect(await field(0, "levels").isVisible()).toBe(true);
  });

  it("forgets a row that is removed, however soon the dialog is done, and keeps what a newer version wrote", async () => {
    await page.evaluate(
      `RED.nodes.node('shed').loads = ${JSON.stringify([{ ...pool, later: "x" }, { name: "gone" }])}`,
    );
    await close("cancel");
    await open();
    await page.evaluate(`
      document.querySelectorAll(".meterman-shed-loads .red-ui-editableList-item-remove")[1].click();
      document.getElementById("node-dialog-ok").click();
    `);
    await page.waitForSelector("#node-dialog-ok", { state: "detached" });
    expect(await saved()).toMatchObject({ loads: [{ name: "pool", later: "x", priority: "1" }] });
  });

  it("says what is wrong while it is typed, and marks the node", async () => {
    await row(0).locator("summary").click();
    await field(0, "phases").fill("L4");
    expect(await fault()).toBe("load pool: its phases must be L1, L2, L3, or several of them, or empty");
    await field(0, "phases").fill("l1");
    await field(0, "maxOffS").fill("60");
    expect(await fault()).toBe("load pool: its longest time off is shorter than its minimum time off");
    await field(0, "maxOffS").fill("7200");
    await field(0, "entity").fill("switch.pool");
    expect(await fault()).toBe("load pool: its entity needs a Home Assistant connection: choose one");
    await done();
    expect(await saved()).toMatchObject({ valid: false });
    await open();
    await add();
    expect(await fault()).toMatch(/^load pool: its entity needs/);
    await row(0).locator("summary").click();
    await field(0, "entity").fill("");
    expect(await fault()).toBe("each load needs a name");
  });

  it("has a name and a tooltip for each field, and makes no noise", async () => {
    await page.locator(".meterman-shed summary").last().click();
    const bare = await page
      .locator(".meterman-shed label")
      .evaluateAll((all) =>
        all.flatMap((one) => (one.getAttribute("title") || one.querySelector("i") ? [] : [one.textContent])),
      );
    expect(bare).toEqual([]);
    const texts = await page.locator(".meterman-shed").allTextContents();
    // A text that is missing in the catalogue shows its key.
    expect(texts.join(" ")).not.toMatch(/\b(?:load|tip|heading|unit|kind|set|like|label|whenStale)\.\w/);
    expect(complaints).toEqual([]);
  });
});
