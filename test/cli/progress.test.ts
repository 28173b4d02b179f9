import { describe, expect, it } from "vitest";
import { progressBar, progressWords, timeInWords } from "../../nodes/cli/progress.ts";

class Screen {
  text = "";
  columns = 60;
  readonly isTTY: boolean;
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string) {
    this.text += text;
  }
}

describe("progress", () => {
  it("tells the share, how many of how many, how fast and for how long", () => {
    expect(progressWords(1234, 2870, "2026-07", 10)).toBe("42 % · 1 234 of 2 870 · 123/s · 14 s left · 2026-07");
    expect(progressWords(3, 12, "", 100)).toBe("25 % · 3 of 12 · 0.0/s · 5 min left");
    expect(progressWords(5000, 0, "rows", 2)).toBe("5 000 · 2 500/s · rows");
    expect(progressWords(0, 7, "", 0)).toBe("0 % · 0 of 7");
    expect(timeInWords(10_000)).toBe("3 h");
  });

  it("is a bar on a terminal, ten times a second at most, and gone at the end", () => {
    const screen = new Screen(true);
    let at = 0;
    const bar = progressBar(screen, () => at);
    for (; at < 1000; at += 1) bar.show(at, 1000, "x");
    expect(screen.text.split("\r").length - 1).toBe(10);
    expect(screen.text).toContain("[############------------] 50 %");
    bar.clear();
    expect(screen.text.endsWith("\r\u001B[K")).toBe(true);
    for (const line of screen.text.split("\r")) expect(line.length).toBeLessThan(60 + 4);
  });

  it("is a line every ten seconds elsewhere", () => {
    const screen = new Screen(false);
    let at = 0;
    const bar = progressBar(screen, () => at);
    for (; at < 35_000; at += 10) bar.show(at, 35_000, "x");
    bar.clear();
    expect(screen.text.trimEnd().split("\n")).toHaveLength(3);
    expect(screen.text).not.toContain("\r");
  });
});
