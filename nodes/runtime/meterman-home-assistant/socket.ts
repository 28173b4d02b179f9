import type { HaWebSocket } from "home-assistant-js-websocket";
import { WebSocket } from "ws";
import { type Failure, ok, type Result } from "../../model/index.ts";
import { reasonOf, reasonOfStatus } from "./reasons.ts";
import type { Target } from "./target.ts";

/** What Connection uses of a socket. Node 20 has no WebSocket of its own, and none takes self-signed certificates. */
export interface Line {
  /** The library's view: it wants a browser's WebSocket that knows Home Assistant's version. */
  readonly socket: HaWebSocket;
  /** Ends it now, whether or not the other side still answers. */
  cut(): void;
}

type Hear = (event: { readonly data: string }) => void;
const FRAME_LIMIT = 64 * 1024 * 1024;
const STRANGER = "it is not Home Assistant";

function frame(text: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) throw new Error("the other side does not speak JSON objects");
  return { ...parsed };
}

/** Home Assistant's own words for a refusal; an ill-formed request is quoted in them, and so the token. */
function refusal(message: unknown, { token, remedy }: Target): Failure {
  const why = typeof message === "string" ? ` (${message.replaceAll(token, "…").slice(0, 100)})` : "";
  return { code: "METERMAN_HA_AUTH", message: `Home Assistant refused the token${why}: ${remedy}` };
}

/** Opens a socket and passes the auth phase. Fails with METERMAN_HA_AUTH or METERMAN_HA_UNREACHABLE. */
export function openLine(target: Target): Promise<Result<Line>> {
  const url = `${target.url.replace(/^http/, "ws")}/api/websocket`;
  const ws = new WebSocket(url, {
    rejectUnauthorized: !target.selfSigned,
    maxPayload: FRAME_LIMIT,
    perMessageDeflate: false,
  });
  return new Promise((resolve) => {
    const refuse = (error: Failure) => {
      clearTimeout(late);
      ws.terminate();
      resolve({ ok: false, error });
    };
    const unreachable = (why: string) => refuse({ code: "METERMAN_HA_UNREACHABLE", message: why });
    const late = setTimeout(() => unreachable(reasonOf({ code: "ETIMEDOUT" }, target.url)), target.timeoutS * 1000);
    // An error listener must always be there: an unheard error of a socket ends the process.
    ws.on("error", (error) => unreachable(reasonOf(error, target.url)));
    ws.on("unexpected-response", (_request, { statusCode = 0, headers }) =>
      unreachable(reasonOfStatus(statusCode, headers.location, target.url)),
    );
    ws.on("close", () => unreachable("it closed the connection"));
    const authenticate = (data: unknown) => {
      try {
        const message = frame(String(data));
        if (message.type === "auth_required") {
          ws.send(JSON.stringify({ type: "auth", access_token: target.token }));
        } else if (message.type === "auth_invalid") {
          // It is for Home Assistant to hang up, once it has logged the attempt: cut off, it would tell nobody.
          resolve({ ok: false, error: refusal(message.message, target) });
        } else if (message.type === "auth_ok") {
          clearTimeout(late);
          ws.off("message", authenticate);
          resolve(ok({ socket: browserView(ws, String(message.ha_version)), cut: () => ws.terminate() }));
        } else unreachable(STRANGER);
      } catch {
        unreachable(STRANGER);
      }
    };
    ws.on("message", authenticate);
  });
}

/** The few members that the library calls, with nothing that can throw into the socket's events. */
function browserView(ws: WebSocket, haVersion: string): HaWebSocket {
  const hearers = new Map<string, Set<Hear>>();
  const tell = (type: string, data: string) => {
    for (const hear of [...(hearers.get(type) ?? [])]) {
      try {
        hear({ data });
      } catch {
        // Not JSON after all: the line is of no use any more.
        ws.terminate();
      }
    }
  };
  ws.on("message", (data) => tell("message", String(data)));
  ws.on("close", () => tell("close", ""));
  const view = {
    haVersion,
    OPEN: WebSocket.OPEN,
    get readyState() {
      return ws.readyState;
    },
    send: (data: string) => ws.send(data, () => undefined),
    close: () => {
      ws.close();
      // A dead peer never answers the closing handshake.
      setTimeout(() => ws.terminate(), 1000).unref();
    },
    addEventListener(type: string, hear: Hear) {
      hearers.set(type, (hearers.get(type) ?? new Set()).add(hear));
    },
    removeEventListener(type: string, hear: Hear) {
      hearers.get(type)?.delete(hear);
    },
  };
  return view as unknown as HaWebSocket;
}
