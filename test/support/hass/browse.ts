import type { Browser, Page } from "playwright-core";
import { admin } from "./onboarding.ts";

/** A page of a browser in which the administrator is logged in. */
export async function logIn(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(url);
  await page.locator("input[name=username]").fill(admin.username, { timeout: 60_000 });
  await page.locator("input[name=password]").fill(admin.password);
  await page.keyboard.press("Enter");
  await page.locator("home-assistant-main").waitFor({ state: "attached", timeout: 60_000 });
  return page;
}
