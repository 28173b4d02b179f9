import { type Connection, createConnection } from "home-assistant-js-websocket";
import { explain, REFUSAL_SCHEMA, type Refusal, refusalCode } from "../../home-assistant/index.ts";
import { failed, type Json, ok, type Result } from "../../model/index.ts";
import { parser } from "../shell/index.ts";
import { type Line, openLine } from "./socket.ts";
import type { Target } from "./target.ts";

export type Command = { readonly type: string; readonly [key: string]: Json };

const refusal = parser<Refusal>(REFUSAL_SCHEMA, "METERMAN_HA_CALL");
export const DOWN = failed("METERMAN_HA_UNREACHABLE", "there is no connection to Home Assistant");

/** A wait that gives up. The loser of the race is still heard, so its rejection is never an unhandled one. */
async function within<T>(timeoutS: number, job: Promise<T>): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), timeoutS * 1000);
  });
  try {
    return await Promise.race([job, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * One connection from its auth to its end. It is never mended: the library's own reconnect would resubscribe with
 * rejections that nobody hears, so a lost session is replaced by a new one, and everybody subscribes anew.
 */
export class Session {
  readonly #connection: Connection;
  readonly #line: Line;
  readonly #target: Target;
  readonly #heartbeat: NodeJS.Timeout;
  #end: (why: string) => void = () => undefined;
  #over = false;
  /** Settles with the reason when the session is over. */
  readonly ended: Promise<string>;

  /** Fails with METERMAN_HA_AUTH or METERMAN_HA_UNREACHABLE. */
  static async open(target: Target): Promise<Result<Session>> {
    const line = await openLine(target);
    if (!line.ok) return line;
    const createSocket = async () => line.value.socket;
    return ok(new Session(await createConnection({ setupRetry: 0, createSocket }), line.value, target));
  }

  private constructor(connection: Connection, line: Line, target: Target) {
    this.#connection = connection;
    this.#line = line;
    this.#target = target;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    connection.addEventListener("disconnected", () => this.close("the connection was lost"));
    this.#heartbeat = setInterval(() => void this.#beat(), target.timeoutS * 2000);
  }

  get over(): boolean {
    return this.#over;
  }

  /** Sends one command and waits for its result. */
  async request(command: Command): Promise<Result<unknown>> {
    if (this.#over || !this.#connection.connected) return DOWN;
    const { timeoutS } = this.#target;
    try {
      const answer = await within(timeoutS, this.#connection.sendMessagePromise<unknown>({ ...command }));
      if (answer !== "late") return ok(answer);
      return failed("METERMAN_HA_CALL", `Home Assistant did not answer within ${timeoutS} s`);
    } catch (thrown) {
      return this.#refused(thrown);
    }
  }

  /**
   * Waits as long as the session lasts: one that a busy Home Assistant makes late is good, too.
   * @returns how to unsubscribe; never settles when the session ends before
   */
  async subscribe(command: Command, hear: (event: unknown) => void): Promise<Result<() => void>> {
    // Made while down it would never settle.
    if (this.#over || !this.#connection.connected) return DOWN;
    try {
      const stop = await this.#connection.subscribeMessage<unknown>(hear, { ...command }, { resubscribe: false });
      return ok(() => void stop().catch(() => undefined));
    } catch (thrown) {
      return this.#refused(thrown);
    }
  }

  /** Ends it for good; the library's timer finds it closed and does nothing. */
  close(why: string, cut = false): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#heartbeat);
    this.#connection.close();
    if (cut) this.#line.cut();
    this.#end(why);
  }

  async #beat(): Promise<void> {
    // A refused ping is an answer too.
    const answer = await within(
      this.#target.timeoutS,
      this.#connection.ping().catch(() => undefined),
    );
    if (answer === "late") this.close("it stopped answering", true);
  }

  #refused(thrown: unknown): Result<never> {
    const parsed = refusal(thrown);
    if (!parsed.ok || typeof parsed.value.code === "number") return DOWN;
    // Before it is cut short: half a token is too much as well.
    const message = parsed.value.message.replaceAll(this.#target.token, "…");
    return failed(refusalCode(parsed.value), explain({ ...parsed.value, message }));
  }
}
