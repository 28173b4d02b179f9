// Builds one Home Assistant: a Python of its own (Debian in a folder, unless the PATH has a fitting one), the package from
// the registry, and a first start that installs what its parts ask for. Every step is repeatable; a half one is done again.
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { say } from "../lib.mjs";
import { homeOf, isBuilt, isDone, markDone, removeFolder, withLock } from "./cache.mjs";
import { firstStart } from "./first-start.mjs";
import {
  debianMirror,
  ensurePackages,
  faketimeLibrary,
  findProgram,
  fittingPython,
  output,
  outputAsRoot,
} from "./machine.mjs";
import { writeRunner } from "./runner.mjs";
import { requireVersion } from "./versions.mjs";

const packages =
  "ca-certificates,python3,python3-venv,python3-dev,gcc,g++,libffi-dev,libssl-dev,libjpeg62-turbo,zlib1g-dev,faketime";
const certificates = "/etc/ssl/certs/ca-certificates.crt";

/** A minimal Debian in `root`. */
function buildDebian(root, suite) {
  ensurePackages({ debootstrap: () => findProgram("debootstrap") });
  removeFolder(root);
  const mirror = debianMirror();
  // Older debootstraps have no script under the name of a newer Debian; all of them are the one of sid.
  outputAsRoot(findProgram("debootstrap") ?? "debootstrap", [
    "--variant=minbase",
    `--include=${packages}`,
    suite,
    root,
    mirror ?? "",
    "/usr/share/debootstrap/scripts/sid",
  ]);
}

const writeAsRoot = (path, text) => outputAsRoot("tee", [path], { input: text });

/** Name resolution, certificates and pip settings of this machine, which the registry may need. */
function copySettings(root) {
  const pip = [
    process.env.PIP_CONFIG_FILE,
    join(homedir(), ".config/pip/pip.conf"),
    join(homedir(), ".pip/pip.conf"),
    "/etc/pip.conf",
  ];
  const from = {
    "etc/resolv.conf": "/etc/resolv.conf",
    [certificates.slice(1)]: process.env.SSL_CERT_FILE || certificates,
    "etc/pip.conf": pip.find((file) => file && existsSync(file)),
  };
  for (const [to, file] of Object.entries(from))
    if (file && existsSync(file)) outputAsRoot("cp", ["--dereference", "--remove-destination", file, join(root, to)]);
}

/** pip reads its own settings, uv (which Home Assistant installs with) only its own variables. */
function registryEnv(run, inDebian) {
  const env = { ...process.env };
  delete env.PIP_CONFIG_FILE;
  if (inDebian) for (const name of ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"]) env[name] = certificates;
  let index = "";
  try {
    index = output(run.path, [run.folder, "pip", "config", "get", "global.index-url"], { env }).trim();
  } catch {
    // Not set: both use their default.
  }
  return { ...env, ...(index && { UV_DEFAULT_INDEX: index }), UV_NO_CACHE: "1", PIP_NO_CACHE_DIR: "1" };
}

async function build(wanted) {
  const { version, suite } = wanted;
  const home = homeOf(version);
  mkdirSync(home, { recursive: true });
  const python = fittingPython(wanted);
  const root = python ? undefined : join(home, "root");
  if (root && !isDone(home, "debian")) {
    say(`Home Assistant ${version}: Debian ${suite} for its Python (a minute) …`);
    buildDebian(root, suite);
    markDone(home, "debian");
  }
  if (root) copySettings(root);
  ensurePackages({ faketime: () => faketimeLibrary(), mosquitto: () => findProgram("mosquitto") });
  const folder = join(home, "first-start");
  removeFolder(folder);
  mkdirSync(folder);
  const run = { path: writeRunner(home, root, writeAsRoot), folder };
  const venv = root ? "/srv/home-assistant" : join(home, "venv");
  if (!isDone(home, "package")) {
    say(`Home Assistant ${version}: the package from the registry (one to two minutes) …`);
    output(run.path, [folder, python ?? "python3", "-m", "venv", "--clear", venv]);
    output(run.path, [folder, "pip", "install", "--quiet", `homeassistant==${version}`], {
      env: registryEnv(run, Boolean(root)),
    });
    markDone(home, "package");
  }
  say(`Home Assistant ${version}: first start, which installs what its parts ask for (half a minute) …`);
  await firstStart(run, version, registryEnv(run, Boolean(root)));
  removeFolder(folder);
  markDone(home, "built");
  say(`Home Assistant ${version}: built in ${home}`);
}

/** Builds a version unless it is there; two at the same time wait for each other. */
export async function ensureHomeAssistant(name) {
  const wanted = requireVersion(name);
  if (isBuilt(name)) return;
  if (process.platform !== "linux")
    throw new Error("a Home Assistant can be built on Linux only; see METERMAN_TEST_HA_URL");
  await withLock(`${name}-build`, async () => {
    if (!isBuilt(name)) await build(wanted);
  });
}
