import type { Ether } from "../simulator/ether.ts";
import type { Place } from "../simulator/path-loss.ts";
import type { Scheduler } from "../simulator/scheduler.ts";
import { Datagrams } from "./datagram.ts";
import { NodeMeter, update } from "./node-meter.ts";
import { type NetworkOptions, PacketRadio } from "./packet-radio.ts";
import { type Program, pause, Task } from "./task.ts";
import { cString, fields, PAYLOAD, padded } from "./texts.ts";

export interface V10NodeOptions extends NetworkOptions, Partial<Place> {
  readonly id?: number;
  readonly gateway?: number;
  readonly kind?: "W" | "HW";
  readonly intervalS?: number;
  readonly impPerKwh?: number;
  readonly batteryMv?: number;
  readonly targetRssiDbm?: number;
  /** Current transformer connected: sends MUPC. */
  readonly amps?: () => number;
}

const YEAR_2017 = 1_483_228_800;
const AWAKE_AFTER_BOOT_US = 15e6;
const REPLY_US = 1e6;
const FLASHES_US = 2_250_000;
const STATUS_S = 600;
const TIME_S = 900;
const UPDATE_S = 300;
const TUNE_S = 60;

/**
 * A deployed MeterNode with firmware v10 as it is seen on the air. It thinks only when an impulse wakes it, and listens only for one
 * second behind its own questions. Not modelled: console, LED, and its hangs (boot without a gateway, 255 intervals without an impulse).
 */
export class V10Node {
  readonly radio: PacketRadio;
  readonly meter: NodeMeter;
  led = { rate: 0, ms: 100 };
  /** Texts received as replies, oldest first. */
  readonly replies: string[] = [];
  readonly #s: Scheduler;
  readonly #o: V10NodeOptions;
  readonly #datagrams: Datagrams;
  readonly #task: Task;
  /** Never cleared: a text without a zero behind it is continued by an older one. */
  readonly #buffer = new Uint8Array(PAYLOAD + 1);
  readonly #bootUs: number;
  #clock = { epoch: 0, setUs: 0 };
  #upSinceS = 0;
  #last = { status: 0, time: 0, update: 0, tune: 0 };
  #poll = { everyS: STATUS_S, untilS: 0 };
  #rssi = { last: 0, average: 0, failures: 0 };

  constructor(s: Scheduler, ether: Ether, o: V10NodeOptions = {}) {
    this.#s = s;
    this.#o = o;
    this.#bootUs = this.#clock.setUs = s.now;
    this.meter = new NodeMeter(o.intervalS ?? 60, o.impPerKwh ?? 1000);
    this.radio = new PacketRadio(s, ether, { name: `v10 node ${this.#id}`, ...o, kind: o.kind ?? "W" });
    this.#datagrams = new Datagrams(s, this.radio, this.#id);
    this.#task = new Task(s, this.#main());
    this.radio.onEvent = () => this.#task.wake();
  }

  /** The meter's LED has flashed. */
  pulse(): void {
    this.meter.count();
    this.#task.wake();
  }

