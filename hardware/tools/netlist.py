"""The netlist as KiCad reads it from the drawing, compared with the nets the parts declare."""
import tempfile
from pathlib import Path

import kicad
from sexpr import find, find_all, parse


def read(schematic):
    """KiCad's netlist of a schematic: {(reference, pin): net name}."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "n.net"
        kicad.run("sch", "export", "netlist", "--format", "kicadsexpr", "-o", out, schematic)
        tree = parse(out.read_text())
    return {(str(find(n, "ref")[1]), str(find(n, "pin")[1])): str(find(net, "name")[1])
            for net in find_all(find(tree, "nets"), "net") for n in find_all(net, "node")}


def differences(board, drawn):
    """Sentences about every pin whose drawn net is not the declared one. Local names carry a leading slash in KiCad."""
    said = []
    declared = {(p.ref, pin): net for p in board.parts for pin, net in p.nets.items()}
    for key in sorted(declared.keys() | drawn.keys()):
        want, have = declared.get(key), drawn.get(key)
        if want is None and (have is None or have.startswith("unconnected-")):
            continue
        if have is None or want is None or have.removeprefix("/") != want:
            said.append(f"{key[0]} pin {key[1]}: declared {want}, drawn {have}")
    return said
