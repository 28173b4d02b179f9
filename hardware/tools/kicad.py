"""Runs kicad-cli with library tables of its own, so that a user's settings cannot change a result."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import steps
from library import OWN

TEMPLATE = Path("/usr/share/kicad/template")
_home = None


def environment():
    """Environment with a fresh KiCad configuration: KiCad's library tables, nothing else."""
    global _home
    if _home is None:
        _home = tempfile.TemporaryDirectory(prefix="kicad-")
        target = Path(_home.name) / "9.0"
        target.mkdir()
        for table in ("sym-lib-table", "fp-lib-table"):
            shutil.copy(TEMPLATE / table, target / table)
        steps.write_all(Path(_home.name) / "bodies")
    return {**os.environ, "KICAD_CONFIG_HOME": _home.name, "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "KICAD9_3DMODEL_DIR": f"{_home.name}/bodies",
            "KICAD9_SYMBOL_DIR": "/usr/share/kicad/symbols", "KICAD9_FOOTPRINT_DIR": "/usr/share/kicad/footprints"}


def library_tables(folder):
    """Project library tables for our own libraries, with paths relative to the project."""
    up = os.path.relpath(OWN, folder)
    for kind, pattern, tag in (("sym", "*.kicad_sym", "sym_lib_table"), ("fp", "*.pretty", "fp_lib_table")):
        rows = [f'  (lib (name "{p.stem}")(type "KiCad")(uri "${{KIPRJMOD}}/{up}/{p.name}")(options "")(descr ""))'
                for p in sorted(OWN.glob(pattern))]
        path = Path(folder) / f"{kind}-lib-table"
        if rows:
            path.write_text("\n".join([f"({tag}", "  (version 7)", *rows, ")"]) + "\n")
        else:
            path.unlink(missing_ok=True)


def run(*arguments, check=True):
    """Run kicad-cli; returns the completed process, raises with its words when it fails and `check` holds."""
    done = subprocess.run(["kicad-cli", *map(str, arguments)], env=environment(), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if check and done.returncode:
        raise RuntimeError(f"kicad-cli {' '.join(map(str, arguments))}\n{done.stdout}")
    return done


def version():
    """KiCad's version, "9.0.8"."""
    return run("version").stdout.split("+")[0].strip()
