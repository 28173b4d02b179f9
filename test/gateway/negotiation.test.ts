import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumOf, withChecksum, withoutChecksum } from "../../nodes/gateway/checksum.ts";
import {
  bytesOf,
  type CommandTopic,
  createDecoder,
  decideSession,
  evolveSession,
  grantedNames,
  newSession,
  outcomeOf,
  parseRequest,
  type SessionInput,
} from "../../nodes/gateway/index.ts";
import { DEFAULT_NETWORK, epochSeconds } from "../../nodes/model/index.ts";

/** What a gateway answers, as far as the negotiation goes. */
class Gateway {
  readonly version: 10 | 11;
  granted = 0;
  said: string[] = [];

  constructor(version: 10 | 11) {
    this.version = version;
  }

  say(line: string): void {
    this.said.push((this.granted & 1) === 0 ? line : withChecksum(line));
  }

  boot(): void {
    this.granted = 0;
    this.said = [];
    this.say(`G>S:GMSG;1,GMSG,BOOT v${this.version}. Flags: 1 `);
    this.say("G>S:GTIME");
  }

  take(typed: string): void {
    this.said.push(typed);
    const isChecked = this.version === 11 && typed.includes("*");
    if (isChecked && checksumOf(typed) !== "right") this.say("G>S:SCMD_NACK");
    else this.#answer(isChecked ? withoutChecksum(typed) : typed);
  }

  #answer(command: string): void {
    const key = this.version === 10 ? "CHANGE_ME_PLEASE" : "*".repeat(16);
    const wanted = /^S>G:SCAP;(\d)$/.exec(command)?.[1];
    if (command.startsWith("S>G:STIME;")) this.say("G>S:STIME_ACK");
    else if (command === "S>G:GGWSNAP") this.say(`G>S:GWSNAP;1,1783000000,398,1783000019,INFO,${key},0.0.1.1,19`);
    else if (command === "S>G:GNOSNAP;254") this.say("G>S:NOSNAP");
    else if (command.startsWith("S>G:SMVAL;2,")) this.say("G>S:SMVAL_ACK;2");
    else if (this.version === 10) this.said.push(`WARN: Bad Serial Message: ${command}`);
    else if (wanted !== undefined) {
      this.granted = Number(wanted);
      this.say(`G>S:SCAP_ACK;11,${wanted}`);
    } else if (command.startsWith("S>G:SCAP")) this.say("G>S:SCAP_NACK");
    else if (command.startsWith("S>G:SRAD;40,")) this.say(`G>S:SRAD_${this.granted < 4 ? "NACK" : "ACK"};40`);
  }
}

interface Cable {
  /** Share of lines that are lost, cut or changed, in both directions. */
  loss: number;
  /** Whether the gateway keeps its log to itself. */
  readonly isQuiet: boolean;
}

/** A server and a gateway, on a cable. */
class Line {
  gateway: Gateway;
  readonly cable: Cable;
  session = newSession(300);
  at = 1_783_000_000;
  readonly rejected: string[] = [];
  readonly queued = new Set<string>();
  /** Ends of each command. */
  readonly ended: string[] = [];
  readonly #decoder = createDecoder();
  #chance: number;

  constructor(version: 10 | 11, cable: Cable, seed: number) {
    this.cable = cable;
    this.gateway = new Gateway(version);
    this.#chance = seed;
    this.#converse({ kind: "open" });
    this.gateway.boot();
    this.#flush();
  }

  pass(seconds: number): void {
    for (let second = 0; second < seconds; second += 1) {
      this.at += 1;
      this.#converse({ kind: "tick" });
      this.#flush();
    }
  }

  ask(topic: CommandTopic, payload: object): void {
    const request = parseRequest(topic, payload, DEFAULT_NETWORK);
    if (request.ok) this.#converse({ kind: "request", request: request.value });
    this.#flush();
  }

  reopen(): void {
    this.#decoder.reconnected();
    this.#converse({ kind: "open" });
  }

