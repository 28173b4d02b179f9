// `npm test`: build, type check, lint, then every test but the slow ones. `npm run test:system`: the slow ones;
// `npm run test:firmware`: the devices' images in simulation.
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, nodeBinary, requireNode, root, run, say } from "./lib.mjs";

requireNode();
ensureInstalled();
ensureBuilt();
const node = nodeBinary();
const slow = { system: "system tests", firmware: "firmware in simulation" };
const [, , project, ...rest] = process.argv;
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const steps = Object.hasOwn(slow, project ?? "")
  ? [[slow[project], [vitest, "run", "--project", project, ...rest]]]
  : [
      ["types", [join(root, "node_modules", "typescript", "bin", "tsc"), "--noEmit"]],
      [
        "types of the editor",
        [join(root, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", "tsconfig.editor.json"],
      ],
      [
        "lint and format",
        [join(root, "node_modules", "@biomejs", "biome", "bin", "biome"), "ci", "--error-on-warnings", "."],
      ],
      ["tests", [vitest, "run", "--project", "fast", "--project", "pure", ...process.argv.slice(2)]],
    ];
for (const [name, args] of steps) {
  say(name);
  const status = run(node, args);
  if (status !== 0) {
    say(`${name}: failed`);
    process.exit(status);
  }
}
