import { cNumber, fields } from "./texts.ts";

/** "Last seen" of a node that is not watched: never heard, reported dark, or the clock was set since. */
export const UNKNOWN = 4_294_967_295;
const SLOTS = 5;
const DARK_AFTER_S = 600;

/** One slot of a v10 gateway: what it tells in a snapshot, and one instruction of each kind that waits. */
export class NodeSlot {
  readonly id: number;
  /** mV, uptime, slept, free RAM, RSSI at the node, LED rate, LED ms, interval, imp/kWh: as the last GINR told. */
  status: number[] = Array(9).fill(0);
  lastSeen = UNKNOWN;
  driftS = 0;
  lastFinish = 0;
  lastWh = 0;
  amps = "0.00";
  rssiDbm = 0;
  poll: string | null = null;
  register: string | null = null;
  interval: string | null = null;
  led: string | null = null;

  constructor(id: number) {
    this.id = id;
  }

  snapshot(): string {
    const [mv = 0, up = 0, slept = 0, ram = 0, , ledRate = 0, ledMs = 0, interval = 0, impPerKwh = 0] = this.status;
    const { id, lastSeen, driftS, lastFinish, lastWh, amps, rssiDbm } = this;
    const state = [id, mv, up, slept, ram, lastSeen, driftS, interval, impPerKwh];
    return [...state, lastFinish, lastWh, amps, ledRate, ledMs, rssiDbm].join(",");
  }

  /** MREB, MUP_ or MUPC: where the register stands and since when. */
  account(text: string): void {
    const [base = "", ...entries] = text.split(";");
    const [time = 0, wh = 0] = fields(base);
    this.lastFinish = time;
    this.lastWh = wh;
    for (const entry of entries) {
      const [seconds = "", energy = "", amps] = entry.split(",");
      this.lastFinish += cNumber(seconds) ?? 0;
      this.lastWh += cNumber(energy) ?? 0;
      if (amps !== undefined) this.amps = amps;
    }
  }

  /** The one instruction that goes next. It is forgotten before it is sent: when the frame is lost, so is the instruction. */
  instruction(): { text: string; name: string } {
    const take = (text: string, name: string) => ({ text, name });
    const { poll, register, interval, led } = this;
    if (poll !== null) {
      this.poll = null;
      return take(`GITR,${poll}`, "GINR poll rate increase (GITR)");
    }
    if (register !== null) {
      this.register = null;
      return take(`MVAI,${register}`, "meter val update inst (MVAI)");
    }
    if (interval !== null) {
      this.interval = null;
      return take(`MINI,${interval}`, "meter int update inst (MINI)");
    }
    if (led !== null) {
      this.led = null;
      return take(`MPLI,${led}`, "meter update inst (MPLI)");
    }
    return take("MNOI", "no-op (MNOI)");
  }
}

/** The five slots; a sixth node is acknowledged on the air and then forgotten. */
export class Registry {
  readonly slots: NodeSlot[] = [];

  find(id: number): NodeSlot | undefined {
    return this.slots.find((slot) => slot.id === id);
  }

  /** The node's slot, a new one if there is room. */
  admit(id: number): NodeSlot | null {
    const known = this.find(id);
    if (known || this.slots.length === SLOTS) return known ?? null;
    const slot = new NodeSlot(id);
    this.slots.push(slot);
    return slot;
  }

  /** Nodes that have just been silent for too long, each once, with when they were last seen. */
  darkened(now: number): { id: number; lastSeen: number }[] {
    const dark = this.slots.filter(({ lastSeen }) => lastSeen !== UNKNOWN && now - lastSeen > DARK_AFTER_S);
    return dark.map((slot) => {
      const { id, lastSeen } = slot;
      slot.lastSeen = UNKNOWN;
      return { id, lastSeen };
    });
  }
}
