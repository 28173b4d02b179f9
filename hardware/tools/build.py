#!/usr/bin/env python3
"""Builds a board from its source: project, schematic, layout. Usage: build.py <board> <folder>

Nets, pins and order numbers are looked at before the layout is routed, KiCad's design rules after."""
import importlib
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "boards"), str(HERE.parent / "lib")]

import bom  # noqa: E402
import kicad  # noqa: E402
import netlist  # noqa: E402
import pins  # noqa: E402
import project  # noqa: E402
import schematic  # noqa: E402
from model import Fault  # noqa: E402


def load(name):
    """The Board of boards/<name>.py."""
    known = sorted(p.stem for p in (HERE.parent / "boards").glob("*.py"))
    if name not in known:
        raise Fault(f"there is no board {name}; there are {', '.join(known)}")
    return importlib.import_module(name).board


def build(name, folder):
    """Write <name>.kicad_pro, .kicad_sch and .kicad_pcb into `folder`. Ends the program with sentences where something is wrong."""
    import copper
    import pcb
    import pour
    import rules
    import silk
    from router import Router
    board, began = load(name), time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    base = folder / name
    project.write(base.with_suffix(".kicad_pro"), board)
    kicad.library_tables(folder)
    symbols, root = schematic.write(base.with_suffix(".kicad_sch"), board)
    drawn = netlist.read(base.with_suffix(".kicad_sch"))
    _stop([*netlist.differences(board, drawn), *pins.findings(board), *_strangers(board)])
    bom.rows(board)                          # says when an order number is missing
    layout = pcb.start(base.with_suffix(".kicad_pcb"), board)
    pcb.outline(layout, board)
    pcb.footprints(layout, board, symbols, root, drawn)
    pcb.printing(layout, board)
    pour.keepouts(layout, board)
    router = Router(layout, board, pcb.point(0, 0))
    said = router.run()
    zones = pour.pour(layout, board)
    pour.fill(layout)
    said += silk.references(layout, board)
    stitched = pour.settle(layout, zones, pour.stitch(layout, board, router, zones))
    pcb.save(layout, base.with_suffix(".kicad_pcb"))
    project.write(base.with_suffix(".kicad_pro"), board)     # pcbnew has added its own
    base.with_suffix(".kicad_prl").unlink(missing_ok=True)
    print(f"{name}: {len(board.parts)} parts, {len(router.links)} connections in {router.turns} turns, {stitched} stitching vias,"
          f" {time.monotonic() - began:.0f} s")
    for net, (thin, whole, least) in copper.narrow_shares(board, layout).items():
        if thin:
            print(f"  {net}: {thin:.1f} of {whole:.1f} mm narrower than {board.widths[net]:g} mm, down to {least:g}")
    _stop(said or [s for s in (rules.drc(folder, name),) if s])


def _strangers(board):
    """Nets and pads that only widths and tracks know."""
    nets, pads = {n for p in board.parts for n in p.nets.values()}, {f"{p.ref}.{pin}" for p in board.parts for pin in p.nets}
    yield from (f"width of {n}: no part is on it" for n in [*board.widths, *board.lines] if n not in nets)
    for net, _layer, _width, points in board.tracks:
        if net not in nets:
            yield f"a track of {net}: no part is on it"
        yield from (f"a track of {net} goes to {p}: there is no such pad" for p in points if isinstance(p, str) and p not in pads)


def _stop(sentences):
    if sentences:
        raise Fault("\n".join(sentences))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build(sys.argv[1], Path(sys.argv[2]))
