import { ERR_INVALID_AUTH, type HaWebSocket } from "home-assistant-js-websocket";
import { WebSocket } from "ws";
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

function frame(text: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) throw new Error("the other side does not speak JSON objects");
  return { ...parsed };
}

/**
 * Opens a socket and passes the auth phase.
 * @throws ERR_INVALID_AUTH when the token is refused, otherwise an Error in plain words
 */
export function openLine(target: Target): Promise<Line> {
  const url = `${target.url.replace(/^http/, "ws")}/api/websocket`;
  const ws = new WebSocket(url, {
    rejectUnauthorized: !target.selfSigned,
    maxPayload: FRAME_LIMIT,
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => refuse(new Error("it does not answer")), target.timeoutS * 1000);
    const refuse = (reason: unknown) => {
      clearTimeout(late);
      ws.terminate();
      reject(reason);
    };
    // An error listener must always be there: an unheard error of a socket ends the process.
    ws.on("error", (error) => refuse(error));
    ws.on("close", () => refuse(new Error("it closed the connection")));
    const authenticate = (data: unknown) => {
      try {
        const message = frame(String(data));
        if (message.type === "auth_required") {
          ws.send(JSON.stringify({ type: "auth", access_token: target.token }));
        } else if (message.type === "auth_invalid") refuse(ERR_INVALID_AUTH);
        else if (message.type === "auth_ok") {
          clearTimeout(late);
          ws.off("message", authenticate);
          resolve({ socket: browserView(ws, String(message.ha_version)), cut: () => ws.terminate() });
        } else refuse(new Error("it is not Home Assistant"));
      } catch {
        refuse(new Error("it is not Home Assistant"));
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
