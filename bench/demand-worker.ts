import { parentPort } from "node:worker_threads";
import { perform, type Task } from "./demand-managers.ts";

parentPort?.on("message", ({ id, task }: { readonly id: number; readonly task: Task }) => {
  parentPort?.postMessage({ id, result: perform(task) });
});
