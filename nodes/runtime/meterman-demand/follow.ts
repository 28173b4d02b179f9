import { adoptCorrected, type Demand, replayCorrected, type Stepped, signOf } from "../../demand/index.ts";
import { type EpochSeconds, epochSeconds, type MeterId, ok, type Reading } from "../../model/index.ts";
import type { Shell } from "../shell/index.ts";
import type { DemandSettings } from "./config.ts";
import { guarded, onlyRead, pastOf } from "./past.ts";

/** Corrections come in groups, and reading months takes seconds. */
const GATHER_S = 1;

/** What is counted now. */
export interface Counting {
  demand(): Demand;
  /** Meters whose past was asked for. */
  meters(): readonly MeterId[];
  /** Goes on from there. */
  adopt(next: Stepped): void;
}

/** Follows corrections of the store: the months that they touch are read anew, while counting goes on. */
export class Follower {
  readonly #shell: Shell<DemandSettings>;
  readonly #counting: Counting;
  readonly #stops: (() => void)[] = [];
  #stored: () => readonly MeterId[] = () => [];
  /** The earliest correction that is not followed yet. */
  #from: EpochSeconds | undefined;
  #gathering = false;
  #reading = false;
  /** What came while the past is being read. */
  #heard: Reading[] = [];
  #closed = false;

  constructor(shell: Shell<DemandSettings>, counting: Counting) {
    this.#shell = shell;
    this.#counting = counting;
  }

  /** Call it when counting has begun. */
  async start(): Promise<void> {
    const { config, now } = this.#shell;
    const store = await this.#shell.service(config.store, "store")?.ready;
    if (store?.ok !== true || this.#closed) return;
    const stop = store.value.onChanged((meter, from, why) => {
      const isOwn = signOf(config, meter) !== 0 && this.#counting.meters().includes(meter);
      // A new name, or a look at the display, changes nothing that was.
      if (why === "adjusted" && isOwn && from < now()) this.#gather(from);
    });
    this.#stops.push(stop);
    this.#stored = () => store.value.journal.meters();
  }

  /** Every reading that is counted. */
  hear(reading: Reading): void {
    if (this.#reading) this.#heard.push(reading);
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
  }

  #gather(from: EpochSeconds): void {
    this.#from = epochSeconds(Math.min(from, this.#from ?? from));
    if (this.#gathering || this.#reading) return;
    this.#gathering = true;
    this.#shell.after(GATHER_S, async () => {
      this.#gathering = false;
      this.#reading = true;
      try {
        while (this.#from !== undefined && !this.#closed) await this.#follow(this.#from);
      } finally {
        this.#reading = false;
        this.#heard = [];
      }
    });
  }

  async #follow(from: EpochSeconds): Promise<void> {
    this.#from = undefined;
    this.#heard = [];
    const meters = this.#counting.meters();
    const stored = this.#stored();
    const stranger = [...this.#counting.demand().meters.keys()].find((meter) => !stored.includes(meter));
    if (stranger !== undefined) {
      const message = `a correction is not in the windows and peaks: ${stranger} is not in the store`;
      this.#shell.report({ code: "METERMAN_UNKNOWN_METER", message });
      return;
    }
    const corrected = await guarded(async () => {
      const past = await pastOf(this.#shell, meters);
      if (!past.ok) return past;
      const breathe = async () => {
        if (this.#closed) throw new Error("the node was closed");
        await past.value.breathe();
      };
      const played = await replayCorrected({ ...past.value, breathe }, this.#counting.demand(), from);
      return played.ok ? ok({ ...played.value, read: past.value.meters }) : played;
    });
    if (this.#closed) return;
    if (!corrected.ok) {
      const message = `a correction is not in the windows and peaks: ${corrected.error.message}`;
      this.#shell.report({ ...corrected.error, message });
      return;
    }
    // A meter that was new meanwhile is not in what was read.
    if (this.#counting.meters().length !== meters.length) {
      this.#from = epochSeconds(Math.min(from, this.#from ?? from));
      return;
    }
    const { config, now } = this.#shell;
    const live = onlyRead(this.#counting.demand(), meters, corrected.value.read);
    this.#counting.adopt(adoptCorrected(live, corrected.value, this.#heard, config, now()));
  }
}
