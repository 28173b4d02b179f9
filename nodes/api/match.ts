import { failed, ok, type Result } from "../model/index.ts";
import { decode } from "./parameters.ts";
import type { Route } from "./route.ts";

export interface Match {
  /** Every route of this path; they differ in method. */
  readonly routes: readonly Route[];
  /** Decoded values of the path's parameters. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Finds the routes of a path. Segments are split before they are decoded, so an encoded slash stays inside its
 * segment, and `..` is a segment like any other: nothing here is ever a file path.
 */
export function match(routes: readonly Route[], path: string): Result<Match> {
  const segments: string[] = [];
  for (const text of path.split("/").slice(1)) {
    const segment = decode(text);
    if (!segment.ok) return segment;
    segments.push(segment.value);
  }
  const found = routes.filter((route) => valuesOf(route, segments) !== undefined);
  const [first] = found;
  const values = first === undefined ? undefined : valuesOf(first, segments);
  if (values !== undefined) return ok({ routes: found, values });
  return failed("METERMAN_NOT_FOUND", "there is nothing at this address; openapi.json lists what there is");
}

function valuesOf(route: Route, segments: readonly string[]): Map<string, string> | undefined {
  const wanted = route.path.split("/").slice(1);
  if (wanted.length !== segments.length) return undefined;
  const values = new Map<string, string>();
  for (const [index, want] of wanted.entries()) {
    const have = segments[index] ?? "";
    if (want.startsWith("{")) values.set(want.slice(1, -1), have);
    else if (want !== have) return undefined;
  }
  return values;
}
