import { expect, it } from "vitest";
import { type EntitiesEvent, evolveEntity, UNSEEN } from "../../nodes/home-assistant/index.ts";

const follow = (...events: EntitiesEvent[]) =>
  events.reduce((view, event) => evolveEntity(view, "switch.pump", event), UNSEEN);
const on: EntitiesEvent = { a: { "switch.pump": { s: "on", a: { friendly_name: "Pump", power: 5 } } } };

it("follows one entity through compressed states", () => {
  expect(follow(on)).toEqual({ state: "on", absent: null, attributes: { friendly_name: "Pump", power: 5 } });
  expect(follow(on, { c: { "switch.pump": { "+": { s: "off" }, "-": { a: ["power"] } } } })).toEqual({
    state: "off",
    absent: null,
    attributes: { friendly_name: "Pump" },
  });
  expect(follow(on, { c: { "switch.pump": { "+": { a: { power: 6 } } } } })).toMatchObject({
    state: "on",
    attributes: { power: 6 },
  });
});

it("tells an entity that is unavailable from one that is not there and from one that was not heard", () => {
  const unavailable: EntitiesEvent = { c: { "switch.pump": { "+": { s: "unavailable" } } } };
  expect(UNSEEN).toMatchObject({ state: null, absent: "unheard" });
  expect(follow(on, unavailable)).toMatchObject({ state: null, absent: "unavailable" });
  expect(follow(on, unavailable, { c: { "switch.pump": { "+": { s: "off" } } } })).toMatchObject({
    state: "off",
    absent: null,
  });
  expect(follow(on, { r: ["switch.pump"] })).toMatchObject({ state: null, absent: "missing" });
  expect(follow({ a: {} })).toMatchObject({ state: null, absent: "missing" });
  expect(follow({ a: {} }, on)).toMatchObject({ state: "on", absent: null });
});

it("does not take another entity's change for its own", () => {
  expect(follow(on, { c: { "switch.other": { "+": { s: "off" } } } }).state).toBe("on");
});
