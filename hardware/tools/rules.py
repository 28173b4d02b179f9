"""KiCad's electrical and design rules checks, as text; empty when they find nothing."""
import re
import tempfile
from pathlib import Path

import kicad
from pcb import ORIGIN


def erc(folder, name):
    """Findings of the electrical rules check."""
    return _report("sch", "erc", folder / f"{name}.kicad_sch", [])


def drc(folder, name):
    """Findings of the design rules check with parity to the schematic; positions as in the board's source."""
    if not (folder / f"{name}.kicad_sch").exists():
        return "no schematic: parity would be skipped"
    found = _report("pcb", "drc", folder / f"{name}.kicad_pcb", ["--schematic-parity"])
    return re.sub(r"@\(([-\d.]+) mm, ([-\d.]+) mm\)", lambda at: f"@({float(at[1]) - ORIGIN[0]:.2f} mm, {float(at[2]) - ORIGIN[1]:.2f} mm)", found)


def _report(kind, check, path, more):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        done = kicad.run(kind, check, "--severity-error", "--severity-warning", "--exit-code-violations", *more,
                         "-o", report, path, check=False)
        if done.returncode == 0 and "Failed" not in done.stdout and report.exists():
            return ""
        findings = re.findall(r"^(?:\[|    ).*", report.read_text(), re.M) if report.exists() else []      # without heads and totals
        return "\n".join(findings) or done.stdout or f"{check} makes no report"
