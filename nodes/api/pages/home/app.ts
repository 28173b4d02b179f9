import type { EpochSeconds, GatewayReport, LiveItem, MeterId, MeterSummary } from "../../../model/index.ts";
import type { Got } from "../parts/client.ts";

export type Scope = "read" | "adjust" | "control";
export type ViewName = "energy" | "corrections" | "health";

/** A meter as GET meters lists it. */
export type Meter = MeterSummary;

/** What GET meters answers. */
export interface House {
  readonly items: readonly Meter[];
  /** IANA zone of the store: times are shown in it. */
  readonly zone: string;
  /** Clock of the server. */
  readonly now: EpochSeconds;
  /** What the token, or this machine without one, may do. */
  readonly scopes: readonly Scope[];
}

export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Where the reader is: `#corrections?meter=0.0.1.1.2&from=…&to=…`. */
export interface Route {
  readonly view: ViewName;
  readonly query: URLSearchParams;
}

/** What GET live tells. */
export type LiveNews = LiveItem | { readonly type: "gateway"; readonly gateway: GatewayReport };

/** What the views of the page share. Listeners are called until the function that was returned is. */
export interface App {
  /** null until the first answer, and while the reader may not see anything. */
  house(): House | null;
  /** Epoch seconds by the server's clock: clocks of browsers are often wrong. */
  now(): number;
  /** What the chart shows; null before it has shown anything. */
  shown(): { readonly meters: readonly MeterId[]; readonly span: Span } | null;

  /** The chart tells what it shows. */
  showing(meters: readonly MeterId[], span: Span): void;

  /** @param path below `api/v1/`, its parts percent-encoded; `is` tells the answer from a proxy's own page */
  get<T>(path: string, is: (value: unknown) => value is T, signal?: AbortSignal): Promise<Got<T>>;
  /** JSON in, JSON out. Refused for want of a scope: see `askToken`. */
  post<T>(path: string, fields: object, is: (value: unknown) => value is T): Promise<Got<T>>;
  /** For other bodies and media types; the token is added. */
  send(path: string, init: RequestInit): Promise<Got<Response>>;
  may(scope: Scope): boolean;
  /** Opens the dialog of the token. @returns whether there is now one with that scope */
  askToken(scope: Scope): Promise<boolean>;

  /** Says something to screen readers. */
  announce(text: string): void;
  /** What happens now, as GET live tells it. */
  onLive(listener: (news: LiveNews) => void): () => void;
  /** Meters, scopes or the token are not what they were. */
  onHouse(listener: () => void): () => void;
  /** Asks for the list of meters anew: after a rename or a merge. */
  refresh(): Promise<void>;

  route(): Route;
  go(view: ViewName, query?: URLSearchParams): void;
  /** Opens the corrections with a meter and a span filled in. */
  correct(meter: MeterId, from: number, to: number): void;
}

/** One view, in its own `main`. It is shown when the reader comes to it or its query changes, and hidden when they leave. */
export interface View {
  show(): void;
  hide(): void;
}
