// The script `run` of a built Home Assistant: `run FOLDER program …` runs a program of it with FOLDER as working folder.
// HASS_CLOCK_FILE names a file for libfaketime, relative to FOLDER: the program lives by that clock.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { faketimeLibrary } from "./machine.mjs";

// The clock is shifted for the program alone, never for the tools that lead to it. What Home Assistant installs by itself is
// compiled when it is first used: where the environment forbids to keep that, each start would do it again. Without the last
// setting of libfaketime Python's threads wait for each other by the wrong clock, and burn a core.
const enter = (bin, library) => `cd "$1" && shift
unset PYTHONDONTWRITEBYTECODE
export PATH=${bin}:$PATH LANG=C.UTF-8
if [ -n "$HASS_CLOCK_FILE" ]; then
  export LD_PRELOAD=${library} FAKETIME_TIMESTAMP_FILE="$PWD/$HASS_CLOCK_FILE" FAKETIME_CACHE_DURATION=1
  export FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0
fi
exec "$@"
`;

// Mounts and processes live in name spaces of their own: whatever happens to the caller, nothing stays mounted or running.
const inDebian = (root) => `#!/bin/sh
user=; [ "$(id -u)" = 0 ] || user=--map-root-user
exec setpriv --pdeathsig KILL unshare $user --mount --pid --fork --kill-child sh -ec '
  mount --rbind /dev ${root}/dev
  mount --rbind /sys ${root}/sys
  mount -t proc proc ${root}/proc
  mount --bind "$1" ${root}/mnt
  shift
  HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin exec chroot ${root} sh /srv/enter /mnt "$@"' run "$@"
`;

const onPath = (home) => `#!/bin/sh
exec setpriv --pdeathsig KILL sh ${join(home, "enter")} "$@"
`;

/** Where the packages are, as a program inside sees it. */
export const venvOf = (home, root) => (root ? "/srv/home-assistant" : join(home, "venv"));

/** Writes the script and answers its path. `root` is the folder with the Debian, undefined for a Python of the PATH. */
export function writeRunner(home, root) {
  const path = join(home, "run");
  const text = enter(join(venvOf(home, root), "bin"), faketimeLibrary(root));
  writeFileSync(root ? join(root, "srv", "enter") : join(home, "enter"), text);
  writeFileSync(path, root ? inDebian(root) : onPath(home));
  chmodSync(path, 0o755);
  return path;
}
