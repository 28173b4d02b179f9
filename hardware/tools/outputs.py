#!/usr/bin/env python3
"""What a fab, a buyer and a reader need from a built board. Usage: outputs.py <board> <folder>

Dates are replaced by the board's own, so that the same source gives the same bytes (pictures aside)."""
import csv
import re
import sys
import tempfile
import zipfile
from pathlib import Path

import pcbnew

import assembly
import bom
import kicad
from assembly_drawing import mount
from build import load

LAYERS = "F.Cu,B.Cu,F.Mask,B.Mask,F.Paste,B.Paste,F.Silkscreen,B.Silkscreen,Edge.Cuts"
LONG_SIDE = 1200             # pixels of a picture
MASK = "#0A4A2AE0"           # of the pictures: KiCad's own green lets copper and light through
STAMP = re.compile(rb"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[+-]\d\d:?\d\d|Z)?|D:\d{14}")


def dated(path, date):
    """Replace times of writing by midnight of the board's date, the length kept (PDF counts bytes)."""
    day = date.encode()

    def fixed(match):
        found = match.group()
        if found.startswith(b"D:"):
            return b"D:" + day.replace(b"-", b"") + b"000000"
        return day + found[10:11] + b"00:00:00" + re.sub(rb"\d", b"0", found[19:])
    path.write_bytes(STAMP.sub(fixed, path.read_bytes()))


def schematic(base, folder):
    """The drawing as PDF and SVG."""
    sheet = base.with_suffix(".kicad_sch")
    kicad.run("sch", "export", "pdf", "-o", folder / f"{base.name}-schematic.pdf", sheet)
    kicad.run("sch", "export", "svg", "-o", folder, sheet)
    drawn = folder / f"{base.name}.svg"
    (folder / f"{base.name}-schematic.svg").write_text(_joined(drawn.read_text()))
    drawn.unlink()


def _joined(svg):
    """A smaller drawing: KiCad writes one path per stroke of a letter; neighbours become one, lengths keep 10 um."""
    stroke = r'<path d="M(\S+ \S+)\s+L(\S+ \S+)\s+" />\s*'

    def join(run):
        return '<path d="' + "".join(f"M{a}L{b}" for a, b in re.findall(stroke, run.group())) + '"/>\n'
    svg = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number.group()):.2f}".rstrip("0").rstrip("."), svg)
    return re.sub(f"(?:{stroke})+", join, svg)


def fabrication(base, folder, board):
    """Gerbers and drill files in fab/, all in one zip as fabs take it."""
    fab, layout = folder / "fab", base.with_suffix(".kicad_pcb")
    fab.mkdir(exist_ok=True)
    for old in fab.iterdir():
        old.unlink()
    kicad.run("pcb", "export", "gerbers", "--layers", LAYERS, "--use-drill-file-origin", "--subtract-soldermask",
              "-o", f"{fab}/", layout)
    kicad.run("pcb", "export", "drill", "--format", "excellon", "--excellon-units", "mm", "--drill-origin", "plot",
              "--excellon-separate-th", "-o", f"{fab}/", layout)
    for path in fab.iterdir():
        dated(path, board.date)
    with zipfile.ZipFile(folder / f"{base.name}-fab.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        for path in sorted(fab.iterdir()):
            entry = zipfile.ZipInfo(path.name, tuple(map(int, board.date.split("-"))) + (0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            pack.writestr(entry, path.read_bytes())


def positions(path, board, layout_path):
    """Where an assembly house puts the fitted parts, as KiCad writes it but to 0.01 mm, and which are SMD. y is up from the board's
    upper left corner, angles are counter-clockwise, x of the bottom is as seen from above."""
    layout = pcbnew.LoadBoard(str(layout_path))
    origin = layout.GetDesignSettings().GetAuxOrigin()
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["Ref", "Val", "Package", "PosX", "PosY", "Rot", "Side", "Type"])
        for item in sorted(layout.GetFootprints(), key=lambda f: bom.natural(f.GetReference())):
            part, at = board.part(item.GetReference()), item.GetPosition() - origin
            if part.in_bom and part.fitted:
                x, y = (round(pcbnew.ToMM(v), 2) + 0.0 for v in (at.x, -at.y))
                out.writerow([part.ref, part.value, part.footprint.split(":")[1], f"{x:.2f}", f"{y:.2f}",
                              f"{item.GetOrientationDegrees() % 360:g}", part.side, mount(item).upper()])


def solid(base, folder):
    """Board and bodies as STEP."""
    kicad.run("pcb", "export", "step", "--force", "--no-dnp", "--drill-origin", "--subst-models",
              "-o", folder / f"{base.name}.step", base.with_suffix(".kicad_pcb"))


def renders(base, folder, board):
    """PNG from above, below and at an angle (from below as well where parts are there), cut to the board; needs no screen.

    KiCad shows a height of 1.01 times the longer side at zoom 1."""
    width, height = (max(c[i] for c in board.outline) for i in (0, 1))
    longer, margin = max(width, height), 0.12 * max(width, height)
    scale = LONG_SIDE / (longer + margin)                                   # pixels per mm
    w, h = round((width + margin) * scale), round((height + margin) * scale)
    flat = ["-w", w, "-h", h, "--zoom", round(1.01 * longer * scale / h, 3)]
    tilted = ["-w", 1400, "-h", 1000, "--zoom", 0.85, "--perspective", "--rotate"]
    views = {"top": ("top", *flat), "bottom": ("bottom", *flat), "angle": ("top", *tilted, "-40,0,20")}
    if any(part.side == "bottom" and part.in_bom for part in board.parts):
        views["below"] = ("bottom", *tilted, "-40,0,-20")
    with tempfile.TemporaryDirectory() as scratch:
        painted = Path(scratch) / "painted.kicad_pcb"
        painted.write_text(base.with_suffix(".kicad_pcb").read_text().replace('(color "Green")', f'(color "{MASK}")'))
        for view, (side, *how) in views.items():
            path = folder / f"{base.name}-{view}.png"
            kicad.run("pcb", "render", "--background", "transparent", "--side", side, *how, "-o", path, painted)
            _fewer_colours(path)


def _fewer_colours(path):
    """A smaller PNG, where Pillow is installed: transparent margins cut off, 256 colours."""
    try:
        from PIL import Image
    except ImportError:
        return
    picture = Image.open(path).convert("RGBA")
    left, top, right, bottom = picture.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox()
    picture = picture.crop((max(0, left - 12), max(0, top - 12), min(picture.width, right + 12), min(picture.height, bottom + 12)))
    picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)


def make(name, folder, pictures=True):
    """All outputs of one board beside its project."""
    board, base = load(name), folder / name
    bom.write(folder / f"{name}-bom.csv", board)
    schematic(base, folder)
    fabrication(base, folder, board)
    positions(folder / f"{name}-positions.csv", board, base.with_suffix(".kicad_pcb"))
    assembly.write(folder / f"{name}-assembly.html", board, base.with_suffix(".kicad_pcb"))
    solid(base, folder)
    for pattern in ("*.pdf", "*.svg", "*.step"):
        for path in folder.glob(pattern):
            dated(path, board.date)
    (folder / "built-with.txt").write_text(f"KiCad {kicad.version()}\n")
    if pictures:
        renders(base, folder, board)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    make(sys.argv[1], Path(sys.argv[2]), pictures="--no-pictures" not in sys.argv)
