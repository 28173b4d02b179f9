import { chance } from "./chance.ts";
import { airTimeUs, type Packet, syncUs } from "./packet.ts";
import { PathLoss, type Place } from "./path-loss.ts";
import type { Scheduler } from "./scheduler.ts";

/** Why a receiver did not get a frame. */
export type Loss =
  | "not listening" // asleep, idle, still starting up, or holding a frame that nobody has read
  | "transmitting" // half duplex
  | "busy" // locked to another frame
  | "tuning" // other carrier, bit rate, deviation or framing
  | "sync" // another network
  | "weak"
  | "high power" // the +20 dBm registers were left on while receiving
  | "collision"
  | "left" // the receiver stopped in the middle
  | "aborted" // the sender stopped in the middle
  | "jam"
  | "chance" // Ether.loss
  | "dropped" // Ether.drop
  | "crc"
  | "length"
  | "filtered"; // address filter

/** A radio as the ether sees it. */
export interface Transceiver extends Place {
  /** Weaker frames are not recognised. */
  readonly sensitivityDbm: number;
  /** Asked when the sync word begins: why this radio cannot lock to the packet, or null if it can. */
  deafTo(packet: Packet): Loss | null;
  /** The sync word was recognised. */
  locked(rssiDbm: number): void;
  /** The frame it was locked to is over; `failure` if it got lost on the way. Answers why the packet is lost, null if the radio keeps it. */
  received(packet: Packet, failure: Loss | null): Loss | null;
}

/** One frame of the log. It is complete once `now` is past `endUs`. */
export interface AirFrame {
  readonly from: string;
  readonly startUs: number;
  endUs: number;
  readonly packet: Packet;
  /** In clear: length, to, from, id, flags, payload. */
  readonly bytes: Uint8Array;
  readonly encrypted: boolean;
  readonly txDbm: number;
  readonly delivered: string[];
  readonly lost: { readonly to: string; readonly why: Loss }[];
}

interface Flight {
  readonly frame: AirFrame;
  readonly sender: Transceiver;
  readonly receptions: Map<Transceiver, Reception>;
  readonly cancel: () => void;
}

interface Reception {
  readonly rssiDbm: number;
  /** The radio recognised the sync word and is busy with this frame. */
  locked: boolean;
  failure: Loss | null;
}

const NOISE_DBM = -113;
/** A frame survives another one that is this much weaker. */
const CAPTURE_DB = 6;
const CHANNEL_HZ = 50_000;
const JAMMER_DBM = -40;

/** What all radios of a world share: who hears whom, how strongly, and what gets lost. Deterministic for a seed. */
export class Ether {
  /** 0…1, each reception on its own. */
  loss = 0;
  jammed = false;
  /** Loses chosen receptions: a test's scalpel. */
  drop: ((frame: AirFrame, to: string) => boolean) | null = null;
  readonly log: AirFrame[] = [];
  readonly #scheduler: Scheduler;
  readonly #random: () => number;
  readonly #radios = new Set<Transceiver>();
  readonly #flights = new Set<Flight>();
  readonly #paths = new PathLoss();

  constructor(scheduler: Scheduler, o: { seed: number }) {
    this.#scheduler = scheduler;
    this.#random = chance(o.seed);
  }

  join(radio: Transceiver): void {
    this.#radios.add(radio);
  }

  /** Sets the loss between two radios, both ways. */
  setPathLossDb(a: string, b: string, db: number): void {
    this.#paths.set(a, b, db);
  }

  pathLossDb(a: Place, b: Place): number {
    return this.#paths.between(a, b);
  }