  /** The other version, from now on. */
  swap(): void {
    this.gateway = new Gateway(this.gateway.version === 10 ? 11 : 10);
    this.gateway.boot();
    this.reopen();
  }

  #converse(input: SessionInput): void {
    for (const event of decideSession(this.session, input, epochSeconds(this.at))) {
      this.session = evolveSession(this.session, event);
      const typed = this.#carried(bytesOf(event)?.slice(0, -1) ?? "");
      if (typed !== "") this.gateway.take(typed);
      if (event.kind === "opened" || event.kind === "passed-over") this.#decoder.forget();
      const outcome = outcomeOf(event, DEFAULT_NETWORK);
      if (outcome?.state === "queued") this.queued.add(outcome.id);
      if (outcome?.final) this.ended.push(outcome.id);
    }
  }

  #flush(): void {
    while (this.gateway.said.length > 0) {
      const heard = this.gateway.said.splice(0).filter((line) => !(this.cable.isQuiet && line.startsWith("WARN")));
      for (const line of this.#decoder.feed(heard.map((one) => `${this.#carried(one)}\r\n`).join(""))) {
        if (line.kind === "rejected") this.rejected.push(line.code);
        this.#converse({ kind: "line", line });
      }
    }
  }

  #carried(line: string): string {
    if (this.#random() >= this.cable.loss) return line;
    const at = Math.floor(this.#random() * line.length);
    return this.#random() < 0.5 ? line.slice(0, at) : `${line.slice(0, at)}#${line.slice(at + 1)}`;
  }

  #random(): number {
    this.#chance = (Math.imul(this.#chance, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#chance / 2 ** 32;
  }
}

const STEPS: Readonly<Record<string, (line: Line, n: number) => void>> = {
  wait: () => undefined,
  boot: ({ gateway }) => gateway.boot(),
  swap: (line) => line.swap(),
  reopen: (line) => line.reopen(),
  register: (line, n) => line.ask("set-register", { meter: "0.0.1.1.2", registerWh: n + 1, id: `register ${n}` }),
  radio: (line, n) => line.ask("radio", { to: 40, data: "00", id: `radio ${n}` }),
  update: ({ gateway, at }, n) => gateway.say(`G>S:MUP_;2,MUP_,${at},${n};15,1`),
};
const step = fc.record({ what: fc.constantFrom(...Object.keys(STEPS)), forS: fc.nat({ max: 20 }) });

describe.each([
  { loss: 0, isQuiet: false },
  { loss: 0, isQuiet: true },
  { loss: 0.1, isQuiet: false },
])("on a cable with %j, whatever starts, is opened, asked or put in another's place", ({ loss, isQuiet }) => {
  it("the server ends up with what the gateway grants, and every command with one end", () => {
    const version = fc.constantFrom(10 as const, 11 as const);
    const seed = fc.integer({ min: 1, max: 2 ** 31 });
    fc.assert(
      fc.property(version, fc.array(step, { maxLength: 20 }), seed, (first, steps, chance) => {
        const line = new Line(first, { loss, isQuiet }, chance);
        for (const [n, { what, forS }] of steps.entries()) {
          STEPS[what]?.(line, n);
          line.pass(forS);
        }
        // What a splice at the opening can cost is no fault of the negotiation.
        if (loss === 0) expect(line.rejected.filter((code) => code !== "after-reconnect")).toEqual([]);
        line.cable.loss = 0;
        STEPS.update?.(line, steps.length);
        line.pass(1000);
        const { gateway, session } = line;
        const grants = gateway.version === 10 ? [] : ["checksums", "timed-impulses", "bridge"];
        expect([gateway.granted, grantedNames(session)]).toEqual([grants.length === 0 ? 0 : 7, grants]);
        line.pass(3000);
        expect(line.ended.toSorted()).toEqual([...line.queued].sort());
        expect([session.queue, session.inFlight]).toEqual([[], null]);
      }),
      { numRuns: 100 },
    );
  });
});
