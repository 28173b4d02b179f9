import {
  bytesOf,
  type CommandTopic,
  decideSession,
  decodeLine,
  evolveSession,
  newSession,
  outcomeOf,
  parseRequest,
  type Session,
  type SessionEvent,
  type SessionInput,
} from "../../nodes/gateway/index.ts";
import { DEFAULT_NETWORK, epochSeconds } from "../../nodes/model/index.ts";

/** A session under a clock that the test moves; what it said and what came of commands is kept. */
export class Talk {
  session: Session;
  at = 1_783_000_000;
  readonly events: SessionEvent[] = [];
  readonly written: string[] = [];

  constructor(silentAfterS = 300) {
    this.session = newSession(silentAfterS);
  }

  input(input: SessionInput): SessionEvent[] {
    const events = [...decideSession(this.session, input, epochSeconds(this.at))];
    for (const event of events) {
      this.session = evolveSession(this.session, event);
      this.events.push(event);
      const bytes = bytesOf(event);
      if (bytes !== undefined) this.written.push(bytes);
    }
    return events;
  }

  open(): this {
    this.input({ kind: "open" });
    return this;
  }

  /** Ticks once a second. */
  pass(seconds: number): this {
    for (let second = 0; second < seconds; second += 1) {
      this.at += 1;
      this.input({ kind: "tick" });
    }
    return this;
  }

  hear(...lines: string[]): this {
    for (const line of lines) this.input({ kind: "line", line: decodeLine(line, line.startsWith(";")) });
    return this;
  }

  ask(topic: CommandTopic, payload: object): SessionEvent[] {
    const request = parseRequest(topic, payload, DEFAULT_NETWORK);
    if (!request.ok) throw new Error(request.error.message);
    return this.input({ kind: "request", request: request.value });
  }

  /** Opened, heard, and the first chores answered: nothing in flight, nothing waiting. */
  settled(): this {
    this.open().hear("S>G:").pass(1);
    this.hear(
      "G>S:STIME_ACK",
      "G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,CHANGE_ME_PLEASE,0.0.1.1,19",
      "G>S:NOSNAP",
    );
    if (this.session.inFlight !== null || this.session.queue.length > 0) throw new Error("not settled");
    this.written.length = 0;
    return this;
  }

  /** States of one command, in order. */
  states(id: string): string[] {
    return this.outcomes(id).map((outcome) => outcome.state);
  }

  outcomes(id: string) {
    return this.events
      .map((event) => outcomeOf(event, DEFAULT_NETWORK))
      .filter((outcome) => outcome !== undefined)
      .filter((outcome) => outcome.id === id);
  }
}
