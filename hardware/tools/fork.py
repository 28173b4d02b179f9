#!/usr/bin/env python3
"""What an antenna's fork costs: a radio, 0 ohm links to several outlets of which one is fitted, places for a match left empty.
Usage: fork.py [--write] <board>...   prints the figures of the committed boards; --write puts them into the document

The layout becomes a ladder (ladder.py). Tracks and the pads at both ends are in series, L' = Z sqrt(er_eff) / c for their width and the
gap to the ground as poured (line.py), in steps of a quarter millimetre. The copper of a net as a whole has the capacity
    C = e0 er A/h + sum over its outline of C_edge,    2 C_edge = sqrt(er_eff) / (c Z) - e0 er w/h
of a plate and of what fringes at its edge, taken from the same line (plate and fringe: I. Bahl, "Lumped Elements for RF and Microwave
Circuits", Artech House 2003, chapter 5); each bit of the outline gives its share to the step or pad that is nearest. Ground is taken
to be below everywhere, and must be; but for the foot of a wire, part of the antenna, which has none."""
import math
import re
import sys
from collections import Counter
from pathlib import Path

import pcbnew

import copper
import ladder
import line
from grid import MM
from ladder import LIGHT, OPEN, STEP, back, lost
from model import Fault

BANDS = 434, 868, 915                 # MHz
MOST_DB = 0.1                         # an antenna sold with a standing wave ratio of 2 loses 0.5 dB: the fork may add a fifth of that
E0 = 8.854e-15                        # F/mm
LEAST_GAP = 0.05                      # mm
HARDWARE = Path(__file__).resolve().parents[1]
DOCUMENT = HARDWARE.parent / "docs" / "hardware-simulation.md"


def _links(board):
    return [p for p in board.parts if p.value == "0R"]


def is_on(board):
    """Whether a line of the board ends at a link."""
    return any(set(board.lines) & set(p.nets.values()) for p in _links(board))


def net(board):
    """The net where the most links meet: the fork."""
    return Counter(n for p in _links(board) for n in p.nets.values()).most_common(1)[0][0]


def read(board, path):
    """The Tree of a layout."""
    layout, tree, nets = pcbnew.LoadBoard(str(path)), ladder.Tree(), set(board.lines)
    for _ in _links(board):
        nets |= {n for p in _links(board) if nets & set(p.nets.values()) for n in p.nets.values()}
    for part in _links(board):
        if set(part.nets.values()) <= nets:
            tree.join(f"{part.ref}.1", f"{part.ref}.2", [], part.ref)
    pads = [(f"{f.GetReference()}.{p.GetNumber()}", p) for f in layout.GetFootprints() for p in f.Pads()]
    for name in sorted(nets):
        mine = {n: p for n, p in pads if p.GetNetname().removeprefix("/") == name}
        _add(board, tree, copper.tracks_of(layout, name), mine, copper.grounds(board, layout))
    return tree


def _add(board, tree, tracks, pads, ground):
    """The copper of a net: first what is in series, as cells [H, F] at their places; then each gets the capacity nearest to it."""
    places, ends = [], {}                        # (x, y, mm wide, cell); pad -> where a track ends on it
    wire = any(board.part(n.split(".")[0]).value == "wire" for n in pads)
    for track in tracks:
        a, b = (next((n for n, p in pads.items() if p.HitTest(at)), f"({round(at.x / 1e4)}, {round(at.y / 1e4)})") for at in (track.GetStart(), track.GetEnd()))
        ends |= {a: track.GetStart(), b: track.GetEnd()}
        count, width = math.ceil(pcbnew.ToMM(track.GetLength()) / STEP), pcbnew.ToMM(track.GetWidth())
        cells = []
        for i in range(count):
            middle, *sides = copper.across(track, (i + .5) / count)
            if not wire and not all(poured.Contains(pcbnew.VECTOR2I(*map(round, middle))) for layer, poured in ground.items() if layer != track.GetLayer()):
                raise ValueError(f"no ground below {track.GetNetname().removeprefix('/')}")
            gap = sum(copper.distance(ground[track.GetLayer()], s) for s in sides) / 2
            cells.append([pcbnew.ToMM(track.GetLength()) / count * _per_mm(width, gap)[0], 0])
            places.append((*middle, width, cells[-1]))
        if a != b:
            tree.join(a, b, cells)
    for name, pad in pads.items():
        part, end, width = board.part(name.split(".")[0]), f"end of {name}", pcbnew.ToMM(min(pad.GetSize()))
        cell = [0, OPEN if part.value == "DNP" else 0]
        if part.ref.startswith("U"):
            tree.radio = end
        elif part.symbol not in ("Device:C", "Device:R"):
            tree.outlets[part.value] = end
        elif part.value not in ("DNP", "0R"):
            raise ValueError(f"{part.ref} is fitted, not in the calculation")
        if end in (tree.radio, *tree.outlets.values()):        # current goes on to the far end of the pad
            reach = math.dist(ends.get(name, pad.GetPosition()), pad.GetPosition()) / MM(1) + pcbnew.ToMM(max(pad.GetSize())) / 2
            cell[0] = reach * _per_mm(width, board.clearance)[0]
        tree.join(name, end, [cell])
        places.append((*pad.GetPosition(), width, cell))
    for layer, poured in ground.items():
        shape = pcbnew.SHAPE_POLY_SET()
        for item in [*tracks, *pads.values()]:
            if item.IsOnLayer(layer):
                item.TransformShapeToPolygon(shape, layer, 0, MM(.001), pcbnew.ERROR_INSIDE)
        shape.Simplify()
        for outline in (shape.Outline(i) for i in range(shape.OutlineCount())):
            count = math.ceil(outline.Length() / MM(STEP / 4))
            step, plate = pcbnew.ToMM(outline.Length()) / count, E0 * line.ER * abs(outline.Area()) / MM(1) ** 2 / line.HEIGHT
            for i in range(count):
                at = outline.PointAlong(round((i + .5) * outline.Length() / count))
                x, y = at
                *_, width, cell = min(places, key=lambda p, x=x, y=y: (p[0] - x) ** 2 + (p[1] - y) ** 2)
                cell[1] += plate / count + step * _per_mm(width, copper.distance(poured, at))[1]


