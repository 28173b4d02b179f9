#!/usr/bin/env python3
"""Checks the puck's housing: outline.scad is current, every part is manifold, printable without supports, its walls are thick enough,
board, lid and collet fit. Then that these checks find faults put in on purpose.
check.py [--write]: writes outline.scad, STL files and, where there is xvfb-run, renders into out/ first."""
import csv
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import outline

HERE = Path(__file__).resolve().parent
BOARD = HERE.parent / "out" / "puck"
# What the origin of a footprint is of a part: its middle along the board, from the origin in the board's positions
MIDDLES = {"ldr": 1.7, "led": 0.0, "jack": 0.325}
PARTS = ("base", "lid", "collet")
LEAST_WALL = 1.2
OVERHANG = math.sin(math.radians(46))  # 45 degrees and what rounding adds
VIEWS = {"exploded": "0,0,0,62,0,330,150", "assembly": "0,0,0,50,0,330,150", "lid": "0,0,0,50,0,30,150"}


def stl(part, **overrides):
    """Facets ((x, y, z) * 3) of a part, exactly as written; none if it is empty."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "part.stl")
        values = {"part": f'"{part}"', **overrides}
        command = ["openscad", *(w for k, v in values.items() for w in ("-D", f"{k}={v}")), "-o", str(out), str(HERE / "puck.scad")]
        done = subprocess.run(command, capture_output=True, text=True)
        if "WARNING" in done.stderr:
            raise RuntimeError(f"{part}: {done.stderr}")
        if not out.exists() or not out.stat().st_size:
            if "object is empty" in done.stderr:
                return []
            raise RuntimeError(f"{part}: {done.stderr}")
        return facets_of(out)


def facets_of(file):
    """Facets of an STL file as text."""
    points = [tuple(map(float, line.split()[1:])) for line in file.read_text().splitlines() if line.strip().startswith("vertex")]
    return [tuple(points[i:i + 3]) for i in range(0, len(points), 3)]


def minus(a, b):
    """The vector from b to a."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def cross(a, b):
    """Vector product."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def dot(a, b):
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def normals(facets):
    """(facet, unit normal, area), without those of no area."""
    for facet in facets:
        n = cross(minus(facet[1], facet[0]), minus(facet[2], facet[0]))
        length = math.sqrt(dot(n, n))
        if length > 1e-9:
            yield facet, (n[0] / length, n[1] / length, n[2] / length), length / 2


def volume(facets):
    """mm3 enclosed by the facets."""
    return sum(dot(f[0], cross(f[1], f[2])) for f in facets) / 6


def open_edges(facets):
    """Edges that are not shared by exactly two facets, once in each direction."""
    seen = {}
    for facet in facets:
        for a, b in zip(facet, facet[1:] + facet[:1]):
            seen[a, b] = seen.get((a, b), 0) + 1
    return sum(1 for (a, b), count in seen.items() if count != 1 or seen.get((b, a), 0) != 1)


def overhang(facets):
    """mm2 of facets that hang over more steeply than 45 degrees and do not lie on the bed."""
    bed = min(p[2] for f in facets for p in f)
    return sum(area for f, n, area in normals(facets) if n[2] < -OVERHANG and max(p[2] for p in f) > bed + 0.01)


def bed_area(facets):
    """mm2 of facets that lie on the bed."""
    bed = min(p[2] for f in facets for p in f)
    return sum(area for f, n, area in normals(facets) if n[2] < -0.99 and max(p[2] for p in f) < bed + 0.01)


def hit(origin, direction, facet):
    """Distance at which the ray meets the facet, or None (Moeller, Trumbore)."""
    e1, e2 = minus(facet[1], facet[0]), minus(facet[2], facet[0])
    p = cross(direction, e2)
    det = dot(e1, p)
    if abs(det) < 1e-9:
        return None
    s = minus(origin, facet[0])
    u = dot(s, p) / det
    q = cross(s, e1)
    v = dot(direction, q) / det
    if u < 0 or v < 0 or u + v > 1:
        return None
    t = dot(e2, q) / det
    return t if t > 1e-6 else None


def thinnest(facets):
    """Least distance through the material between two faces that look away from each other, from the middle of facets over 0.2 mm2;
    looked for up to 2.4 mm."""
    every = [(f, n, [min(p[i] for p in f) for i in range(3)], [max(p[i] for p in f) for i in range(3)]) for f, n, _ in normals(facets)]
    least = 2 * LEAST_WALL
    for facet, n, area in normals(facets):
        if area < 0.2:
            continue
        middle = tuple(sum(p[i] for p in facet) / 3 for i in range(3))
        inward = (-n[0], -n[1], -n[2])
        reach = tuple(m + 2 * LEAST_WALL * d for m, d in zip(middle, inward))
        low, high = [min(a, b) - 1e-6 for a, b in zip(middle, reach)], [max(a, b) + 1e-6 for a, b in zip(middle, reach)]
        for other, m, a, b in every:
            if dot(n, m) < -0.9 and all(a[i] <= high[i] and b[i] >= low[i] for i in range(3)):
                t = hit(middle, inward, other)
                if t is not None and t < least:
                    least = t
    return least


def run(jobs):
    """Facets for each (part, overrides), as many at once as there are processors."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda job: stl(job[0], **job[1]), jobs))


