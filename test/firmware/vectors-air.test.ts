import { expect, it } from "vitest";
import { NETWORK_KEY } from "./crypto/attacker.ts";
import { type Heard, Listener } from "./crypto/listener.ts";
import { isSame, readCounter } from "./crypto/session.ts";
import { Scene } from "./house/scene.ts";

it("puts nothing in the air whose tag a second implementation does not find right", () => {
  const scene = new Scene({ seed: 31, nodes: 2, intervalS: 30 });
  scene.world.ether.loss = 0.1;
  for (const node of scene.nodes) node.pulses(() => 0.5);
  scene.server.ask("set-led", { meter: "0.0.1.1.2", rate: 5, ms: 100, id: "led" });
  scene.world.run(3600);
  const listener = new Listener(NETWORK_KEY);
  const heard = scene.world.ether.log.map((frame) => listener.hear(frame));
  expect(heard.filter(({ is }) => is === "forged")).toEqual([]);

  const kinds = (from: number) => new Set(sealed(heard, from).map(({ payload }) => payload[0]));
  // Updates and status up; nothing to do, and the LED, down.
  for (const kind of [0x81, 0x86]) expect(kinds(2)).toContain(kind);
  for (const kind of [0xc1, 0xc5]) expect(kinds(1)).toContain(kind);
  for (const from of [2, 3]) {
    const counters = sealed(heard, from).filter((one, i, all) => isNew(one, all[i - 1]));
    expect(counters.length).toBeGreaterThan(20);
    expect(
      counters.every(
        (one, i) => i === 0 || readCounter(one.payload) > readCounter(counters[i - 1]?.payload ?? one.payload),
      ),
    ).toBe(true);
  }
});

const sealed = (heard: readonly Heard[], from: number) =>
  heard.filter((one) => one.is === "genuine" && one.from === from && (one.payload[0] ?? 0) > 0x80);

/** Not the repetition of a frame that was not acknowledged. */
const isNew = (one: Heard, before: Heard | undefined) => before === undefined || !isSame(one.payload, before.payload);
