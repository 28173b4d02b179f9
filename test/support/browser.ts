import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

/** Debian's Chromium, headless and silent; another one with METERMAN_CHROMIUM. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.METERMAN_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath))
    throw new Error(`no Chromium at ${executablePath}: install it or set METERMAN_CHROMIUM`);
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Keeps a picture when METERMAN_SHOTS names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.METERMAN_SHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** What makes the page scroll sideways, as "tag.class right edge", empty when nothing does: in this machine's font, and in letters as wide
 * as any (the text spacing of WCAG 2.1, 1.4.12), as fonts differ between machines. */
export async function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = new CSSStyleSheet();
    wide.replaceSync("* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }");
    const found = [[], [wide]].flatMap((sheets) => {
      document.adoptedStyleSheets = sheets;
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return [];
      const beyond = [...document.body.querySelectorAll("*")].filter(
        (one) => one.getBoundingClientRect().right > clientWidth,
      );
      return [
        `${scrollWidth} of ${clientWidth} px`,
        ...beyond.map(
          (one) => `${one.tagName}.${one.getAttribute("class")} ${Math.round(one.getBoundingClientRect().right)}`,
        ),
      ];
    });
    document.adoptedStyleSheets = [];
    return found;
  });
}
