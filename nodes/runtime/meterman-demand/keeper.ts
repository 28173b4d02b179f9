import type { DemandLedger } from "../../demand/index.ts";
import type { EpochSeconds, Failure } from "../../model/index.ts";
import type { SavedDemand } from "./saved.ts";

/** A window that has closed is kept so soon. Many close at once when a past is played back. */
const SOON_S = 10;
/** Readings within a window: what is lost of these at a crash, the meter's count brings back. */
const LATER_S = 300;

/** Decides when the state is written: cards wear out, and a crash must not cost a month's peak. */
export class Keeper {
  readonly #saved: SavedDemand;
  readonly #report: (failure: Failure) => void;
  #writtenAt = 0;
  #waitS = Number.POSITIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #hasFailed = false;

  constructor(saved: SavedDemand, report: (failure: Failure) => void) {
    this.#saved = saved;
    this.#report = report;
  }

  /** Something is new. @param isDear a crash could not be mended: the month has a new peak, or a window has closed */
  note(isDear: boolean): void {
    this.#waitS = Math.min(this.#waitS, isDear ? SOON_S : LATER_S);
  }

  /** Writes what `ledger` says if it is time to. */
  async due(now: EpochSeconds, ledger: () => DemandLedger): Promise<void> {
    // A clock that was set back must not hold it up.
    const since = Math.abs(now - this.#writtenAt);
    if (this.#writing === undefined && since >= this.#waitS) await this.#write(now, ledger);
  }

  /** Settles when nothing is being written. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /** Writes what is new, now. */
  async close(now: EpochSeconds, ledger: () => DemandLedger): Promise<void> {
    await this.idle();
    if (Number.isFinite(this.#waitS)) await this.#write(now, ledger);
  }

  async #write(now: EpochSeconds, ledger: () => DemandLedger): Promise<void> {
    const before = this.#waitS;
    this.#waitS = Number.POSITIVE_INFINITY;
    this.#writtenAt = now;
    this.#writing = this.#saved.save(ledger()).then(
      () => {
        this.#hasFailed = false;
      },
      (thrown: unknown) => {
        // Tried again, but told once: a full disk is not mended by a message each minute.
        this.#waitS = Math.min(this.#waitS, before, LATER_S);
        if (this.#hasFailed) return;
        this.#hasFailed = true;
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        const message = `a restart would forget the month's peaks; look for space and rights in its folder: ${why}`;
        this.#report({ code: "METERMAN_STORE_WRITE", message });
      },
    );
    await this.#writing;
    this.#writing = undefined;
  }
}