  /** What a receiver on this carrier measures now, in dBm. */
  rssiDbm(radio: Transceiver, carrierHz: number): number {
    const levels = [...this.#flights]
      .filter((flight) => flight.sender !== radio && near(flight.frame.packet.tuning.carrierHz, carrierHz))
      .map((flight) => this.#levelDbm(flight, radio));
    return Math.max(NOISE_DBM, this.jammed ? JAMMER_DBM : NOISE_DBM, ...levels);
  }

  get size(): number {
    return this.#radios.size;
  }

  /** Sends a packet from now on; `abort` stops it in the middle. */
  transmit(sender: Transceiver, packet: Packet, txDbm: number): { frame: AirFrame; endUs: number; abort: () => void } {
    const startUs = this.#scheduler.now;
    const endUs = startUs + airTimeUs(packet);
    const { clear: bytes, encrypted } = packet;
    const common = { from: sender.name, startUs, endUs, packet, bytes, encrypted, txDbm };
    const frame: AirFrame = { ...common, delivered: [], lost: [] };
    this.log.push(frame);
    const stops = [
      this.#scheduler.at(startUs + syncUs(packet), () => this.#sync(flight)),
      this.#scheduler.at(endUs, () => this.#end(flight)),
    ];
    const cancel = () => stops.map((stop) => stop());
    const flight: Flight = { frame, sender, receptions: new Map(), cancel };
    this.#disturb(flight);
    this.#flights.add(flight);
    return { frame, endUs, abort: () => this.#abort(flight) };
  }

  /** A frame from a radio that is not modelled: an attacker's forgery, or the replay of a packet of the log. */
  inject(packet: Packet, o: { from?: string; txDbm?: number; pathLossDb?: number } = {}): AirFrame {
    const sender: Transceiver = {
      name: o.from ?? "attacker",
      pathLossDb: o.pathLossDb,
      sensitivityDbm: Infinity,
      deafTo: () => "not listening",
      locked: () => undefined,
      received: () => null,
    };
    return this.transmit(sender, packet, o.txDbm ?? 13).frame;
  }

  /** The radio stopped receiving: the frame it was locked to is lost. */
  leave(radio: Transceiver): void {
    for (const { receptions } of this.#flights) {
      const reception = receptions.get(radio);
      if (!reception?.locked) continue;
      reception.locked = false;
      reception.failure ??= "left";
    }
  }

  #levelDbm(flight: Flight, at: Transceiver): number {
    return flight.frame.txDbm - this.pathLossDb(flight.sender, at);
  }

  #sync(flight: Flight): void {
    for (const radio of this.#radios) {
      if (radio === flight.sender) continue;
      const rssiDbm = this.#levelDbm(flight, radio);
      const failure = this.#deaf(flight, radio, rssiDbm);
      flight.receptions.set(radio, { rssiDbm, failure, locked: failure === null });
      if (failure === null) radio.locked(rssiDbm);
    }
  }

  #deaf(flight: Flight, radio: Transceiver, rssiDbm: number): Loss | null {
    const own = radio.deafTo(flight.frame.packet);
    if (own !== null) return own;
    if (rssiDbm < radio.sensitivityDbm) return "weak";
    if (this.jammed) return "jam";
    const disturbed = [...this.#flights].some(
      (other) => other !== flight && this.#spoils(other, flight, radio, rssiDbm),
    );
    return disturbed ? "collision" : null;
  }

  #spoils(other: Flight, flight: Flight, radio: Transceiver, rssiDbm: number): boolean {
    if (!near(other.frame.packet.tuning.carrierHz, flight.frame.packet.tuning.carrierHz)) return false;
    return this.#levelDbm(other, radio) > rssiDbm - CAPTURE_DB;
  }

  /** A new frame spoils those that are being received, unless they are stronger by far. */
  #disturb(incoming: Flight): void {
    for (const flight of this.#flights) {
      for (const [radio, reception] of flight.receptions) {
        if (this.#spoils(incoming, flight, radio, reception.rssiDbm)) {
          reception.failure ??= "collision";
        }
      }
    }
  }

  #abort(flight: Flight): void {
    if (!this.#flights.has(flight)) return;
    flight.cancel();
    flight.frame.endUs = this.#scheduler.now;
    for (const radio of this.#radios) {
      if (radio === flight.sender) continue;
      const reception = flight.receptions.get(radio) ?? { rssiDbm: NOISE_DBM, locked: false, failure: null };
      reception.failure ??= "aborted";
      flight.receptions.set(radio, reception);
    }
    this.#end(flight);
  }

  #end(flight: Flight): void {
    this.#flights.delete(flight);
    const { frame } = flight;
    for (const [radio, { locked, failure }] of flight.receptions) {
      const why = locked ? radio.received(frame.packet, failure ?? this.#spared(frame, radio.name)) : failure;
      if (why === null) frame.delivered.push(radio.name);
      else frame.lost.push({ to: radio.name, why });
    }
  }

  #spared(frame: AirFrame, to: string): Loss | null {
    if (this.jammed) return "jam";
    if (this.loss > 0 && this.#random() < this.loss) return "chance";
    return this.drop?.(frame, to) ? "dropped" : null;
  }
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < CHANNEL_HZ;
}
