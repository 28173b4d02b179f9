import type { States } from "./states.ts";

/** How a load of the test's Home Assistant behaves. */
export interface LoadBehaviour {
  /** Time from the service call to the state that shows it. */
  readonly delayMs?: number;
  /** Takes the call and stays as it is, as a relay with a stuck contact does. */
  readonly disobeys?: boolean;
  /** Ignores this many calls, then obeys. */
  readonly ignores?: number;
}
export interface ServiceCall {
  readonly domain: string;
  readonly service: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly entities: readonly string[];
}

const SWITCHES = ["switch", "input_boolean", "light", "homeassistant"];
const NUMBERS = ["number", "input_number"];
const LOAD_SERVICES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(SWITCHES.map((domain) => [domain, ["turn_on", "turn_off", "toggle"]])),
  ...Object.fromEntries(NUMBERS.map((domain) => [domain, ["set_value"]])),
};

/** Entities that obey services: switches, input booleans and numbers. */
export class Loads {
  readonly calls: ServiceCall[] = [];
  readonly #behaviours = new Map<string, { delayMs: number; disobeys: boolean; ignores: number }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #states: States;

  constructor(states: States) {
    this.#states = states;
  }

  services(): Record<string, readonly string[]> {
    return { ...LOAD_SERVICES };
  }

  /** Creates the entity, or changes how it behaves. */
  add(entity: string, state: string, behaviour: LoadBehaviour = {}): void {
    this.behave(entity, behaviour);
    this.#states.set(entity, state, { friendly_name: entity });
  }

  behave(entity: string, { delayMs = 0, disobeys = false, ignores = 0 }: LoadBehaviour): void {
    this.#behaviours.set(entity, { delayMs, disobeys, ignores });
  }

  /** Home Assistant answers success whether or not the entities exist; a missing one is only logged. */
  call(call: ServiceCall): void {
    this.calls.push(call);
    for (const entity of call.entities) {
      const domain = entity.split(".")[0];
      if (call.domain !== "homeassistant" && call.domain !== domain) continue;
      this.#act(entity, call);
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #act(entity: string, { service, data }: ServiceCall): void {
    const behaviour = this.#behaviours.get(entity);
    const present = this.#states.get(entity);
    if (behaviour === undefined || present === undefined || present.state === "unavailable") return;
    if (behaviour.disobeys) return;
    if (behaviour.ignores > 0) {
      behaviour.ignores -= 1;
      return;
    }
    const flipped = present.state === "on" ? "off" : "on";
    const wanted: Record<string, string> = { turn_on: "on", turn_off: "off", toggle: flipped };
    const state = service === "set_value" ? String(data.value) : wanted[service];
    if (state === undefined) return;
    const apply = () => {
      const now = this.#states.get(entity);
      if (now !== undefined && now.state !== "unavailable") this.#states.set(entity, state, now.attributes);
    };
    if (behaviour.delayMs === 0) {
      apply();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      apply();
    }, behaviour.delayMs);
    this.#timers.add(timer);
  }
}
