import type { Route, ViewName } from "./app.ts";

const VIEWS: readonly ViewName[] = ["energy", "corrections", "health"];

/** What stands behind the hash: `#energy?meter=0.0.1.1.2&last=86400`. */
export function readRoute(hash: string): Route {
  const [name = "", query = ""] = hash.replace(/^#/, "").split("?");
  return { view: VIEWS.find((view) => view === name) ?? "energy", query: new URLSearchParams(query) };
}

/** Ids and numbers stay readable: what is allowed in a fragment is not escaped. */
export function writeRoute(view: ViewName, query?: URLSearchParams): string {
  const text = query?.toString().replaceAll("%2C", ",") ?? "";
  return `#${view}${text === "" ? "" : `?${text}`}`;
}

export function routeOf(): Route {
  return readRoute(location.hash);
}

export function go(view: ViewName, query?: URLSearchParams): void {
  location.hash = writeRoute(view, query);
}

/** Keeps the address true while the reader moves within a view: no step of the browser's history each time. */
export function keepRoute(view: ViewName, query: URLSearchParams): void {
  const hash = writeRoute(view, query);
  // Browsers refuse to do this very often.
  if (hash !== location.hash) history.replaceState(null, "", hash);
}
