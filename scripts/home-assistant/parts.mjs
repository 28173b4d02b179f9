// What Home Assistant's parts need besides the package itself. Mostly they install it at their first start; but the services
// that the frontend asks for load parts nobody configured, and those fail when theirs is missing.
import { output } from "./machine.mjs";

const parts = [
  "frontend",
  "config",
  "mqtt",
  "logbook",
  "energy",
  "template",
  "generic_thermostat",
  "assist_satellite",
  "camera",
];

const listRequirements = `
import json, pathlib, sys, homeassistant
home = pathlib.Path(homeassistant.__file__).parent
seen, todo, wanted = set(), sys.argv[1:], {"-c" + str(home / "package_constraints.txt")}
while todo:
    part = todo.pop()
    if part in seen: continue
    seen.add(part)
    manifest = json.loads((home / "components" / part / "manifest.json").read_text())
    todo += manifest.get("dependencies", [])
    wanted.update(manifest.get("requirements", []))
print("\\n".join(wanted))`;

/** Installs what the parts ask for in their manifests, and what the parts that they depend on ask for. */
export async function installParts(run, env) {
  const wanted = await output(run.path, [run.folder, "python", "-c", listRequirements, ...parts]);
  await output(run.path, [run.folder, "pip", "install", "--quiet", ...wanted.trim().split("\n")], { env });
}

/** Throws when a part is missing that the frontend's question for all services loads. */
export async function checkParts(run) {
  const load = "from homeassistant.helpers.service import _base_components; _base_components()";
  await output(run.path, [run.folder, "python", "-c", load]);
}
