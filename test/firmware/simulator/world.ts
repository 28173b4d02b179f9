import { type Board, type BoardOptions, GatewayBoard } from "./board.ts";
import { chance } from "./chance.ts";
import type { Chip } from "./chip/chip.ts";
import { Ether } from "./ether.ts";
import { NodeBoard, type NodeOptions } from "./node-board.ts";
import { EventQueue, type Scheduler } from "./scheduler.ts";

export type { Board, BoardOptions, GatewayBoard, NodeBoard, NodeOptions };

/** How far one awake board may run ahead of another. */
const QUANTUM_US = 250;
/** How often the end of `runUntil` is looked for. */
const LOOK_US = 1000;

/** Boards, the air between them, and one clock. Everything in it follows from the seed. */
export class World {
  readonly ether: Ether;
  readonly boards: Board[] = [];
  readonly epochS: number;
  /** What the parts of this world live by. */
  readonly scheduler: Scheduler;
  readonly #queue = new EventQueue();
  readonly #random: () => number;
  #running: Chip | null = null;

  constructor(o: { seed: number; epochS?: number }) {
    this.epochS = o.epochS ?? 1_783_000_000;
    this.#random = chance(o.seed);
    const now = () => this.now;
    this.scheduler = {
      get now() {
        return now();
      },
      at: (us, run) => this.#at(us, run),
    };
    this.ether = new Ether(this.scheduler, { seed: o.seed ^ 0x5eed });
  }

  /** µs. Between runs all boards have got here. */
  get now(): number {
    return this.#running ? this.#running.now : this.#queue.now;
  }

  /** The server's clock, in seconds since 1970. */
  get clockS(): number {
    return this.epochS + this.now * 1e-6;
  }

  node(o: NodeOptions): NodeBoard {
    return this.#add(new NodeBoard({ scheduler: this.scheduler, ether: this.ether, random: this.#random }, o));
  }

  gateway(o: BoardOptions): GatewayBoard {
    return this.#add(new GatewayBoard({ scheduler: this.scheduler, ether: this.ether, random: this.#random }, o));
  }

  run(forS: number): void {
    this.#advance(this.now + forS * 1e6, null);
  }

  /** Stops within about a millisecond of `done`; false if that never was. */
  runUntil(done: () => boolean, forS: number): boolean {
    return done() || this.#advance(this.now + forS * 1e6, done);
  }

  /** Drops what has been recorded so far, for a world that runs for days. */
  forget(): void {
    this.ether.log.length = 0;
    for (const board of this.boards) {
      board.serial.lines.length = 0;
      board.resets.length = 0;
    }
  }

  #add<B extends Board>(board: B): B {
    this.boards.push(board);
    return board;
  }

  #at(us: number, run: () => void): () => void {
    const cancel = this.#queue.at(Math.max(us, this.now), run);
    this.#running?.shorten(us);
    return cancel;
  }

  /** The board that is furthest behind goes first, up to the next event and not far ahead of the others. */
  #advance(endUs: number, done: (() => boolean) | null): boolean {
    let lookAt = this.now + LOOK_US;
    for (;;) {
      let first: Chip | null = null;
      let firstAt = Infinity;
      let secondAt = Infinity;
      for (const { chip } of this.boards) {
        const at = chip.readyAt;
        if (at < firstAt) {
          secondAt = firstAt;
          firstAt = at;
          first = chip;
        } else if (at < secondAt) secondAt = at;
      }
      const due = this.#queue.next;
      if (Math.min(due, firstAt) >= endUs) break;
      if (due <= firstAt || !first) this.#queue.step();
      else {
        this.#queue.now = Math.max(this.#queue.now, firstAt);
        this.#running = first;
        first.run(Math.min(due, endUs, secondAt + QUANTUM_US));
        this.#running = null;
      }
      if (done && this.#queue.now >= lookAt) {
        lookAt = this.#queue.now + LOOK_US;
        if (done()) return true;
      }
    }
    this.#queue.now = endUs;
    return done?.() ?? false;
  }
}
