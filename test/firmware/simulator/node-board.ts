import { Board, type BoardOptions, type Charge, type Surroundings } from "./board.ts";
import { Capacitor } from "./capacitor.ts";
import { Pcf2123 } from "./parts/pcf2123.ts";
import { CURRENT_UA, Meter } from "./power.ts";

export interface NodeOptions extends BoardOptions {
  batteryMv?: number;
  /** The crystal of the clock is this much too fast. */
  rtcPpm?: number;
}

const REGULATED_V = 3.3;
const DROPOUT_V = 0.05;
/** Battery's voltage to that at the pin, and the time constant of 100 nF there. */
const DIVIDERS = { original: { ratio: 3.7, tauUs: 72_973 }, A: { ratio: 5.7, tauUs: 82_456 } } as const;
/** 100 A make 50 mA in 22 Ω. */
const CT_VOLT_PER_AMPERE = (0.05 / 100) * 22;
/** How far ahead a pulse rate is believed. */
const RATE_STEP_S = 1;

/** The puck on the meter: light sensor, clock, battery, current transformer. */
export class NodeBoard extends Board {
  readonly rtc: Pcf2123;
  readonly revision: keyof typeof DIVIDERS;
  readonly #divided: Capacitor;
  #batteryMv: number;
  readonly #analog: Meter;
  #given = 0;
  #stop: () => void = () => {};
  #ct = { amps: 0, hz: 50 };

  constructor(surroundings: Surroundings, o: NodeOptions) {
    const supply = () => Math.min(REGULATED_V, this.batteryMv / 1000 - DROPOUT_V);
    super(surroundings, o, {
      get vcc() {
        return supply();
      },
      channel: (channel) => {
        if (channel === 0) return this.#divided.volt;
        return channel === 1 ? this.#ctVolt(supply()) : 0;
      },
    });
    this.revision = o.revision ?? "original";
    this.#divided = new Capacitor(() => this.scheduler.now);
    this.#batteryMv = o.batteryMv ?? 4500;
    this.rtc = new Pcf2123(this.scheduler, { ppm: o.rtcPpm ?? 0 });
    this.#analog = new Meter(this.scheduler);
    const { pins } = this.chip;
    pins.drive("D", 3, false);
    pins.watch("D", 7, (high) => {
      this.rtc.select(high);
      this.#analogChanged();
    });
    if (this.revision === "original") pins.drive("D", 7, true); // pulled up on the board
  }

  get batteryMv(): number {
    return this.#batteryMv;
  }

  set batteryMv(mv: number) {
    this.#batteryMv = mv;
    this.#divide();
  }

  /** RTC and radio lose their supply with the chip; `keepRtc` as if it had a cell of its own. */
  override power(on: boolean, keepRtc = false): void {
    const was = this.chip.mode !== "off";
    super.power(on);
    if (on && !was && !keepRtc) this.rtc.powerFail();
    this.#divide();
    this.#analogChanged();
  }

  /** The meter's LED is lit at this time for so long. */
  pulse(atUs: number, widthMs: number): void {
    this.scheduler.at(atUs, () => {
      this.#given++;
      this.chip.pins.drive("D", 3, true);
      this.scheduler.at(this.scheduler.now + widthMs * 1000, () => this.chip.pins.drive("D", 3, false));
    });
  }

  /** Pulses from now on at so many per second, evenly while the rate stays; as wide as said, or half the time there is. */
  pulses(rate: (atUs: number) => number, widthMs = 30): void {
    this.stopPulses();
    let due = 1;
    const step = () => {
      const now = this.scheduler.now;
      const perS = rate(now);
      const inS = perS > 0 ? Math.min(RATE_STEP_S, due / perS) : RATE_STEP_S;
      due -= inS * perS;
      this.#stop = this.scheduler.at(now + inS * 1e6, () => {
        if (due < 1e-9) {
          due += 1;
          this.pulse(this.scheduler.now, Math.min(widthMs, 500 / perS));
        }
        step();
      });
    };
    step();
  }

  stopPulses(): void {
    this.#stop();
  }

  get pulsesGiven(): number {
    return this.#given;
  }

  /** A sine of so many ampere (rms) in the current transformer. */
  ct(amps: number, hz = 50): void {
    this.#ct = { amps, hz };
  }

  override chargeBy(): Charge {
    return { ...super.chargeBy(), rtc: this.rtc.chargeUas, analog: this.#analog.uas };
  }

  protected override clockTransfer(byte: number): number | null {
    return this.chip.pins.level("D", 7) ? this.rtc.transfer(byte) : null;
  }

  #analogChanged(): void {
    const powered = this.chip.mode !== "off";
    const enabled = this.chip.pins.level("D", 7);
    const original = CURRENT_UA.nodeAnalog + (enabled ? 0 : CURRENT_UA.chipEnableLow);
    const ours = CURRENT_UA.nodeAnalogA + (enabled ? CURRENT_UA.chipEnableHighA : 0);
    this.#analog.set(!powered ? 0 : this.revision === "A" ? ours : original);
  }

  #divide(): void {
    const { ratio, tauUs } = DIVIDERS[this.revision];
    this.#divided.drive(this.chip.mode === "off" ? 0 : this.#batteryMv / 1000 / ratio, tauUs);
  }

  #ctVolt(vcc: number): number {
    const { amps, hz } = this.#ct;
    const peak = amps * Math.SQRT2 * CT_VOLT_PER_AMPERE;
    const volt = vcc / 2 + peak * Math.sin(2 * Math.PI * hz * this.scheduler.now * 1e-6);
    return Math.max(0, Math.min(vcc, volt));
  }
}
