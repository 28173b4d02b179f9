/** A house behind a meter node, told in the lines of a gateway: power in, updates out. */
export class House {
  readonly #node: number;
  /** The end of what was told, exclusive, epoch seconds. */
  #at: number;
  #register = 0;

  constructor(node: number, start: number) {
    this.#node = node;
    this.#at = start;
  }

  /** Uses `watts` up to the instant `end`; nothing if that is told already. @returns lines */
  until(end: number, watts: number): string {
    return end > this.#at ? this.use(end - this.#at, watts) : "";
  }

  /** Uses `watts` for so many seconds, to the Wh in sum. @returns lines of up to four entries, as the firmware sends */
  use(durationS: number, watts: number): string {
    const entries: [number, number][] = [];
    let told = 0;
    for (let since = 0; since < durationS; ) {
      const lasts = Math.min(255, durationS - since);
      since += lasts;
      const whole = Math.round((watts * since) / 3600);
      entries.push([lasts, whole - told]);
      told = whole;
    }
    let lines = "";
    for (let i = 0; i < entries.length; i += 4) {
      const some = entries.slice(i, i + 4);
      // The base is the last second that was told before.
      const head = `G>S:MUP_;${this.#node},MUP_,${this.#at - 1},${this.#register}`;
      lines += `${head};${some.map((entry) => entry.join(",")).join(";")}\r\n`;
      for (const [lasts, wh] of some) {
        this.#at += lasts;
        this.#register += wh;
      }
    }
    return lines;
  }
}
