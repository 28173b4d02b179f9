import fc from "fast-check";
import { expect, it } from "vitest";
import { entityId } from "../../nodes/home-assistant/index.ts";
import { epochSeconds, type MeterId, parseMeterId } from "../../nodes/model/index.ts";
import { Link } from "../../nodes/runtime/meterman-home-assistant/link.ts";
import { Rest } from "../../nodes/runtime/meterman-home-assistant/rest.ts";
import { connectedService, Traffic } from "../../nodes/runtime/meterman-home-assistant/service.ts";
import { Publisher } from "../../nodes/runtime/meterman-publish/publisher.ts";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { pause, until } from "../support/product.ts";

const parsed = parseMeterId("0.0.1.1.2");
if (!parsed.ok) throw new Error("no id");
const meter: MeterId = parsed.value;
const entity = entityId(meter, "energy");

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("reading" as const), wh: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("late" as const), wh: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "drop" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "silence" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "refusal" as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 60 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function live(steps: readonly Step[], mqtt: boolean): Promise<void> {
  const server = await HomeAssistantServer.start({ mqtt, debounceMs: 5 });
  const target = { url: server.url, token: server.token, remedy: "", selfSigned: false, timeoutS: 0.15 };
  const link = new Link(target, () => undefined, 5);
  const rest = new Rest(target);
  let now = 1_783_000_000;
  const nothing = () => undefined;
  const silent = { published: nothing, failed: nothing, removed: nothing, changed: nothing, fault: nothing };
  const means = { service: connectedService(link, rest, new Traffic()), broker: undefined };
  const publisher = new Publisher(means, "auto", { now: () => epochSeconds(now), ...silent });
  const hear = (energy: number) => publisher.give({ kind: "heard", device: meter, values: { energy }, online: true });
  publisher.start();
  link.start();
  // A second of the planner's passes every 20 ms.
  const timer = setInterval(() => {
    now += 1;
    void publisher.tick();
  }, 20);
  let lifetime = 1000;
  try {
    for (const one of steps) {
      if (one.kind === "reading") lifetime += one.wh;
      if (one.kind === "reading") hear(lifetime);
      else if (one.kind === "late") hear(lifetime - one.wh);
      else if (one.kind === "drop") server.dropConnections();
      else if (one.kind === "restart") await server.restart(10);
      else if (one.kind === "refusal") {
        server.failing = { count: 2, error: { code: "home_assistant_error", message: "busy" } };
      } else if (one.kind === "silence") {
        server.silent = true;
        await pause(100);
        server.silent = false;
      } else await pause(one.ms);
    }
    hear(lifetime);
    await until("the last lifetime", () => Math.round(Number(server.state(entity)) * 1000) === lifetime, 10_000);
    const states = server.states.history.filter((state) => state.entity_id === entity);
    const energies = states.map((state) => Number(state.state)).filter((value) => !Number.isNaN(value));
    expect(energies).toEqual([...energies].sort((a, b) => a - b));
    expect(energies).not.toContain(0);
  } finally {
    clearInterval(timer);
    await publisher.close();
    await link.stop();
    rest.close();
    await server.stop();
  }
}

it("the energy in Home Assistant never falls and ends as the last lifetime, whatever happens on the way", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, mqtt) => live(steps, mqtt)),
    { numRuns: 12 },
  );
}, 120_000);