def _per_mm(width, gap):
    """Of a line (H/mm, F/mm of one edge)."""
    ohm, effective = line.constants(width, min(max(gap, LEAST_GAP), copper.FAR))
    slow = math.sqrt(effective) / LIGHT
    return slow * ohm, (slow / ohm - E0 * line.ER * width / line.HEIGHT) / 2


def check():
    """Sentences where the calculation misses what is known without it."""
    said = ladder.check()
    # Laplace's equation in three dimensions (steps of 50 and 25 um, extrapolated): a pad of 1 x 1.4 mm, ground 0.2 mm around, 1.5 mm below
    pad = 1e12 * (E0 * line.ER * 1.4 / line.HEIGHT + 4.8 * _per_mm(1, 0.2)[1])
    if abs(pad - 0.214) > 0.015:
        said.append(f"fork: a pad has {pad:.3f} pF where the field has 0.214")
    return said


def findings(board, path):
    """Sentences about the fork of a layout; a board without an antenna has none."""
    if not is_on(board):
        return []
    try:
        found = read(board, path).figures(BANDS)
    except ValueError as fault:
        return [*check(), f"fork: {fault}"]
    few = ["fork: fewer than two outlets"] if len(found) < 2 else []
    return check() + few + [f"fork: {lost(share):.2f} dB lost on the way to {outlet} at {mhz} MHz, more than {MOST_DB:g} dB"
                            for outlet, row in found.items() for mhz, share in row.items() if lost(share) > MOST_DB]


def table(board, path):
    """The figures as the document has them."""
    tree = read(board, path)
    rows = [f"| {outlet} ({', '.join(tree.links_to(outlet))}) | "
            + " | ".join(f"{back(share):.0f} dB, {lost(share):.2f} dB" for share in row.values()) + " |"
            for outlet, row in tree.figures(BANDS).items()]
    return "\n".join([f"| {board.title.split(':')[0]}, 0 Ω fitted | " + " | ".join(f"{mhz} MHz" for mhz in BANDS) + " |", "|---" * (1 + len(BANDS)) + "|", *rows])


def documented(board, path, text):
    """The document's text with the table of this board."""
    new, count = re.subn(rf"(<!-- fork:{board.name} -->\n).*?(<!-- /fork -->)", lambda m: f"{m[1]}{table(board, path)}\n{m[2]}", text, flags=re.S)
    if count != 1:
        raise Fault(f"{count} places for the fork of {board.name} in {DOCUMENT.name}")
    return new


def stale(board, path):
    """A sentence when the document has other figures."""
    text = DOCUMENT.read_text()
    return ["fork: the document has other figures (tools/fork.py --write)"] if is_on(board) and documented(board, path, text) != text else []


if __name__ == "__main__":
    import build
    boards = [build.load(a) for a in sys.argv[1:] if a != "--write"]
    if not boards:
        sys.exit(__doc__)
    for board in filter(is_on, boards):
        layout = HARDWARE / "out" / board.name / f"{board.name}.kicad_pcb"
        if said := findings(board, layout):
            sys.exit("\n".join(said))
        print(table(board, layout))
        if "--write" in sys.argv:
            DOCUMENT.write_text(documented(board, layout, DOCUMENT.read_text()))
