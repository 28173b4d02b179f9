import { describe, expect, it } from "vitest";
import { createPage } from "../../nodes/api/index.ts";
import { ok } from "../../nodes/model/index.ts";

const files = { html: "<!doctype html>", script: "1;", style: "a{}" };
const demand = createPage({ name: "demand", ...files });
const home = createPage({ name: "meterman", isFolder: true, ...files });
const get = (path: string, headers: Record<string, string> = {}, method = "GET", page = demand) =>
  page({ method, path, query: "", headers, remote: "10.0.0.1", body: async () => ok("") });

describe("a page", () => {
  it("is there for everybody, with its two files", async () => {
    const found = await Promise.all(["", "/page.js", "/style.css"].map((path) => get(path)));
    expect(found.map(({ status, body, headers }) => [status, body, headers["content-type"]])).toEqual([
      [200, "<!doctype html>", "text/html; charset=utf-8"],
      [200, "1;", "text/javascript; charset=utf-8"],
      [200, "a{}", "text/css; charset=utf-8"],
    ]);
  });

  it("may load nothing from elsewhere, run nothing inline and stand in no frame", async () => {
    for (const path of ["", "/page.js", "/nothing"]) {
      const policy = (await get(path)).headers["content-security-policy"] ?? "";
      for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
        expect(policy.split("; ")).toContain(rule);
      }
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });

  it("leads from a slash at the end to where its relative addresses are right, below any root", async () => {
    const { status, headers } = await get("/");
    expect([status, new URL(headers.location ?? "", "http://x/root/meterman/demand/").pathname]).toEqual([
      308,
      "/root/meterman/demand",
    ]);
  });

  it("of charts stands at its slash, and leads there", async () => {
    const [bare, slash] = [await get("", {}, "GET", home), await get("/", {}, "GET", home)];
    expect([bare.status, new URL(bare.headers.location ?? "", "http://x/root/meterman").pathname]).toEqual([
      308,
      "/root/meterman/",
    ]);
    expect([slash.status, slash.body]).toEqual([200, files.html]);
  });

  it("is not sent again to who has it", async () => {
    const { etag } = (await get("")).headers;
    const again = await get("", { "if-none-match": etag ?? "" });
    expect([again.status, again.body]).toEqual([304, ""]);
  });

  it("takes nothing but GET and HEAD, and no file by its path", async () => {
    expect((await get("", {}, "POST")).status).toBe(405);
    expect((await get("", {}, "HEAD")).body).toBe("");
    for (const path of ["/../page.js", "/%2e%2e/x", "/page.js/", "/index.html", "/__proto__"]) {
      expect((await get(path)).status).toBe(404);
    }
  });
});
