"""Symbols read from KiCad's libraries and ours, flattened so that a schematic can carry them."""
import copy
import functools
import os
from pathlib import Path

from model import Fault
from sexpr import Quoted, find, find_all, parse

OWN = Path(__file__).resolve().parent.parent / "lib"
SYMBOLS = Path(os.environ.get("KICAD9_SYMBOL_DIR", "/usr/share/kicad/symbols"))
FOOTPRINTS = Path(os.environ.get("KICAD9_FOOTPRINT_DIR", "/usr/share/kicad/footprints"))


def symbol_file(library):
    """Path of a symbol library: ours first."""
    own = OWN / f"{library}.kicad_sym"
    return own if own.exists() else SYMBOLS / f"{library}.kicad_sym"


def footprint_folder(library):
    """Path of a footprint library: ours first."""
    own = OWN / f"{library}.pretty"
    return own if own.exists() else FOOTPRINTS / f"{library}.pretty"


def footprint_file(lib_id):
    """Path of the footprint "Library:Name"."""
    library, _, name = lib_id.partition(":")
    path = footprint_folder(library) / f"{name}.kicad_mod"
    if not path.exists():
        raise Fault(f"there is no footprint {lib_id}, neither in lib/ nor in {FOOTPRINTS}")
    return path


@functools.lru_cache(None)
def _symbols(library):
    if not symbol_file(library).exists():
        return {}
    tree = parse(symbol_file(library).read_text())
    return {node[1]: node for node in find_all(tree, "symbol")}


@functools.lru_cache(None)
def symbol(lib_id):
    """The symbol "Library:Name" as the list a schematic embeds: parents merged in, renamed to the full identifier."""
    library, _, name = lib_id.partition(":")
    table = _symbols(library)
    if name not in table:
        raise Fault(f"there is no symbol {lib_id}, neither in lib/ nor in {SYMBOLS}")
    node = copy.deepcopy(table[name])
    while (parent := find(node, "extends")) is not None:
        node = _merge(copy.deepcopy(table[parent[1]]), node)
    base = find_all(node, "symbol")
    for unit in base:
        unit[1] = Quoted(name + "_" + "_".join(unit[1].split("_")[-2:]))
    node[1] = Quoted(lib_id)
    return node


def _merge(parent, child):
    merged = [c for c in parent if not (isinstance(c, list) and c[0] == "property")]
    own = {p[1]: p for p in find_all(child, "property")}
    inherited = [own.pop(p[1], p) for p in find_all(parent, "property")]
    first = next(i for i, c in enumerate(merged) if isinstance(c, list) and c[0] == "symbol")
    merged[first:first] = inherited + list(own.values())
    merged[1] = child[1]
    for key in ("in_bom", "on_board", "exclude_from_sim"):
        mine = find(child, key)
        if mine:
            merged = [mine if isinstance(c, list) and c[0] == key else c for c in merged]
    grand = find(parent, "extends")
    return merged if grand is None else merged


def pins(lib_id):
    """Pins of a symbol: number -> dict(name, type, x, y, angle, unit), in mm, y upwards; angle points into the body."""
    result = {}
    for unit in find_all(symbol(lib_id), "symbol"):
        number_of_unit = int(unit[1].split("_")[-2])
        for pin in find_all(unit, "pin"):
            at = find(pin, "at")
            result[find(pin, "number")[1]] = dict(
                name=str(find(pin, "name")[1]), type=pin[1], x=float(at[1]), y=float(at[2]),
                angle=int(float(at[3])), unit=number_of_unit, hidden=find(pin, "hide") is not None)
    return result


def body(lib_id, unit=1):
    """Bounding box (x0, y0, x1, y1) of the drawn body in mm, y upwards."""
    xs, ys = [], []
    for part in find_all(symbol(lib_id), "symbol"):
        if int(part[1].split("_")[-2]) not in (0, unit):
            continue
        for shape in part:
            if isinstance(shape, list) and shape[0] in ("rectangle", "polyline", "arc"):
                for point in _points(shape):
                    xs.append(float(point[1]))
                    ys.append(float(point[2]))
            if isinstance(shape, list) and shape[0] == "circle":
                centre, radius = find(shape, "center"), float(find(shape, "radius")[1])
                xs += [float(centre[1]) - radius, float(centre[1]) + radius]
                ys += [float(centre[2]) - radius, float(centre[2]) + radius]
    return (min(xs), min(ys), max(xs), max(ys)) if xs else (0, 0, 0, 0)


def _points(shape):
    pts = find(shape, "pts")
    if pts:
        return find_all(pts, "xy")
    return [p for p in shape if isinstance(p, list) and p[0] in ("start", "end", "mid")]
