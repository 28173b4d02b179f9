// The script `run` of a built Home Assistant: `run FOLDER program …` runs a program of it with FOLDER as working folder.
// HASS_CLOCK_FILE names a file for libfaketime, relative to FOLDER: the program lives by that clock.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { faketimeLibrary } from "./machine.mjs";

/** The last step: the clock is shifted for the program alone, never for the tools that lead to it. */
const enter = (bin, library) => `cd "$1" && shift
export PATH=${bin}:$PATH LANG=C.UTF-8
if [ -n "$HASS_CLOCK_FILE" ]; then
  export LD_PRELOAD=${library} FAKETIME_TIMESTAMP_FILE="$PWD/$HASS_CLOCK_FILE" FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1
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

/** Writes the script and answers its path. `writeAsRoot(path, text)` writes below `root`, which belongs to root. */
export function writeRunner(home, root, writeAsRoot) {
  const path = join(home, "run");
  if (root) writeAsRoot(join(root, "srv", "enter"), enter("/srv/home-assistant/bin", faketimeLibrary(root)));
  else writeFileSync(join(home, "enter"), enter(join(home, "venv", "bin"), faketimeLibrary()));
  writeFileSync(path, root ? inDebian(root) : onPath(home));
  chmodSync(path, 0o755);
  return path;
}
