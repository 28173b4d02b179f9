import { gatewaySnapshot, isWorthKeeping, type MeterFact } from "../../meter/index.ts";
import {
  type DeviceSnapshot,
  type EpochSeconds,
  type Failure,
  failed,
  type GatewayFact,
  type LedgerWrite,
  type MeterId,
  type MeterSummary,
  type Result,
} from "../../model/index.ts";
import type { MeterSource, OpenStore } from "../services.ts";
import type { Shell } from "../shell/index.ts";
import { Account } from "./account.ts";
import { isListed, type MeterConfig, nameOf, settingsOf } from "./config.ts";

export const MAX_METERS = 256;
const MAX_GATEWAYS = 64;

/** The accounts of one node: facts in, writes to the store, and messages once a write is on disk. */
export class Keeper implements MeterSource {
  readonly #shell: Shell<MeterConfig>;
  readonly #store: OpenStore;
  readonly #accounts = new Map<MeterId, Account>();
  /** Meters that this node does not keep, and said so. */
  readonly #refused = new Set<MeterId>();
  /** What gateways last said of themselves, as it was kept. */
  readonly #gateways = new Map<MeterId, DeviceSnapshot>();
  readonly #zone: string;
  #outbox: Promise<void> = Promise.resolve();
  #pending = 0;
  #ignored = 0;
  readonly #since: EpochSeconds;

  /** @param zone of the store: times are told in it */
  constructor(shell: Shell<MeterConfig>, store: OpenStore, zone: string) {
    this.#shell = shell;
    this.#store = store;
    this.#zone = zone;
    this.#since = shell.now();
  }

  /** Takes on the meters of the table, before any other node can. */
  openListed(): void {
    for (const meter of this.#store.journal.meters()) if (isListed(this.#shell.config, meter)) this.#open(meter);
  }

  /** Takes on the meters that the store knows and nobody else keeps. */
  openOthers(): void {
    if (this.#shell.config.meters.length > 0 && !this.#shell.config.others) return;
    for (const meter of this.#store.journal.meters()) this.#open(meter);
  }

  /** After a deploy another node may have given meters back. */
  retry(): void {
    this.#refused.clear();
    this.openListed();
    this.openOthers();
  }

  /** @returns a failure once per meter that cannot be kept */
  take(fact: MeterFact): Result<void> | undefined {
    const { config } = this.#shell;
    const { meter } = fact;
    let account = this.#accounts.get(meter);
    if (account === undefined) {
      const listed = isListed(config, meter);
      const isWanted = listed || config.others || config.meters.length === 0;
      if (!isWanted || this.#refused.has(meter)) {
        this.#ignored += 1;
        return undefined;
      }
      const opened = this.#open(meter);
      if (!opened.ok) {
        this.#ignored += 1;
        if (this.#refused.size < MAX_METERS) this.#refused.add(meter);
        const isOthers = opened.error.code === "METERMAN_METER_TAKEN" && !listed && config.meters.length > 0;
        return isOthers ? undefined : opened;
      }
      account = opened.value;
    }
    this.#write(account, account.take(fact));
    this.#showPower(account);
    return undefined;
  }

  /** A gateway has no account; what it says of itself is kept by one meter node of the store. */
  takeGateway(fact: GatewayFact): void {
    const snapshot = gatewaySnapshot(fact);
    if (snapshot === undefined || !isWorthKeeping(this.#gateways.get(snapshot.device), snapshot)) return;
    const { device } = snapshot;
    if (this.#gateways.size >= MAX_GATEWAYS && !this.#gateways.has(device)) return;
    if (!this.#store.directory.claim(device, this).ok) return;
    this.#gateways.set(device, snapshot);
    this.#append({ meter: device, readings: [], events: [], snapshots: [snapshot], memory: {} });
  }

  tick(): void {
    for (const account of this.#accounts.values()) {
      this.#write(account, account.tick(this.#shell.now(), this.#since));
      this.#showPower(account);
    }
  }

  list(now: EpochSeconds): MeterSummary[] {
    return [...this.#accounts.values()].map((account) => account.summary(now));
  }

  health() {
    return { meters: this.#accounts.size, pending: this.#pending, ignored: this.#ignored };
  }

  /** Makes everything durable and told, and gives the meters back: whoever opens them next goes on from there. */
  async close(): Promise<void> {
    if (this.#pending > 0) await this.#store.flush();
    await this.#outbox;
    this.#store.directory.release(this);
  }

  /** What fails here is told with the first fact of the meter. */
  #open(meter: MeterId): Result<Account> {
    const known = this.#accounts.get(meter);
    if (known !== undefined) return { ok: true, value: known };
    if (this.#accounts.size >= MAX_METERS) {
      const words = `this node already keeps ${MAX_METERS} meters; share them among more meter nodes`;
      return failed("METERMAN_METER_LIMIT", words, "meter");
    }
    const claimed = this.#store.directory.claim(meter, this);
    if (!claimed.ok) return claimed;
    const { config } = this.#shell;
    const opened = Account.open(this.#store.journal, meter, {
      ...{ name: nameOf(config, meter), settings: settingsOf(config, meter), zone: this.#zone },
    });
    if (opened.ok) this.#accounts.set(meter, opened.value);
    return opened;
  }

  /** Facts are decided on without waiting; what they mean leaves the node in their order, each after its write. */
  #write(account: Account, write: LedgerWrite | undefined): void {
    if (write === undefined) return;
    const { lifetimeWh } = account;
    this.#append(write, () => account.settle(lifetimeWh));
  }

  #append(write: LedgerWrite, settle = () => {}): void {
    this.#pending += 1;
    const written = this.#store.journal.append(write);
    // The queue looks at it in its turn; until then a failure is nobody's.
    written.catch(() => undefined);
    this.#outbox = this.#outbox.then(async () => {
      try {
        await written;
        settle();
        this.#tell(write);
      } catch (thrown) {
        this.#shell.report(lost(thrown));
      } finally {
        this.#pending -= 1;
      }
    });
  }

  /** The store goes on with its events: whoever gets them may change theirs. */
  #tell(write: LedgerWrite): void {
    const { live } = this.#store;
    for (const reading of write.readings) {
      live.tell({ type: "reading", reading });
      this.#shell.send(0, { topic: write.meter, payload: reading });
    }
    for (const event of write.events) {
      live.tell({ type: "event", event });
      this.#shell.send(2, { topic: event.kind, payload: { ...event } });
    }
  }

  #showPower(account: Account): void {
    const power = account.newPower(this.#shell.now());
    if (power === undefined) return;
    const { name, meter } = account;
    this.#shell.send(1, { topic: name, meter, payload: power.known ? power.watts : null, power });
    this.#store.live.tell({ type: "power", meter, name, power });
  }
}

function lost(thrown: unknown): Failure {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const message = `readings were not written and not sent: ${why}. Their energy follows as a gap with the next update.`;
  return { code: "METERMAN_STORE_WRITE", message };
}
