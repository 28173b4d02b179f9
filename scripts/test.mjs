// `npm test`: build, type check, lint, then every test but the slow ones. `npm run test:system`: the slow ones.
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, nodeBinary, requireNode, root, run, say } from "./lib.mjs";

requireNode();
ensureInstalled();
ensureBuilt();
const node = nodeBinary();
const system = process.argv[2] === "system";
const steps = system
  ? [["system tests", [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", "system"]]]
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
      [
        "tests",
        [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", "fast", ...process.argv.slice(2)],
      ],
    ];
for (const [name, args] of steps) {
  say(name);
  const status = run(node, args);
  if (status !== 0) {
    say(`${name}: failed`);
    process.exit(status);
  }
}
