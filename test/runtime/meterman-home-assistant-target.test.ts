import { describe, expect, it } from "vitest";
import { resolveTarget } from "../../nodes/runtime/meterman-home-assistant/target.ts";

const settings = { url: "", addon: false, selfSigned: false, timeoutS: 10 };

describe("the address and the token", () => {
  it("come from the settings, or from the environment where these are empty", () => {
    const env = { METERMAN_HA_URL: "http://ha:8123/", METERMAN_HA_TOKEN: " t1 " };
    expect(resolveTarget(settings, undefined, env)).toMatchObject({ value: { url: "http://ha:8123", token: "t1" } });
    expect(resolveTarget({ ...settings, url: "https://other/ha//" }, "t2", env)).toMatchObject({
      value: { url: "https://other/ha", token: "t2" },
    });
  });
  it.each([
    ["homeassistant.local:8123", "http://homeassistant.local:8123"],
    ["HTTPS://Home.Example/", "https://home.example"],
    ["http://ha:8123/lovelace/0?edit=1#x", "http://ha:8123"],
    ["http://ha:8123/lovelace-cellar/pumps", "http://ha:8123"],
    ["http://ha:8123/home/overview", "http://ha:8123"],
    ["http://ha:8123/profile/security", "http://ha:8123"],
    ["http://ha:8123/auth/authorize?client_id=x", "http://ha:8123"],
    ["ws://ha:8123/api/websocket", "http://ha:8123"],
    ["wss://ha/api/websocket", "https://ha"],
    ["http://user:secret@ha:8123", "http://ha:8123"],
    ["https://example.com/home", "https://example.com/home"],
    ["http://supervisor/core/", "http://supervisor/core"],
    ["[fd00::1]:8123", "http://[fd00::1]:8123"],
  ])("understands the address %s", (url, expected) => {
    expect(resolveTarget({ ...settings, url }, "t", {})).toMatchObject({ value: { url: expected } });
  });
  it("say what to do about a refused token, depending on where it came from", () => {
    const remedy = (token: string, addon = false) => {
      const env = { METERMAN_HA_TOKEN: "e", SUPERVISOR_TOKEN: "s" };
      const target = resolveTarget({ ...settings, addon, url: "http://ha" }, token, env);
      return target.ok ? target.value?.remedy : undefined;
    };
    expect(remedy("t")).toMatch(/profile/);
    expect(remedy("")).toMatch(/METERMAN_HA_TOKEN/);
    expect(remedy("", true)).toMatch(/homeassistant_api/);
  });
  it("may be missing altogether, which is no fault", () => {
    expect(resolveTarget(settings, "", {})).toEqual({ ok: true, value: null });
  });
  it("are faults when only half is there or when they mean nothing", () => {
    expect(resolveTarget({ ...settings, url: "http://ha" }, "", {})).toMatchObject({ error: { field: "token" } });
    for (const url of ["ftp://ha", "http://", "http://ha:99999", "://"]) {
      expect(resolveTarget({ ...settings, url }, "t", {})).toMatchObject({ error: { field: "url" } });
    }
    expect(resolveTarget({ ...settings, url: "http://ha" }, "Bearer abc", {})).toMatchObject({
      error: { field: "token", message: expect.stringMatching(/^((?!abc).)*$/) },
    });
  });
  it("are the supervisor's in an add-on", () => {
    const addon = { ...settings, addon: true };
    expect(resolveTarget(addon, "", { SUPERVISOR_TOKEN: "s" })).toMatchObject({
      value: { url: "http://supervisor/core", token: "s" },
    });
    expect(resolveTarget(addon, "", {})).toMatchObject({ error: { field: "addon" } });
  });
});
