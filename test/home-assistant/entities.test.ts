import { expect, it } from "vitest";
import { type EntitiesEvent, evolveEntity, UNSEEN } from "../../nodes/home-assistant/index.ts";

const follow = (...events: EntitiesEvent[]) =>
  events.reduce((view, event) => evolveEntity(view, "switch.pump", event), UNSEEN);
const on: EntitiesEvent = { a: { "switch.pump": { s: "on", a: { friendly_name: "Pump", power: 5 } } } };

it("follows one entity through compressed states", () => {
  expect(follow(on)).toEqual({ state: "on", attributes: { friendly_name: "Pump", power: 5 } });
  expect(follow(on, { c: { "switch.pump": { "+": { s: "off" }, "-": { a: ["power"] } } } })).toEqual({
    state: "off",
    attributes: { friendly_name: "Pump" },
  });
  expect(follow(on, { c: { "switch.pump": { "+": { a: { power: 6 } } } } })).toMatchObject({
    state: "on",
    attributes: { power: 6 },
  });
});

it("has no state for an entity that is unavailable, removed or not there", () => {
  expect(follow(on, { c: { "switch.pump": { "+": { s: "unavailable" } } } }).state).toBeNull();
  expect(follow(on, { r: ["switch.pump"] })).toEqual(UNSEEN);
  expect(follow({ a: {} })).toEqual(UNSEEN);
});

it("does not take another entity's change for its own", () => {
  expect(follow(on, { c: { "switch.other": { "+": { s: "off" } } } }).state).toBe("on");
});
