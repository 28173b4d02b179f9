import {
  bytesOf,
  createDecoder,
  decideSession,
  evolveSession,
  type Frame,
  type Line,
  newSession,
  type Outcome,
  outcomeOf,
  parseRequest,
  type Session,
  type SessionInput,
  toFact,
} from "../../../nodes/gateway/index.ts";
import { isMeterFact } from "../../../nodes/meter/index.ts";
import { DEFAULT_NETWORK, epochSeconds, type MeterId } from "../../../nodes/model/index.ts";
import { Book } from "../../meter/support.ts";
import type { Uart } from "../simulator/serial.ts";
import type { World } from "../simulator/world.ts";

const NEWLINE = 0x0a;

/** A gateway's serial line, as much of it as a server sees. */
export type SerialLine = Pick<Uart, "type" | "onByte">;

/** The package's decoder, session and ledgers at the other end of a gateway's serial line, in the world's time. */
export class Server {
  readonly frames: Frame[] = [];
  readonly rejected: Line[] = [];
  readonly outcomes: Outcome[] = [];
  /** All that came, one character a byte. */
  text = "";
  session: Session = newSession(300);
  readonly #world: World;
  readonly #uart: SerialLine;
  readonly #decoder = createDecoder();
  readonly #books = new Map<number, Book>();
  #pending: number[] = [];
  #stopped = false;

  constructor(world: World, uart: SerialLine) {
    this.#world = world;
    this.#uart = uart;
    uart.onByte = (byte) => this.#hear(byte);
    this.#converse({ kind: "open" });
    this.#tick();
  }

  /** The account of node `id`. */
  book(id: number): Book {
    let book = this.#books.get(id);
    if (book === undefined) {
      book = new Book({}, `${DEFAULT_NETWORK}.${id}` as MeterId);
      this.#books.set(id, book);
    }
    return book;
  }

  /** Frames of some kinds, of one node if it is given. */
  of<K extends Frame["kind"]>(kind: K, node?: number): Extract<Frame, { kind: K }>[] {
    return this.frames.filter(
      (frame): frame is Extract<Frame, { kind: K }> =>
        frame.kind === kind && (node === undefined || ("node" in frame && frame.node === node)),
    );
  }

  /** @returns the states of the command so far, by its id */
  ask(topic: Parameters<typeof parseRequest>[0], payload: object): void {
    const request = parseRequest(topic, payload, DEFAULT_NETWORK);
    if (!request.ok) throw new Error(request.error.message);
    this.#converse({ kind: "request", request: request.value });
  }

  states(id: string): string[] {
    return this.outcomes.filter((outcome) => outcome.id === id).map(({ state }) => state);
  }

  /** Leaves the line: what the gateway says from now on nobody reads. */
  stop(): void {
    this.#stopped = true;
    this.#uart.onByte = null;
  }

  #hear(byte: number): void {
    this.#pending.push(byte);
    if (byte !== NEWLINE) return;
    const bytes = Uint8Array.from(this.#pending);
    this.#pending = [];
    this.text += Buffer.from(bytes).toString("latin1");
    for (const line of this.#decoder.feed(bytes)) this.#take(line);
  }

  #take(line: Line): void {
    if (line.kind === "rejected") this.rejected.push(line);
    if (line.kind === "frame" || line.kind === "continuation") {
      this.frames.push(line.frame);
      const fact = toFact(line.frame, DEFAULT_NETWORK, this.#now());
      if (fact !== undefined && isMeterFact(fact)) this.book(Number(fact.meter.split(".").at(-1))).feed(fact);
    }
    this.#converse({ kind: "line", line });
  }

  #tick(): void {
    if (this.#stopped) return;
    this.#converse({ kind: "tick" });
    this.#world.scheduler.at(this.#world.now + 1e6, () => this.#tick());
  }

  #converse(input: SessionInput): void {
    for (const event of decideSession(this.session, input, this.#now())) {
      this.session = evolveSession(this.session, event);
      const bytes = bytesOf(event);
      if (bytes !== undefined) this.#uart.type(bytes);
      if (event.kind === "opened" || event.kind === "passed-over") this.#decoder.forget();
      const outcome = outcomeOf(event, DEFAULT_NETWORK);
      if (outcome !== undefined) this.outcomes.push(outcome);
    }
  }

  #now() {
    return epochSeconds(Math.floor(this.#world.clockS));
  }
}
