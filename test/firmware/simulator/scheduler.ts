/** Simulated time in microseconds, shared by every device of a world. */
export interface Scheduler {
  /** Inside a running device: that device's own instant. Two devices may be up to 250 µs apart, so it can step back. */
  readonly now: number;
  /** Runs once at `us` (now, if that has passed), in order of time, then of insertion. Returns what cancels it. */
  at(us: number, run: () => void): () => void;
}

/** A device on a board's SPI bus. */
export interface SpiDevice {
  select(on: boolean): void;
  /** One byte each way: what the device puts on MISO while `byte` comes on MOSI. */
  transfer(byte: number): number;
}

interface Entry {
  at: number;
  order: number;
  run: (() => void) | null;
}

const earlier = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap of things to do; a cancelled one stays in it, empty, until it comes up. */
export class EventQueue implements Scheduler {
  now = 0;
  #heap: Entry[] = [];
  #order = 0;

  at(us: number, run: () => void): () => void {
    if (Number.isNaN(us)) throw new RangeError("no time to run at");
    const entry: Entry = { at: Math.max(us, this.now), order: this.#order++, run };
    this.#push(entry);
    return () => {
      entry.run = null;
    };
  }

  /** When the next thing is due; Infinity without any. */
  get next(): number {
    while (this.#heap[0]?.run === null) this.#pop();
    return this.#heap[0]?.at ?? Infinity;
  }

  /** Sets the clock to the next thing and does it. */
  step(): void {
    if (this.next === Infinity) return;
    const entry = this.#pop();
    if (!entry?.run) return;
    this.now = entry.at;
    entry.run();
  }

  /** For a test of one device without a world. */
  runUntil(us: number): void {
    while (this.next <= us) this.step();
    this.now = us;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let child = heap.push(entry) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!earlier(entry, above)) break;
      heap[child] = above;
      child = parent;
    }
    heap[child] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && earlier(right, heap[child] as Entry)) child++;
      if (!earlier(heap[child] as Entry, last)) break;
      heap[parent] = heap[child] as Entry;
      parent = child;
    }
    heap[parent] = last;
    return top;
  }
}