  /** Flashes from now on, by power in W at a time in µs. Returns what ends it. */
  pulses(watts: (atUs: number) => number): () => void {
    let cancel = () => {};
    const next = () => {
      const periodUs = 3.6e12 / this.meter.impPerKwh / watts(this.#s.now);
      cancel = this.#s.at(this.#s.now + periodUs, () => {
        this.pulse();
        next();
      });
    };
    next();
    return () => cancel();
  }

  /** Battery out. */
  stop(): void {
    this.#task.stop();
    this.radio.chip.powerFail();
  }

  /** Its clock, in s. */
  get now(): number {
    return this.#clock.epoch + Math.floor((this.#s.now - this.#clock.setUs) / 1e6);
  }

  get #id(): number {
    return this.#o.id ?? 2;
  }

  *#main(): Program {
    yield* this.#askTime();
    if (this.now < YEAR_2017) this.#setClock(YEAR_2017, false);
    this.#upSinceS = this.now;
    yield* pause(this.#s, FLASHES_US);
    yield* this.#send("GMSG,BOOT v10. Flags: 1");
    for (;;) {
      this.meter.look(this.now, Math.round((this.#o.amps?.() ?? 0) * 100));
      yield* this.#report();
      if (this.now - this.#last.status >= this.#pollS()) yield* this.#askInstruction();
      if (this.now - this.#last.time >= TIME_S) yield* this.#askTime();
      this.radio.sleep();
      yield this.#s.now < this.#bootUs + AWAKE_AFTER_BOOT_US ? 100_000 : Infinity;
    }
  }

  /** MREB before all; updates when 4 entries wait, or one for 5 minutes. They are never repeated once the radio has given up. */
  *#report(): Program {
    if (this.meter.rebased) {
      this.meter.rebased = false;
      this.#last.update = this.now;
      const { startS, wh } = this.meter.base;
      yield* this.#send(`MREB,${startS},${wh}`);
    }
    const { length } = this.meter.closed;
    if (length < 4 && (length === 0 || this.now - this.#last.update < UPDATE_S)) return;
    this.#last.update = this.now;
    const text = update(this.meter, this.#o.amps !== undefined);
    if (text !== null) yield* this.#send(text);
  }

  *#askTime(): Program {
    this.#last.time = this.now;
    const asked = this.now;
    const reply = yield* this.#ask(`PREQ,${asked}`);
    if (!reply?.startsWith("PRSP")) return;
    const [echoed, gatewayS = 0, align] = fields(reply);
    const tookS = this.now - asked;
    if (echoed !== asked || tookS > 3 || Math.abs(gatewayS - this.now) <= 3) return;
    this.#setClock(gatewayS + Math.floor(tookS / 2), align === 1);
  }

  *#askInstruction(): Program {
    this.#last.status = this.now;
    const up = this.now - this.#upSinceS;
    const slept = Math.max(0, up - AWAKE_AFTER_BOOT_US / 1e6);
    const { rate, ms } = this.led;
    const state = [this.#o.batteryMv ?? 4495, up, slept, 367, this.#rssi.last, rate, ms];
    const reply = yield* this.#ask(`GINR,${[...state, this.meter.intervalS, this.meter.impPerKwh].join(",")}`);
    if (reply) this.#obey(reply);
  }

  #obey(text: string): void {
    const [first = 0, second = 0] = fields(text);
    const kind = text.slice(0, 4);
    if (kind === "GITR" && first >= 10 && first <= 600 && second >= 10 && second <= 3000) {
      this.#poll = { everyS: first, untilS: this.now + second };
    } else if (kind === "MVAI" && first >= 1 && first < 3e9) this.meter.setRegister(first, this.now);
    else if (kind === "MINI" && first <= 255) this.meter.intervalS = first;
    else if (kind === "MPLI" && first <= 255 && second <= 3000) this.led = { rate: first, ms: second };
  }

  #pollS(): number {
    return this.now < this.#poll.untilS ? this.#poll.everyS : STATUS_S;
  }

  /** Also moves what has been done "when": a first clock counts as just asked for instructions, so the first one comes after 600 s. */
  #setClock(epoch: number, align: boolean): void {
    const shift = epoch - this.now;
    this.#clock = { epoch, setUs: this.#s.now };
    for (const key of ["status", "time", "update", "tune"] as const) this.#last[key] += shift;
    this.#upSinceS += shift;
    this.meter.rebase(epoch, align);
  }

  *#ask(text: string): Program<string | null> {
    const sent = yield* this.#send(text);
    if (!sent) return null;
    const until = this.#s.now + REPLY_US;
    while (this.#s.now < until) {
      const frame = yield* this.#datagrams.receive(until);
      if (!frame) continue;
      this.#buffer.set(frame.payload.subarray(0, PAYLOAD));
      const reply = cString(this.#buffer);
      this.replies.push(reply);
      this.#rssi.last = this.radio.rssiDbm;
      yield* this.#tune(fields(reply).at(-1) ?? 0);
      return reply;
    }
    return null;
  }

  *#send(text: string): Program<boolean> {
    const heard = yield* this.#datagrams.send(this.#o.gateway ?? 1, padded(text));
    this.#rssi.failures = heard ? 0 : this.#rssi.failures + 1;
    if (this.#rssi.failures >= 3) this.#rssi.average = -100;
    return heard;
  }

  /** Keeps the level that the gateway reports within 10 dB of the target, a dB a minute. */
  *#tune(rssiDbm: number): Program {
    const { average } = this.#rssi;
    this.#rssi.average = average === 0 ? rssiDbm : Math.trunc((average + rssiDbm) / 2);
    const off = this.#rssi.average - (this.#o.targetRssiDbm ?? -75);
    if (this.now - this.#last.tune < TUNE_S || Math.abs(off) <= 10) return;
    this.#last.tune = this.now;
    const [min, max] = this.#o.kind === "HW" ? [-2, 20] : [-18, 13];
    const power = Math.min(max, Math.max(min, this.radio.txDbm - Math.sign(off)));
    if (power === this.radio.txDbm) return;
    this.radio.txDbm = power;
    this.#rssi.average = 0;
    yield* this.#send(`GMSG,Set TXPow= ${power}`);
  }
}
