import { afterEach, describe, expect, it, vi } from "vitest";
import { getDemand, post } from "../../nodes/api/pages/demand/client.ts";

/** Answers all that the page asks; null is a connection that breaks. */
function server(status: number | null, body = ""): ReturnType<typeof vi.fn> {
  const fetch = vi.fn(async () => {
    if (status === null) throw new TypeError("broken");
    return new Response(body, { status });
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
}
afterEach(() => void vi.unstubAllGlobals());

describe("what the page asks for", () => {
  it("is asked with the token where there is one, and kept in no cache", async () => {
    const fetch = server(200, '{"demand":[],"shed":[],"scopes":["read"]}');
    expect(await getDemand("mm_x")).toMatchObject({ ok: true, value: { scopes: ["read"] } });
    await getDemand(null);
    const [first, second] = fetch.mock.calls;
    expect(first).toMatchObject(["api/v1/demand", { headers: { authorization: "Bearer mm_x" }, cache: "no-store" }]);
    expect(second?.[1].headers).toEqual({ accept: "application/json" });
  });

  it("says in the server's words why it is refused", async () => {
    server(401, '{"code":"METERMAN_UNAUTHORIZED","detail":"this needs a token"}');
    expect(await getDemand(null)).toMatchObject({
      ok: false,
      trouble: { kind: "refused", text: "This needs a token." },
    });
    server(404, '{"code":"METERMAN_NOT_FOUND","detail":"no load of that name"}');
    expect(await post("shed/overrides", {}, "mm_x")).toMatchObject({ ok: false, trouble: { kind: "fault" } });
  });

  it("tells Node-RED without the api node from Node-RED that is away and from a proxy's own page", async () => {
    server(404, "<!DOCTYPE html><pre>Cannot GET /meterman/api/v1/demand</pre>");
    const missing = { ok: false, trouble: { kind: "away", text: expect.stringMatching(/api node is not/) } };
    expect(await getDemand(null)).toMatchObject(missing);
    server(null);
    expect(await getDemand(null)).toMatchObject({ trouble: { kind: "away", text: "Node-RED does not answer." } });
    server(200, "<html>please log in</html>");
    expect(await getDemand(null)).toMatchObject({ ok: false, trouble: { kind: "fault" } });
  });
});
