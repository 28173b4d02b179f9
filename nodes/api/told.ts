import type { ApiPorts } from "./http.ts";

/**
 * The pieces as they are. When the status is long gone, breaking the connection is the only honest way to say that the
 * rest is missing: so what is thrown goes on, and the log is told why.
 */
export async function* told(
  pieces: AsyncIterable<string>,
  { fault }: Pick<ApiPorts, "fault">,
): AsyncGenerator<string, void, undefined> {
  try {
    yield* pieces;
  } catch (thrown) {
    fault(thrown instanceof Error ? thrown : new Error(String(thrown)));
    throw thrown;
  }
}
