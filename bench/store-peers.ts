import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Low } from "lowdb";
import { JSONFile } from "lowdb/node";
import type { Reading } from "../nodes/model/index.ts";

/** What others would take for the same work; each makes a batch durable before it returns, lowdb as far as it does. */
export interface Peer {
  readonly name: string;
  write(readings: readonly Reading[]): void | Promise<void>;
  close(): void;
}

/** Node's own SQLite, WAL and synchronous=FULL: a commit is on disk. @param key order of the primary key */
export class Sqlite implements Peer {
  readonly name: string;
  readonly db: DatabaseSync;
  readonly path: string;
  readonly #insert;

  constructor(folder: string, key: "meter" | "time", synchronous = "FULL") {
    this.name = `sqlite by ${key}`;
    this.path = join(folder, `${key}.sqlite`);
    this.db = new DatabaseSync(this.path);
    this.db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=${synchronous}`);
    const order = key === "meter" ? "meter, start" : "start, meter";
    this.db.exec(`CREATE TABLE IF NOT EXISTS reading (meter INTEGER, start INTEGER, duration INTEGER, wh INTEGER,
      register INTEGER, lifetime INTEGER, flags INTEGER, PRIMARY KEY (${order})) WITHOUT ROWID`);
    this.db.exec(`CREATE TABLE IF NOT EXISTS half (meter INTEGER, start INTEGER, wh INTEGER, PRIMARY KEY (meter, start))
      WITHOUT ROWID`);
    this.#insert = this.db.prepare("INSERT OR REPLACE INTO reading VALUES (?,?,?,?,?,?,?)");
  }

  write(readings: readonly Reading[]): void {
    this.db.exec("BEGIN");
    for (const { meter, start, end, wh, registerWh, lifetimeWh } of readings) {
      this.#insert.run(Number(meter.slice(8)), start, end - start, wh, registerWh, lifetimeWh, 0);
    }
    this.db.exec("COMMIT");
  }

  /** The readings of meter 2 for others, too. */
  copy(meters: readonly number[]): void {
    const copy = this.db.prepare(`INSERT INTO reading SELECT ?, start, duration, wh, register, lifetime, flags
      FROM reading WHERE meter = 2`);
    for (const meter of meters) copy.run(meter);
  }

  /** Half-hour sums of everything, for the queries that use them. */
  rollUp(): void {
    this.db.exec(
      `INSERT OR REPLACE INTO half SELECT meter, start / 1800 * 1800 AS h, SUM(wh) FROM reading GROUP BY meter, h`,
    );
  }

  close(): void {
    this.db.close();
  }
}

/** lowdb as it comes: one document, written whole each time, never synced. */
export class OneDocument implements Peer {
  readonly name = "lowdb, one document";
  readonly #low: Low<{ readings: Reading[] }>;

  constructor(folder: string) {
    this.#low = new Low(new JSONFile<{ readings: Reading[] }>(join(folder, "db.json")), { readings: [] });
  }

  fill(readings: readonly Reading[]): void {
    for (const reading of readings) this.#low.data.readings.push(reading);
  }

  async write(readings: readonly Reading[]): Promise<void> {
    this.fill(readings);
    await this.#low.write();
  }

  close(): void {}
}

/** The limit: 16 bytes a reading behind each other in a file of which nothing but the data changes. */
export class Raw implements Peer {
  readonly name = "raw append";
  readonly #file: number;
  #position = 0;

  constructor(folder: string, bytes: number) {
    this.#file = openSync(join(folder, "raw"), "w");
    writeSync(this.#file, Buffer.alloc(bytes));
    fdatasyncSync(this.#file);
  }

  write(readings: readonly Reading[]): void {
    const bytes = Buffer.alloc(readings.length * 16, 1);
    writeSync(this.#file, bytes, 0, bytes.length, this.#position);
    this.#position += bytes.length;
    fdatasyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}
