import type { LiveHub, LiveItem } from "../../model/index.ts";

/** Passes on what the meter nodes of a store tell. Nothing is kept: who does not listen costs nothing. */
export function makeLiveHub(fault: (thrown: unknown) => void): LiveHub {
  const listeners = new Set<(item: LiveItem) => void>();
  return {
    tell(item) {
      for (const listener of [...listeners]) {
        try {
          listener(item);
        } catch (thrown) {
          // One who cannot listen must hold up neither the counting nor the others.
          listeners.delete(listener);
          fault(thrown);
        }
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
