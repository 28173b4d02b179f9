// Builds one Home Assistant: a Python of its own (Debian in a folder, unless the PATH has a fitting one), the package from
// the registry, and a first start that installs what its parts ask for. Every step is repeatable; a half one is done again.
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { root as project, say } from "../lib.mjs";
import { cacheFolder, homeOf, isBuilt, isDone, markDone, removeFolder, withLock } from "./cache.mjs";
import { firstStart } from "./first-start.mjs";
import {
  asRoot,
  debianMirror,
  ensurePackages,
  faketimeLibrary,
  findProgram,
  fittingPython,
  isRoot,
  output,
} from "./machine.mjs";
import { checkParts, installParts } from "./parts.mjs";
import { venvOf, writeRunner } from "./runner.mjs";
import { requireVersion } from "./versions.mjs";

const packages =
  "ca-certificates,python3,python3-venv,python3-dev,gcc,g++,libffi-dev,libssl-dev,libjpeg62-turbo,zlib1g-dev,faketime";
const certificates = "/etc/ssl/certs/ca-certificates.crt";

/** What the tests want of the machine itself, whether or not Home Assistant is there already: a cache may come from another. */
const ensureTools = () =>
  ensurePackages({
    faketime: () => faketimeLibrary(),
    mosquitto: () => findProgram("mosquitto"),
    openssl: () => findProgram("openssl"),
  });

/** A minimal Debian in `root`. */
async function buildDebian(root, suite) {
  await ensurePackages({ debootstrap: () => findProgram("debootstrap") });
  removeFolder(root);
  const mirror = (await debianMirror()) ?? "";
  // Older debootstraps have no script under the name of a newer Debian; all of them are the one of sid.
  const script = "/usr/share/debootstrap/scripts/sid";
  const debootstrap = findProgram("debootstrap");
  await output(debootstrap, ["--variant=minbase", `--include=${packages}`, suite, root, mirror, script]);
}

/** Name resolution, certificates and pip settings of this machine, which the registry may need. */
function copySettings(root) {
  const home = homedir();
  const pip = [process.env.PIP_CONFIG_FILE, `${home}/.config/pip/pip.conf`, `${home}/.pip/pip.conf`, "/etc/pip.conf"];
  const from = {
    "etc/resolv.conf": "/etc/resolv.conf",
    [certificates.slice(1)]: process.env.SSL_CERT_FILE || certificates,
    "etc/pip.conf": pip.find((file) => file && existsSync(file)),
  };
  for (const [to, file] of Object.entries(from)) {
    if (!file || !existsSync(file)) continue;
    rmSync(join(root, to), { force: true });
    copyFileSync(file, join(root, to));
  }
}

/** pip reads its own settings, uv (which Home Assistant installs with) only its own variables. */
async function registryEnv(run, inDebian) {
  const env = { ...process.env, UV_NO_CACHE: "1", PIP_NO_CACHE_DIR: "1" };
  if (inDebian) {
    delete env.PIP_CONFIG_FILE;
    for (const name of ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"]) env[name] = certificates;
  }
  const index = await output(run.path, [run.folder, "pip", "config", "get", "global.index-url"], { env }).catch(
    () => "",
  );
  return index.trim() === "" ? env : { ...env, UV_DEFAULT_INDEX: index.trim() };
}

async function build({ version, suite }, python) {
  const home = homeOf(version);
  const root = python ? undefined : join(home, "root");
  if (root && !isDone(home, "debian")) {
    say(`Home Assistant ${version}: Debian ${suite} for its Python (a minute) …`);
    await buildDebian(root, suite);
    markDone(home, "debian");
  }
  if (root) copySettings(root);
  const folder = join(home, "first-start");
  removeFolder(folder);
  mkdirSync(folder);
  const run = { path: writeRunner(home, root), folder };
  if (!isDone(home, "package")) {
    say(`Home Assistant ${version}: the package from the registry (one to two minutes) …`);
    await output(run.path, [folder, python ?? "python3", "-m", "venv", "--clear", venvOf(home, root)]);
    const env = await registryEnv(run, Boolean(root));
    await output(run.path, [folder, "pip", "install", "--quiet", `homeassistant==${version}`], { env });
    await installParts(run, env);
    markDone(home, "package");
  }
  say(`Home Assistant ${version}: first start, which installs what its parts ask for (half a minute) …`);
  await firstStart(run, version, await registryEnv(run, Boolean(root)));
  await checkParts(run);
  removeFolder(folder);
  markDone(home, "built");
  say(`Home Assistant ${version}: built in ${home}`);
}

/**
 * Builds a version unless it is there; two at the same time wait for each other. Without a fitting Python on the PATH it
 * needs root, for debootstrap: through sudo it runs this file again.
 */
export async function ensureHomeAssistant(name) {
  const wanted = requireVersion(name);
  if (process.platform !== "linux")
    throw new Error("a Home Assistant can be built on Linux only; see METERMAN_TEST_HA_URL");
  await ensureTools();
  if (isBuilt(name)) return;
  mkdirSync(homeOf(name), { recursive: true });
  const python = fittingPython(wanted);
  if (!python && !isRoot) {
    const env = { ...process.env, METERMAN_HA_CACHE: cacheFolder() };
    const install = [join(project, "scripts", "home-assistant.mjs"), "install", "--version", name];
    await output(...asRoot(process.execPath, install), { env, stdio: ["inherit", "pipe", "inherit"] });
    return;
  }
  await withLock(`${name}-build`, async () => {
    if (!isBuilt(name)) await build(wanted, python);
  });
}