def unlike_the_board(data):
    """Where puck_outline.json is not the built board: outline, place of sensor, LED and jack."""
    faults = []
    text = (BOARD / "puck.kicad_pcb").read_text()
    edges = [b for b in re.findall(r"\(gr_(?:line|arc|rect)\b.*?\(uuid", text, re.S) if "Edge.Cuts" in b]
    points = [tuple(map(float, p)) for b in edges for p in re.findall(r"\((?:start|mid|end) ([-\d.]+) ([-\d.]+)\)", b)]
    size = [max(p[i] for p in points) - min(p[i] for p in points) for i in (0, 1)] if points else [0, 0]
    if max(abs(size[0] - data["board"]["length"]), abs(size[1] - data["board"]["width"])) > 0.01:
        faults.append(f"the board measures {size}")
    places = {row["Ref"]: row for row in csv.DictReader((BOARD / "puck-positions.csv").open())}
    for name, offset in MIDDLES.items():
        part = data[name]
        row = places[part["reference"]]
        x = part["x"] if "x" in part else (part["body_from_x"] + part["body_to_x"]) / 2
        if abs(float(row["PosX"]) + offset - x) > 0.05 or abs(-float(row["PosY"]) - part["y"]) > 0.05:
            faults.append(f"{name} is not where {part['reference']} is: {row['PosX']} {row['PosY']}")
    return faults


def check():
    """Faults as sentences; prints the figures."""
    faults = []
    if (HERE / "outline.scad").read_text() != outline.text():
        faults.append("outline.scad is not what outline.py makes")
    faults += [f"puck_outline.json: {fault}" for fault in unlike_the_board(json.loads(outline.SOURCE.read_text()))]
    for cable in (2.5, 5):
        part, = run([("collet", {"cable": cable})])
        if open_edges(part) or thinnest(part) < LEAST_WALL:
            faults.append(f"collet for a cable of {cable} mm: open or thin")
    for name, part in zip(PARTS, run([(p, {}) for p in PARTS])):
        size = [max(p[i] for f in part for p in f) - min(p[i] for f in part for p in f) for i in range(3)]
        figures = {"facets": len(part), "size": [round(s, 1) for s in size], "cm3": round(volume(part) / 1000, 2), "open edges": open_edges(part),
                   "overhang mm2": round(overhang(part), 2), "on the bed mm2": round(bed_area(part)), "thinnest mm": round(thinnest(part), 2)}
        print(name, figures)
        if sorted(facets_of(HERE / "out" / f"puck-{name}.stl")) != sorted(part):
            faults.append(f"{name}: out/puck-{name}.stl is not of this source (check.py --write)")
        if figures["open edges"] or volume(part) <= 0:
            faults.append(f"{name}: not manifold: {figures['open edges']} edges")
        if overhang(part) > 0.05:
            faults.append(f"{name}: {figures['overhang mm2']} mm2 hang over")
        if thinnest(part) < LEAST_WALL - 1e-3:
            faults.append(f"{name}: {figures['thinnest mm']} mm thin")
        if bed_area(part) < 30:
            faults.append(f"{name}: only {figures['on the bed mm2']} mm2 on the bed")
    # board and parts 0.2 mm larger to all sides; the closed collet
    for what, job in (("board in the housing", ("clash", {"grow": 0.2})), ("lid in the base", ("closed", {})), ("collet in its seat", ("held", {}))):
        common = volume(run([job])[0])
        print(what, "overlap mm3", round(common, 4))
        if common > 0.01:
            faults.append(f"{what}: {common:.3f} mm3 overlap")
    return faults


def blind():
    """Faults put in on purpose that the checks do not find."""
    missed = []
    moved = json.loads(outline.SOURCE.read_text())
    moved["ldr"]["x"] += 0.5
    if not unlike_the_board(moved):
        missed.append("a light sensor 0.5 mm off")
    wide, upright, thin = run([("clash", {"grow": 0.5}), ("lid as it sits", {}), ("base", {"floor_z": 0.9})])
    if volume(wide) < 0.01:
        missed.append("a board 1 mm too wide")
    if overhang(upright) < 10:
        missed.append("a lid printed the wrong way up")
    if thinnest(thin) >= LEAST_WALL:
        missed.append("a floor of 0.9 mm")
    if not open_edges(upright[1:]):
        missed.append("a missing facet")
    return missed


def write():
    """STL files, where a part has changed (OpenSCAD writes the same facets in another order each time), and renders."""
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    for part in PARTS:
        file = out / f"puck-{part}.stl"
        if not file.exists() or sorted(facets_of(file)) != sorted(stl(part)):
            subprocess.run(["openscad", "-q", "-D", f'part="{part}"', "-o", str(file), str(HERE / "puck.scad")], check=True)
    if not shutil.which("xvfb-run"):
        print("no xvfb-run: the housing's pictures are left as they are")
        return
    for view, camera in VIEWS.items():
        subprocess.run(["xvfb-run", "-a", "openscad", "-q", "-D", f'part="{view}"', "--imgsize=1100,700", f"--camera={camera}", "--viewall",
                        "--autocenter", "--render", "--colorscheme=Tomorrow", "-o", str(out / f"puck-{view}.png"), str(HERE / "puck.scad")],
                       check=True)


if __name__ == "__main__":
    if "--write" in sys.argv:
        (HERE / "outline.scad").write_text(outline.text())
        write()
    found = check() + [f"the checks do not see {m}" for m in blind()]
    for fault in found:
        print("FAIL", fault, file=sys.stderr)
    sys.exit(1 if found else 0)
