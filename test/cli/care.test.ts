import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HOUSE, hear, inStore, newFolder, rowsOf, run, START, steadily } from "./support.ts";

/** A store with days in documents. */
async function merged(): Promise<string> {
  const folder = await newFolder();
  await inStore(folder, (store) => hear(store, HOUSE, steadily(3000)), START);
  await inStore(
    folder,
    async (store) => {
      await hear(store, HOUSE, steadily(2, 60, 7, START + 400_000, 430_000));
      await store.flush();
      await store.settled();
    },
    START + 500_000,
  );
  return folder;
}

async function damage(folder: string): Promise<void> {
  const meter = join(folder, "m", HOUSE);
  const [name = ""] = (await readdir(meter)).filter((one) => /^\d{4}-\d{2}\.ndj$/.test(one));
  const bytes = await readFile(join(meter, name));
  bytes[Math.floor(bytes.length / 2)] = 0x21;
  await writeFile(join(meter, name), bytes);
}

describe("the care of a store", () => {
  it("finds a sound store sound, also while it is used", async () => {
    const folder = await merged();
    const ran = await run(["verify", "--store", folder]);
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toContain("everything is as it was written");
    expect(await inStore(folder, () => run(["verify", "--store", folder]))).toMatchObject({ code: 0 });
  });

  it("tells damage by file, and repairs what can be", async () => {
    const folder = await merged();
    await damage(folder);
    const found = await run(["verify"], { env: { METERMAN_DATA: folder } });
    expect(found.code).toBe(1);
    expect(found.out).toContain(HOUSE);
    expect(found.out).toContain('use "meterman repair"');
    const repaired = await run(["repair", "--store", folder]);
    expect(repaired.code).toBe(0);
    expect(repaired.out).toContain("the store is sound again");
    expect(await run(["verify", "--store", folder])).toMatchObject({ code: 0 });
    expect((await run(["repair", "--store", folder])).out).toContain("nothing had to be done");
  });

  it("makes a copy of a store in use that has the same readings", async () => {
    const [folder, place] = [await merged(), await newFolder()];
    const to = join(place, "copy");
    const ran = await inStore(folder, () => run(["backup", to, "--store", folder]));
    expect(ran.err).toBe("");
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain(`copied to ${to}`);
    const [one, other] = [folder, to].map((at) => inStore(at, (store) => rowsOf(store, HOUSE)));
    expect(await other).toEqual(await one);
    const again = await run(["backup", to, "--store", folder]);
    expect(again.code).toBe(1);
    expect(again.err).toContain("not empty");
  });

  it("makes sums anew, but not under a running Node-RED", async () => {
    const folder = await merged();
    expect((await run(["rebuild", "--store", folder])).out).toBe("the sums of 1 meter were made anew\n");
    for (const command of ["rebuild", "repair"]) {
      const ran = await inStore(folder, () => run([command, "--store", folder]));
      expect(ran.err).toContain("METERMAN_STORE_LOCKED");
      expect(ran.code).toBe(1);
    }
  });

  it("makes no folder where there is none", async () => {
    const folder = join(await newFolder(), "typo");
    for (const command of [["verify"], ["repair"], ["rebuild"], ["export"], ["backup", `${folder}-copy`]]) {
      const ran = await run([...command, "--store", folder]);
      expect(ran).toMatchObject({ code: 1, out: "" });
      expect(ran.err).toContain(`METERMAN_NO_STORE: there is no folder ${folder}`);
      expect(existsSync(folder)).toBe(false);
    }
  });
});

describe("a folder with other things in it", () => {
  it("is not made a store", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "thesis.csv"), "start,end,wh\n1783000005,1783000020,5\n");
    for (const command of [["export"], ["verify"], ["import", "--meter", HOUSE, "--new", join(folder, "thesis.csv")]]) {
      const ran = await run([...command, "--store", folder]);
      expect(ran).toMatchObject({ code: 1, out: "" });
      expect(ran.err).toContain("METERMAN_NO_STORE");
    }
    expect(await readdir(folder)).toEqual(["thesis.csv"]);
  });
});

describe("the command line", () => {
  it("explains itself, and each command with its options", async () => {
    const { code, out } = await run([]);
    expect(code).toBe(0);
    for (const name of ["verify", "repair", "rebuild", "backup", "export", "import", "token", "simulate"]) {
      expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    }
    expect((await run(["help", "import"])).out).toContain("--dry-run");
    expect((await run(["import", "--help"])).out).toContain("--dry-run");
    expect((await run(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("ends with 2 and a hint when it is not understood", async () => {
    for (const args of [["bake"], ["verify", "--deep"], ["backup"], ["export", "--from", "soon"]]) {
      const ran = await run(args);
      expect(ran).toMatchObject({ code: 2, out: "" });
      expect(ran.err).toMatch(/meterman help/);
    }
  });
});
