import { defineConfig } from "vitest/config";

// Each file runs in a process of its own: Node-RED keeps module-wide state.
const shared = { pool: "forks", environment: "node", restoreMocks: true } as const;

export default defineConfig({
  test: {
    // Most of the time of a test of real processes is waiting: two at once, also on two cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/system/**", "test/real-home-assistant/**", "test/firmware/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...shared,
          name: "firmware",
          // The images of firmware/dist in a simulated world: minutes of computing, no waiting.
          include: ["test/firmware/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          ...shared,
          name: "home-assistant",
          // Home Assistants of the bench are started, stopped, killed and moved in time; a user's own one is none of that.
          include: [`test/real-home-assistant/${process.env.METERMAN_TEST_HA_URL ? "bench" : "*"}.test.ts`],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
