import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PageFiles } from "../../api/index.ts";

/** The page as the build leaves it beside this node. */
export function demandPage(): PageFiles {
  const read = (name: string) => readFileSync(join(__dirname, "demand", name), "utf8");
  return { html: read("index.html"), script: read("page.js"), style: read("style.css") };
}
