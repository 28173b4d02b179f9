import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import type { NodeAPI } from "node-red";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "../../nodes/api/index.ts";
import { type Archive, epochSeconds, ok, type ReadingRow, wh } from "../../nodes/model/index.ts";
import { mount } from "../../nodes/runtime/meterman-api/mount.ts";
import { Trail } from "../api/trail.ts";
import { FAULTS, HOUSE, house, ports, START } from "../api/world.ts";

/** The API on a server of Node.js, as Node-RED mounts it: what sockets can do to it. */
const PATH = `/api/meters/${HOUSE}/adjustments`;
const trail = new Trail();
const pages = { asked: 0 };

/** Readings without end, 5000 a page. */
const archive: Archive = {
  ...house().archive,
  async readings({ from, to, limit = 1000, cursor }) {
    pages.asked += 1;
    const first = cursor === undefined ? from : Number(cursor);
    const items = Array.from({ length: limit }, (_, at): ReadingRow => {
      const span = { start: epochSeconds(first + at * 15), end: epochSeconds(first + at * 15 + 15) };
      const figures = { wh: wh(5), watts: 1200, registerWh: wh(at), coveredS: 15 };
      return { ...span, ...figures, source: "interval", quality: [] };
    });
    const end = first + limit * 15;
    return ok({ items, next: end < to ? String(end) : null });
  },
};

let server: Server;
let port: number;

beforeAll(async () => {
  const api = createApi(ports({ store: { ...house(), archive, adjustments: trail } }), {
    rateLimit: { burst: 1e6, perSecond: 1e6, callers: 10 },
  });
  type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  let handler: Handler = () => undefined;
  const use = (_: string, given: Handler) => {
    handler = given;
  };
  const RED: Partial<NodeAPI> = { settings: Object({}), httpNode: Object({ use }) };
  expect(mount(RED as NodeAPI, { "/api": { api } }).ok).toBe(true);
  server = createServer((request, response) => {
    request.url = (request.url ?? "").replace(/^\/api/, "");
    // As the editor's own reader of JSON leaves it.
    if (request.headers["x-read-before"] !== undefined) {
      request.on("data", () => undefined);
      request.on("end", () => {
        Reflect.set(request, "body", deepArray(50_000));
        setImmediate(() => handler(request, response, () => undefined));
      });
    } else handler(request, response, () => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(FAULTS).toEqual([]);
});

function deepArray(depth: number): unknown {
  let value: unknown = [];
  for (let at = 0; at < depth; at += 1) value = [value];
  return value;
}

interface Talk {
  /** Everything that came until the other end closed. */
  readonly answer: string;
  readonly tookMs: number;
}

/** Sends `text`, then does `more` with the socket, and waits until the other end closes. */
function talk(text: string | Buffer, more: (socket: Socket) => void = () => undefined): Promise<Talk> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(text);
      more(socket);
    });
    const end = () => {
      socket.destroy();
      resolve({ answer: Buffer.concat(chunks).toString("latin1"), tookMs: performance.now() - begun });
    };
    socket.on("data", (chunk) => chunks.push(chunk));
    // A reset is how the other end says that it has heard enough.
    socket.once("end", end).once("error", end);
  });
}

