import { until } from "../test/support/product.ts";
import type { Pty } from "../test/support/pty.ts";

const POLL_MS = 20;
const RSSI = -72;

/** A meter update and what follows from it in Home Assistant. */
export interface Update {
  readonly node: number;
  readonly line: string;
  readonly watts: number;
  readonly kwh: number;
}

interface Node {
  end: number;
  register: number;
  watts: number;
}

const seconds = () => Math.floor(Date.now() / 1000);

/**
 * A gateway and its nodes at the other end of the cable, in the words of a recorded one (test/data/bench-run-1.uart.bin):
 * it answers what it is told, and sends its log lines in between.
 */
export class Gateway {
  readonly #cable: Pty;
  readonly #nodes = new Map<number, Node>();
  readonly #bootedAt = seconds();
  readonly #polling: NodeJS.Timeout;
  #read = 0;

  constructor(cable: Pty) {
    this.#cable = cable;
    this.#polling = setInterval(() => this.#hear(), POLL_MS);
  }

  close(): void {
    clearInterval(this.#polling);
  }

  /** A node whose register begins at 0 now. */
  join(node: number): Promise<void> {
    const end = seconds() - 15;
    this.#nodes.set(node, { end, register: 0, watts: -1 });
    return this.#send([`DEBUG: Got msg: MREB,${end},0. RSSI = ${RSSI}`, `G>S:MREB;${node},MREB,${end},0`]);
  }

  /** How long ago the node was heard, in s. */
  quietS(node: number): number {
    return seconds() - this.#of(node).end;
  }

  /**
   * The next update of a node, up to now. Its power differs from the one before and is that of this update alone: more
   * than ten impulses in more than five seconds.
   */
  next(node: number): Update {
    const state = this.#of(node);
    const { end, register } = state;
    const durationS = seconds() - end;
    const draw = () => 11 + Math.floor(Math.random() * 30);
    const watts = (wh: number) => Math.round((wh * 3600) / durationS);
    let wh = draw();
    while (watts(wh) === state.watts) wh = draw();
    Object.assign(state, { end: end + durationS, register: register + wh, watts: watts(wh) });
    const message = `MUP_,${end},${register};${durationS},${wh}`;
    return { node, line: message, watts: watts(wh), kwh: (register + wh) / 1000 };
  }

  say({ node, line }: Update): Promise<void> {
    return this.#send([`DEBUG: Got msg: ${line}. RSSI = ${RSSI}`, `G>S:MUP_;${node},${line}`]);
  }

  #of(node: number): Node {
    const state = this.#nodes.get(node);
    if (state === undefined) throw new Error(`node ${node} did not join`);
    return state;
  }

  async #send(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(""), "latin1");
    let done = false;
    const fed = this.#cable.feed(bytes, 997, 0).finally(() => {
      done = true;
    });
    // A port that nobody reads fills up, and the write would wait for ever.
    await Promise.race([fed, until("the product to read its serial port", () => done, 10_000)]);
  }

  /** Commands end in CR; a CR alone opens the session and is answered with the prompt. */
  #hear(): void {
    const text = this.#cable.received.subarray(this.#read).toString("latin1");
    const whole = text.slice(0, text.lastIndexOf("\r") + 1);
    this.#read += whole.length;
    const answers = whole
      .split("\r")
      .slice(0, -1)
      .flatMap((command) => this.#answer(command));
    // A cable that is gone is noticed by the next update.
    if (answers.length > 0) this.#send(answers).catch(() => undefined);
  }

  #answer(command: string): string[] {
    if (command === "") return ["S>G:"];
    if (command.startsWith("S>G:STIME;")) return [command, "G>S:STIME_ACK"];
    if (command.startsWith("S>G:GNOSNAP")) return [command, "G>S:NOSNAP"];
    if (command === "S>G:GGWSNAP") {
      return [command, `G>S:GWSNAP;1,${this.#bootedAt},398,${seconds()},DEBUG,CHANGE_ME_PLEASE,0.0.1.1,19`];
    }
    return [command];
  }
}
