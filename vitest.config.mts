import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Each file runs in a process of its own, unless told otherwise: Node-RED keeps module-wide state.
const shared = { pool: "forks", environment: "node", restoreMocks: true } as const;
const slow = ["test/system/**", "test/real-home-assistant/**", "test/firmware/**"];
/** Rooms without state, time and I/O (test/house.test.ts sees to it); but for one that has a server and waits. */
const pure = ["test/{model,meter,gateway,demand}/**/*.test.ts", "test/home-assistant/**/!(survival).test.ts"];
/** What `npm test` runs: one more at once than the others, as its tests of a Node-RED wait longer than they compute. */
const brief = { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 3, sequence: { groupOrder: 1 } } as const;

/** Tests of a Node-RED wait most of their time: they begin, and those that only compute fill the gaps and the end. */
class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) =>
      project.name === "pure" ? 2 : moduleId.includes("/test/runtime/") ? 0 : 1;
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    // Most of the time of a test of real processes is waiting: two at once, also on two cores.
    maxWorkers: 2,
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        test: {
          ...shared,
          ...brief,
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: [...slow, ...pure],
        },
      },
      {
        test: {
          ...shared,
          ...brief,
          name: "pure",
          include: pure,
          // Nothing outlives its test: processes are shared, which saves the start of many.
          isolate: false,
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