const head = (line: string, ...headers: readonly string[]) =>
  [`${line} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n");
const json = "Content-Type: application/json";
const close = "Connection: close";
const statusOf = ({ answer }: Talk) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
const alive = async () => expect((await fetch(`http://127.0.0.1:${port}/api/health`)).status).toBe(200);
const RENAME = '{"kind":"rename","name":"x","why":"y"}';

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.concurrent("a body that comes slowly", () => {
  it("a byte at a time is given up in some seconds", async () => {
    const drip = await talk(head(`POST ${PATH}`, json, "Content-Length: 1000000"), (socket) => {
      const timer = setInterval(() => socket.write(" "), 100);
      socket.once("close", () => clearInterval(timer));
    });
    expect([statusOf(drip), drip.answer.includes("did not arrive in time")]).toEqual([400, true]);
    expect(drip.tookMs).toBeLessThan(20_000);
  });

  it("but steadily, as over a weak mobile network, is taken whole", async () => {
    const row = `${START},${START + 15},5\n`;
    const piece = row.repeat(Math.ceil(60_000 / row.length));
    const count = 16;
    const length = `start,end,wh\n${piece.repeat(count)}`.length;
    const text = `${head(`POST ${PATH}?why=slow&dryRun=true`, "Content-Type: text/csv", `Content-Length: ${length}`, close)}start,end,wh\n`;
    const slow = await talk(text, async (socket) => {
      for (let at = 0; at < count; at += 1) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        socket.write(piece);
      }
    });
    expect(statusOf(slow)).toBe(200);
    // Longer than what is short may take.
    expect(slow.tookMs).toBeGreaterThan(5500);
  });

  it("and headers that never end keep nobody else waiting", async () => {
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(port, "127.0.0.1", () => socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nX-A: `));
      socket.on("error", () => undefined);
      return socket;
    });
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    await alive();
    for (const socket of sockets) socket.destroy();
  });
});

describe("an upload of six megabytes", () => {
  it("is taken whole, and others are answered meanwhile", async () => {
    const rows = Array.from({ length: 170_000 }, (_, at) => `${START + at},${START + at + 1},1,${60_000 + at}`);
    const text = `start,end,wh,registerWh\r\n${rows.join("\r\n")}\r\n`;
    const sent = head(`POST ${PATH}?why=large`, "Content-Type: text/csv", `Content-Length: ${text.length}`, close);
    const upload = talk(sent + text);
    for (let at = 0; at < 5; at += 1) await alive();
    expect(statusOf(await upload)).toBe(201);
    const { request } = trail.asked.at(-1) ?? {};
    expect(request?.kind === "upload" ? request.rows.length : 0).toBe(170_000);
  });
});

describe("a body that is not what it says", () => {
  const refusal = async (text: string | Buffer, status: number, more?: (socket: Socket) => void) => {
    const made = trail.asked.length;
    const told = await talk(text, more);
    expect([status, told.answer.split("\r\n")[0]]).toEqual([status, expect.stringContaining(` ${status} `)]);
    expect(trail.asked).toHaveLength(made);
    await alive();
  };

  it("is refused: too long as announced, as counted, and as unpacked", async () => {
    await refusal(head(`POST ${PATH}`, json, "Content-Length: 8388609"), 413);
    await refusal(head(`POST ${PATH}/1/undo`, json, "Content-Length: 16385"), 413);
    await refusal(head(`POST ${PATH}`, json, "Transfer-Encoding: chunked"), 413, (socket) => {
      const chunk = `${(1 << 20).toString(16)}\r\n${" ".repeat(1 << 20)}\r\n`;
      for (let at = 0; at < 9; at += 1) socket.write(chunk);
    });
    const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
    const packed = head(`POST ${PATH}`, json, "Content-Encoding: gzip", `Content-Length: ${bomb.length}`, close);
    await refusal(Buffer.concat([Buffer.from(packed), bomb]), 415);
  });

  it("is refused: no UTF-8, or nested without end, also where the editor has read it", async () => {
    const latin = Buffer.from(RENAME.replace("x", "\xe9"), "latin1");
    const sent = head(`POST ${PATH}`, json, `Content-Length: ${latin.length}`, close);
    await refusal(Buffer.concat([Buffer.from(sent), latin]), 400);
    const deep = "[".repeat(1_000_000);
    await refusal(`${head(`POST ${PATH}`, json, `Content-Length: ${deep.length}`, close)}${deep}`, 400);
    await refusal(`${head(`POST ${PATH}`, json, "X-Read-Before: 1", "Content-Length: 2", close)}{}`, 400);
  });

  it("is taken with a byte order mark, as spreadsheets write it", async () => {
    const text = `\ufeff${RENAME}`;
    const told = await talk(
      `${head(`POST ${PATH}`, json, `Content-Length: ${Buffer.byteLength(text)}`, close)}${text}`,
    );
    expect(statusOf(told)).toBe(201);
  });

  it("and has two lengths, or a second request hidden in it, runs nothing", async () => {
    const inner = `${head(`POST ${PATH}`, json, `Content-Length: ${RENAME.length}`)}${RENAME}`;
    await refusal(
      `${head(`POST ${PATH}`, json, "Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n${inner}`,
      400,
    );
    await refusal(`${head(`POST ${PATH}`, json, "Content-Length: 5", "Content-Length: 6")}${inner}`, 400);
    // Refused before its end: what follows may be the rest of it, and is no request.
    await refusal(`${head(`POST ${PATH}`, json, "Content-Length: 9000000")}${inner}`, 413);
  });
});

describe("many requests on one connection", () => {
  it("are answered in order, each for itself", async () => {
    const get = (path: string, ...headers: string[]) => head(`GET ${path}`, ...headers);
    const told = await talk(get("/api/meters") + get("/api/nothing") + get("/api/health", close));
    expect(told.answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
  });

  it("with lines that are no headers are refused by Node.js, and what was sent is in no header of the answer", async () => {
    for (const line of ["X-A: b\rX-B: c", "X A: b", ": b", "X-A: \u0000"]) {
      expect([line, statusOf(await talk(head("GET /api/meters", line, close)))]).toEqual([line, 400]);
    }
    const split = await talk(head("GET /api/meters?from=%0d%0aX-Evil:%201", close));
    expect([statusOf(split), split.answer.toLowerCase().includes("x-evil")]).toEqual([400, false]);
  });
});

describe("a stream that nobody reads", () => {
  const ask = head(`GET /api/meters/${HOUSE}/export?from=0&to=4102444800`);

  it("stops the reading of pages until somebody does, and ends it when the caller hangs up", async () => {
    pages.asked = 0;
    const socket = connect(port, "127.0.0.1", () => socket.write(ask));
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("readable", resolve));
    // What the two sockets' buffers hold, and then nothing.
    const settled = async () => {
      for (let before = -1; before !== pages.asked; ) {
        before = pages.asked;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      return pages.asked;
    };
    const asked = await settled();
    expect(asked).toBeLessThan(100);
    socket.on("data", () => undefined);
    await until(() => pages.asked > asked + 20);
    socket.destroy();
    await settled();
    await alive();
  });
});
