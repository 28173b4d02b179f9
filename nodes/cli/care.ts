import { resolve } from "node:path";
import { backup, type Progress, rebuild, repair, verify } from "../store/index.ts";
import { type Command, type Option, Typed } from "./command.ts";
import { existingStore, folderOf, must, STORE_OPTION } from "./folder.ts";
import { FINDINGS, GOOD, print } from "./output.ts";
import { grouped, progressBar } from "./progress.ts";

const OPTIONS: readonly Option[] = [STORE_OPTION];

/** The folder that is meant; a store has to be there. */
async function folderIn(typed: Typed): Promise<string> {
  return must(await existingStore(folderOf(typed)));
}

/** @param work hears how to tell how far it has come */
async function watched<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
  const bar = progressBar(process.stderr, () => performance.now());
  try {
    return await work((done, total, what) => bar.show(done, total, what));
  } finally {
    bar.clear();
  }
}

const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join("");

export const VERIFY: Command = {
  name: "verify",
  operands: "",
  about: "Reads everything in a store and says whether it is as it was written. Changes nothing.",
  options: OPTIONS,
  more: ["It may be used while Node-RED runs. Exit code 1 when something is damaged: see repair."],
  async run(args) {
    const folder = await folderIn(new Typed(args, OPTIONS, [0, 0]));
    const found = await watched((progress) => verify(folder, progress));
    const { files, lines: read, problems } = found;
    await print(`${files === 1 ? "1 file" : `${grouped(files)} files`} with ${grouped(read)} lines read\n`);
    if (problems.length === 0) {
      await print("everything is as it was written\n");
      return GOOD;
    }
    await print(lines(problems));
    const what = problems.length === 1 ? "1 problem" : `${grouped(problems.length)} problems`;
    await print(`${what}: make a backup, stop Node-RED and use "meterman repair"\n`);
    return FINDINGS;
  },
};

export const REPAIR: Command = {
  name: "repair",
  operands: "",
  about: "Sets aside what is damaged in a store and makes the rest fit together again. Node-RED must be stopped.",
  options: OPTIONS,
  more: ["What was set aside stays in the store's folder. Exit code 1 when it could not be done."],
  async run(args) {
    const folder = await folderIn(new Typed(args, OPTIONS, [0, 0]));
    const repaired = must(await watched((progress) => repair(folder, progress)));
    const { problems, done, left } = repaired;
    if (problems.length === 0) {
      await print("everything was as it was written: nothing had to be done\n");
      return GOOD;
    }
    await print(lines(done));
    if (left.length === 0) {
      await print('what was set aside is in the folder "quarantine"; the store is sound again\n');
      return GOOD;
    }
    await print(`this could not be mended:\n${lines(left)}restore the store from a backup\n`);
    return FINDINGS;
  },
};

export const REBUILD: Command = {
  name: "rebuild",
  operands: "",
  about: "Makes the sums of half hours and days anew from the readings. Node-RED must be stopped.",
  options: OPTIONS,
  async run(args) {
    const folder = await folderIn(new Typed(args, OPTIONS, [0, 0]));
    const meters = must(await watched((progress) => rebuild(folder, progress)));
    await print(`the sums of ${meters === 1 ? "1 meter" : `${grouped(meters)} meters`} were made anew\n`);
    return GOOD;
  },
};

export const BACKUP: Command = {
  name: "backup",
  operands: "TO",
  about: "Copies a store to a new folder, whole and consistent. Node-RED may go on meanwhile.",
  options: OPTIONS,
  more: ["To use the copy, let the store node's folder, or METERMAN_DATA, name it; or copy it back."],
  async run(args) {
    const typed = new Typed(args, OPTIONS, [1, 1]);
    const folder = await folderIn(typed);
    const to = resolve(typed.operands[0] ?? "");
    const copied = must(await watched((progress) => backup(folder, to, progress)));
    const { files, bytes, problems } = copied;
    const size = `${grouped(Math.max(0.1, bytes / 1e6))} MB`;
    await print(`${files === 1 ? "1 file" : `${grouped(files)} files`} (${size}) copied to ${to}\n`);
    if (problems.length === 0) return GOOD;
    await print(lines(problems));
    await print('the copy is as damaged as the store: see "meterman repair"\n');
    return FINDINGS;
  },
};
