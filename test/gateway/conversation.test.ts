import { describe, expect, it } from "vitest";
import { createDecoder, simulator } from "../../nodes/gateway/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { START, settings } from "./simulator-world.ts";
import { Talk } from "./talk.ts";

/** The session and the simulated gateway on one cable, second by second. */
class Cable {
  readonly talk = new Talk();
  readonly decoder = createDecoder();
  readonly gateway: simulator.SimulatorState;
  rejected = 0;
  #written = 0;

  constructor(lossShare = 0) {
    this.gateway = simulator.createSimulator(settings({ lossShare }), START);
    this.talk.at = START;
    this.talk.open();
    this.#carry(new Uint8Array());
  }

  pass(seconds: number): this {
    for (let second = 0; second < seconds; second += 1) {
      this.talk.pass(1);
      this.#carry(simulator.advance(this.gateway, epochSeconds(this.talk.at)));
    }
    return this;
  }

  /** Bytes go back and forth until both have nothing more to say. */
  #carry(fromGateway: Uint8Array): void {
    for (const line of this.decoder.feed(fromGateway)) {
      if (line.kind === "rejected") this.rejected += 1;
      this.talk.input({ kind: "line", line });
    }
    const said = this.talk.written.slice(this.#written).join("");
    this.#written = this.talk.written.length;
    if (said !== "") this.#carry(simulator.receive(this.gateway, new TextEncoder().encode(said)));
  }
}

const meter = "0.0.1.1.2";

describe("with a simulated gateway", () => {
  it("commands come true: register, interval and LED", () => {
    const cable = new Cable().pass(60);
    cable.talk.ask("set-register", { meter, registerWh: 18829393, id: "register" });
    cable.talk.ask("set-interval", { meter, intervalS: 30, id: "interval" });
    cable.talk.ask("set-led", { meter, rate: 3, ms: 50, id: "led" });
    cable.pass(3600);
    expect(cable.talk.outcomes("register").at(-1)).toMatchObject({ state: "confirmed", registerWh: 18829392 });
    expect(cable.talk.states("interval")).toEqual(["queued", "sent", "acknowledged", "confirmed"]);
    expect(cable.talk.states("led").at(-1)).toBe("confirmed");
    expect(cable.rejected).toBe(0);
  });

  it("a command sent with `soon` comes true earlier than one without", () => {
    const took = (soon: boolean) => {
      const cable = new Cable().pass(60);
      cable.talk.ask("set-interval", { meter, intervalS: 30, id: "i", soon });
      cable.pass(3600);
      const [first, last] = [cable.talk.outcomes("i")[0], cable.talk.outcomes("i").at(-1)];
      expect(last?.state).toBe("confirmed");
      return (last?.at ?? 0) - (first?.at ?? 0);
    };
    expect(took(true)).toBeLessThan(took(false));
  });

  it("a node that is not there is refused", () => {
    const cable = new Cable().pass(60);
    cable.talk.ask("set-interval", { meter: "0.0.1.1.77", intervalS: 30, id: "i" });
    cable.pass(5);
    expect(cable.talk.states("i")).toEqual(["queued", "sent", "refused"]);
  });

  it("a day with a tenth of the radio lost passes without a time-out, a silence or a rejected line", () => {
    const cable = new Cable(0.1).pass(86_400);
    const kinds = new Set(cable.talk.events.map((event) => event.kind));
    expect(["timeout", "silent", "refused"].filter((kind) => kinds.has(kind as never))).toEqual([]);
    expect(cable.rejected).toBe(0);
  });
});
