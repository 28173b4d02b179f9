import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPage, FOLDER_PATHS } from "../../api/index.ts";
import type { Part } from "./mount.ts";

/**
 * The pages as the build leaves them beside this node, by their path. That of charts has its own files only: a flow may
 * serve other things below /meterman.
 */
export function pages(): Readonly<Record<string, Part>> {
  const demand = createPage({ name: "demand", ...files("demand") });
  const home = createPage({ name: "meterman", isFolder: true, ...files("home") });
  return { "/meterman/demand": { api: demand }, "/meterman": { api: home, only: FOLDER_PATHS } };
}

function files(page: string) {
  const read = (name: string) => readFileSync(join(__dirname, page, name), "utf8");
  return { html: read("index.html"), script: read("page.js"), style: read("style.css") };
}
