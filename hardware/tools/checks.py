#!/usr/bin/env python3
"""Everything that must hold for a board. Usage: checks.py <board>...   Several boards run beside each other.

1 pins are as the data sheets say; 2 the committed project, layout and outputs are what the source gives: if not, what follows looks at
a fresh board; 3 ERC and DRC with parity find nothing; 4 antenna lines and their fork, power widths, mounting holes; 5 each mutation of a
sound board is found."""
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build
import copper
import fork
import kicad
import mutations
import pins
import printing
import rules

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "out"
COMPARED = ("*.kicad_sch", "*.kicad_pcb", "*.kicad_pro", "*-table", "*.csv", "*.html", "*.zip", "*.svg", "*.pdf", "*.step")


def same_tools(committed, fresh):
    """Were the committed files made with this KiCad? Its libraries come with it."""
    return (committed / "built-with.txt").read_text() == (fresh / "built-with.txt").read_text()


def writer(step):
    """The line of a STEP file that names the version of Open CASCADE: each writes colours in its own way."""
    return re.search(r"Open CASCADE STEP processor [^']*", step.read_text())[0] if step.exists() else ""


def changed(name, committed, fresh):
    """Files that differ between the committed folder and a fresh one. Another KiCad draws its own footprints and writes its
    own version: then only the parts list and the rules are compared."""
    patterns = COMPARED if same_tools(committed, fresh) else ("*-bom.csv", "*.kicad_pro")
    names = {p.name for f in (committed, fresh) for pattern in patterns for p in f.glob(pattern)}
    said = []
    for file in sorted(names):
        a, b = committed / file, fresh / file
        if file.endswith(".step") and a.exists() and b.exists() and writer(a) != writer(b):
            print(f"{name}: {file} is of {writer(a)}, here is {writer(b)}: not compared", flush=True)
        elif not a.exists() or not b.exists() or a.read_bytes() != b.read_bytes():
            said.append(f"{name}: {file} is not what the source gives; run make -C hardware")
    return said


def check(name):
    """All checks of one board; returns sentences."""
    began, said = time.monotonic(), []

    def step(words, found):
        found = list(found)
        count = f"{len(found)} finding{'s' * (len(found) > 1)}"
        print(f"{name}: {words}: {count if found else 'good'}, {time.monotonic() - began:.0f} s", flush=True)
        said.extend(f"{name}: {s.removeprefix(f'{name}: ')}" for s in found)

    board, committed = build.load(name), OUT / name
    if not (committed / "built-with.txt").exists():
        return [f"{name}: out/{name} is not built; run make -C hardware BOARDS={name}"]
    print(f"{name}: {len(board.parts)} parts", flush=True)
    step("pins against data sheets", pins.findings(board))
    if said:
        return said                                        # would not be built
    scratch = OUT.parent / "build"
    scratch.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=f"{name}-") as folder:      # as deep as out/: same relative paths
        fresh = Path(folder)
        for tool, more in (("build.py", []), ("outputs.py", ["--no-pictures"])):     # as make does: a process each
            done = subprocess.run([sys.executable, HERE / tool, name, fresh, *more], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                return said + [f"{name}: {tool} fails:\n{done.stdout}"]
        same, stale = same_tools(committed, fresh), changed(name, committed, fresh)
        step("committed files are what the source gives" if same else "committed parts list and rules", stale)
        sound, before = committed if same and not stale else fresh, len(said)
        if not same:
            print(f"{name}: committed with {(committed / 'built-with.txt').read_text().strip()}, here is KiCad {kicad.version()}: only parts"
                  " list and rules are compared", flush=True)
        if sound is fresh:
            print(f"{name}: from here on the fresh board is checked", flush=True)
        layout = sound / f"{name}.kicad_pcb"
        step("ERC, DRC with parity", [s for s in (rules.erc(sound, name), rules.drc(sound, name)) if s])
        step("antenna, widths, holes, texts", copper.findings(board, layout))
        step("words beside pins", printing.findings(board, layout))
        step("antenna's fork", fork.findings(board, layout) or (fork.stale(board, layout) if sound is committed else []))
        if len(said) == before:
            step("damages that must be found", mutations.missed(board, fresh, rules.erc, rules.drc))
        else:
            print(f"{name}: damages are tried on a sound board only", flush=True)
    return said


def beside(names):
    """One process per board, as many at once as there are processors, their words as they come; True when all are good."""
    def one(name):
        run = subprocess.Popen([sys.executable, "-u", __file__, "--alone", name], text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
        for line in run.stdout:
            if ": Debug: " not in line:                    # wxWidgets greets
                print(line, end="", flush=True)
        return run.wait() == 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return all(list(pool.map(one, names)))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] != "--alone":
        sys.exit(not beside(sys.argv[1:]))
    problems = check(sys.argv[2])
    print("\n".join(problems) or f"checked: {sys.argv[2]}")
    sys.exit(1 if problems else 0)
