import type { ApiPorts } from "./http.ts";

/**
 * The pieces as they are. When the status is long gone, breaking the connection is the only honest way to say that the
 * rest is missing: so what is thrown goes on, and the log is told why. A caller who hangs up is no fault: that comes in
 * at the `yield`.
 */
export async function* told(
  pieces: AsyncIterable<string>,
  ports: Pick<ApiPorts, "fault">,
): AsyncGenerator<string, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]();
  let isOver = false;
  try {
    while (!isOver) {
      const piece = await iterator.next().catch((thrown: unknown) => {
        isOver = true;
        ports.fault(thrown instanceof Error ? thrown : new Error(String(thrown)));
        throw thrown;
      });
      isOver = piece.done === true;
      if (piece.done !== true) yield piece.value;
    }
  } finally {
    if (!isOver) await iterator.return?.();
  }
}
