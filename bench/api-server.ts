import { createServer } from "node:http";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createApi } from "../nodes/api/index.ts";
import { type Archive, epochSeconds, failed, ok, parseMeterId, type ReadingRow, wh } from "../nodes/model/index.ts";
import { type Ingest, ingest } from "./api-ingest.ts";
import { benchPorts } from "./api-ports.ts";
import { DAY, openAt, START } from "./store-load.ts";
import { Sqlite } from "./store-peers.ts";

/**
 * A server of its own for `npm run bench -- api`: the router of the product over the store, or over SQLite with half-hour
 * sums. Tells its port, and at the end what it wrote meanwhile.
 */
const [, , kind = "store", folder = "", days = "365"] = process.argv;
const now = START + Number(days) * DAY + 3600;

/** Hours from the half-hour sums; registers and coverage are not looked up, which spares the peer work. */
function sqliteArchive(db: DatabaseSync): Archive {
  const sums = db.prepare(
    "SELECT start / 3600 * 3600 AS b, SUM(wh) AS wh FROM half WHERE meter = ? AND start >= ? AND start < ? GROUP BY b",
  );
  const unasked = async () => failed("METERMAN_INTERNAL", "not asked here");
  return {
    async readings({ meter, from, to }) {
      const items = sums.all(Number(meter.slice(8)), from, to).map((row): ReadingRow => {
        const [start, energy] = [Number(row.b), Number(row.wh)];
        return {
          start: epochSeconds(start),
          end: epochSeconds(start + 3600),
          wh: wh(energy),
          watts: energy,
          registerWh: null,
          source: "interval",
          quality: [],
          coveredS: 3600,
        };
      });
      return ok({ items, next: null });
    },
    consumption: unasked,
    events: unasked,
    snapshots: unasked,
  };
}

const clock = { at: now };
const store = await openAt(kind === "store" ? join(folder, "store") : join(folder, "none"), clock);
const peer = kind === "store" ? undefined : new Sqlite(folder, "meter");
const archive = peer === undefined ? store : sqliteArchive(peer.db);
const knows = (id: string) => parseMeterId(id).ok;
const api = createApi(benchPorts(epochSeconds(now), { archive, store, knows }), {
  rateLimit: { burst: 1e9, perSecond: 1e9, callers: 1000 },
});
const server = createServer((request, response) => {
  const [path = "", query = ""] = (request.url ?? "").replace(/^\/meterman\/api\/v1/, "").split("?");
  const asked = { method: request.method ?? "", path, query, headers: request.headers, remote: "127.0.0.1" };
  api({ ...asked, body: async () => ok("") }).then(
    (answer) => {
      response.writeHead(answer.status, { ...answer.headers });
      if (typeof answer.body === "string") return void response.end(answer.body);
      pipeline(Readable.from(answer.body), response).catch(() => response.destroy());
    },
    () => response.destroy(),
  );
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : 0 });
});

let writing: Ingest | undefined;
process.on("message", async (word) => {
  if (word === "ingest") writing = ingest(peer ?? store, now);
  if (word !== "stop") return;
  const written = await writing?.stop();
  process.send?.({ written: written ?? null });
  await store.close();
  peer?.close();
  process.disconnect();
  server.close();
  server.closeAllConnections();
});
