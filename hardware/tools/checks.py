#!/usr/bin/env python3
"""Everything that must hold for a board. Usage: checks.py <board>...

1 the committed project, layout and outputs are what the source gives; 2 ERC and DRC with parity find nothing;
3 pins are as the data sheets say; 4 each mutation of a sound board is found."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import build
import copper
import kicad
import mutations
import pins

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "out"
COMPARED = ("*.kicad_sch", "*.kicad_pcb", "*.kicad_pro", "*-table", "*.csv", "*.html")
SAME_KICAD = ("*.zip", "*.svg", "*.pdf", "*.step")       # these name the version that wrote them


def erc(folder, name):
    """Findings of the electrical rules check, as text; empty when there are none."""
    return _report("sch", "erc", folder / f"{name}.kicad_sch", [])


def drc(folder, name):
    """Findings of the design rules check with parity to the schematic, as text; empty when there are none."""
    if not (folder / f"{name}.kicad_sch").exists():
        return "no schematic: parity would be skipped"
    return _report("pcb", "drc", folder / f"{name}.kicad_pcb", ["--schematic-parity"])


def _report(kind, check, path, more):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        done = kicad.run(kind, check, "--severity-error", "--severity-warning", "--exit-code-violations", *more,
                         "-o", report, path, check=False)
        if done.returncode == 0 and "Failed" not in done.stdout and report.exists():
            return ""
        return done.stdout + (report.read_text() if report.exists() else "")


def changed(name, committed, fresh):
    """Files that differ between the committed folder and a fresh one."""
    patterns = COMPARED + SAME_KICAD
    if (committed / "built-with.txt").read_text() != (fresh / "built-with.txt").read_text():
        print(f"{name}: committed with another KiCad; {', '.join(SAME_KICAD)} are not compared")
        patterns = COMPARED
    names = {p.name for f in (committed, fresh) for pattern in patterns for p in f.glob(pattern)}
    said = []
    for file in sorted(names):
        a, b = committed / file, fresh / file
        if not a.exists() or not b.exists() or a.read_bytes() != b.read_bytes():
            said.append(f"{name}: {file} is not what the source gives; run make -C hardware")
    return said


def check(name):
    """All checks of one board; returns sentences."""
    board, committed = build.load(name), OUT / name
    said = [f"{name}: {s}" for s in pins.findings(board)]
    said += [f"{name}: {s}" for s in copper.findings(board, committed / f"{name}.kicad_pcb")]
    said += [s for s in (erc(committed, name), drc(committed, name)) if s]
    fresh = OUT.parent / "build" / name
    shutil.rmtree(fresh, ignore_errors=True)
    for tool, more in (("build.py", []), ("outputs.py", ["--no-pictures"])):     # as make does: a process each
        subprocess.run([sys.executable, HERE / tool, name, fresh, *more], check=True)
    said += changed(name, committed, fresh)
    said += mutations.missed(board, fresh, erc, drc)
    return said


if __name__ == "__main__":
    found = [s for name in sys.argv[1:] for s in check(name)]
    print("\n".join(found) or f"checked: {', '.join(sys.argv[1:])}")
    sys.exit(1 if found else 0)
