import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { OpenArchive } from "../../nodes/api/index.ts";
import { epochSeconds, type MeterId } from "../../nodes/model/index.ts";
import { openStore, type Store } from "../../nodes/store/index.ts";
import { directory, summary, written } from "./meters.ts";
import { house, NOW, START } from "./world.ts";

export interface OwnStore {
  readonly folder: string;
  readonly store: Store;
  readonly archive: OpenArchive;
  /** Changes with every byte and every name in the folder. */
  fingerprint(): Promise<string>;
}

/** A store on disk that a test may write to, with 3000 readings of 5 Wh in 15 s from START on, for each meter. */
export async function ownStore(...meters: readonly MeterId[]): Promise<OwnStore> {
  const folder = await mkdtemp(join(tmpdir(), "meterman-api-own-"));
  const opened = await openStore({ folder, zone: "Europe/Oslo", now: () => epochSeconds(NOW) });
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  const durable = meters.map((meter) => store.append(written(meter, START, 3000)));
  await store.flush();
  await Promise.all(durable);
  await store.settled();
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const archive = {
    ...house(),
    archive: store,
    adjustments: store,
    directory: directory(...meters.map((meter) => summary(meter, `Meter ${meter}`))),
    knows: (id: MeterId) => store.meters().includes(id),
  };
  return { folder, store, archive, fingerprint: () => fingerprint(folder) };
}

async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).sort(byPath)) {
    const path = join(entry.parentPath, entry.name);
    hash.update(path).update(entry.isFile() ? await readFile(path) : "");
  }
  return hash.digest("hex");
}

function byPath(one: { parentPath: string; name: string }, other: { parentPath: string; name: string }): number {
  return join(one.parentPath, one.name) < join(other.parentPath, other.name) ? -1 : 1;
}
