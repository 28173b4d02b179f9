"""What a board file declares: parts with their nets, the drawing of the schematic, the placement. Nothing here knows KiCad.

Lengths on the board are millimetres from its upper left corner, y downwards, angles in degrees counter-clockwise.
Positions on the schematic are steps of 1.27 mm, relative to the block."""
import math
from dataclasses import dataclass, field


class Fault(SystemExit):
    """What is wrong in a source, as a sentence. It needs no one to catch it: the program ends and says the sentence, nothing else."""


def ring(x, y, radius):
    """Corners of an area as good as round, mm."""
    return [(round(x + radius * math.cos(n * math.pi / 12), 3), round(y + radius * math.sin(n * math.pi / 12), 3)) for n in range(24)]


@dataclass
class Part:
    """One component. `nets` maps every pin number of the symbol to a net name; None means: left open on purpose."""
    ref: str
    symbol: str                      # "Library:Name" in KiCad's or our own library
    footprint: str                   # "Library:Name"
    value: str
    nets: dict
    at: tuple                        # (x mm, y mm, angle) on the board
    side: str = "top"                # "top" or "bottom"
    maker: str = ""
    mpn: str = ""                    # manufacturer's part number, as ordered
    alternatives: tuple = ()         # "Maker number" that fit without a change
    listed: str = ""                 # where the number was looked up; empty: nowhere yet
    price: float = 0.0               # euro, one piece at a quantity of 10; an estimate, not an offer
    fitted: bool = True              # False: pads only
    in_bom: bool = True              # False: copper only (test point, fiducial)
    facts: str = ""                  # key in lib/facts/
    ref_at: tuple = None             # (x mm, y mm, angle) of the silk text relative to the part; None: found by itself
    show_ref: bool = True
    note: str = ""


@dataclass
class Place:
    """A symbol in a block: position in steps, angle, mirror "" / "x" / "y" (only with angle 0)."""
    ref: str
    x: float
    y: float
    angle: int = 0
    mirror: str = ""
    unit: int = 1


@dataclass
class Wire:
    """A line through points: "R1.2" is a pin, (x, y) a position in steps. A corner is added, horizontal part first."""
    points: tuple

    def __init__(self, *points):
        self.points = points


@dataclass
class Tag:
    """The name of a net at a point: a power symbol for power nets, else a flag that points `to` left/right/up/down."""
    net: str
    at: object
    to: str = "right"


@dataclass
class Block:
    """A part of the circuit drawn in a frame with a title. Pins that no wire touches get a short line and the name of the net."""
    title: str
    at: tuple
    size: tuple
    places: list
    wires: list = field(default_factory=list)
    tags: list = field(default_factory=list)
    flags: list = field(default_factory=list)   # (net, x, y): the supply enters here
    notes: list = field(default_factory=list)   # (text, x, y)


@dataclass
class Text:
    """Printing on the board. `layer` as in KiCad, size in mm."""
    text: str
    x: float
    y: float
    layer: str = "F.SilkS"
    size: float = 0.8
    angle: float = 0
    justify: str = "center"


@dataclass
class Board:
    """A whole board: everything needed to build it."""
    name: str
    title: str
    revision: str
    date: str
    outline: list                    # corners in mm, or (x, y, radius) for a rounded one
    parts: list
    blocks: list
    texts: list = field(default_factory=list)
    paper: str = "A4"
    power: dict = field(default_factory=dict)   # net -> power symbol
    widths: dict = field(default_factory=dict)  # net -> track width in mm
    narrow: float = 0.35             # share of such a net's length that may be narrower, near fine pads
    lines: dict = field(default_factory=dict)   # net -> ohm: drawn by hand in `tracks`, width from tools/line.py, ground beside and below
    holes: list = field(default_factory=list)   # (x mm, y mm, drill mm): the mounting holes that must be there
    fixed: dict = field(default_factory=dict)   # "J1.2" -> (x mm, y mm): where a drawing that is not ours has a pin
    width: float = 0.25
    neck: float = 0.2                # width for connections that the wanted one does not reach
    tracks: list = field(default_factory=list)  # drawn by hand before routing: (net, layer, width, [(x, y) or "U1.3", ...])
    clearance: float = 0.2
    via: tuple = (0.6, 0.3)
    edge: float = 0.4                # copper to edge
    pour: str = "GND"
    stitch: float = 2.5              # distance of stitching vias
    grid: float = 0.1                # of the router
    keepouts: list = field(default_factory=list)  # (layers, [(x, y)...], "tracks vias pour")
    comments: tuple = ()
    thickness: float = 1.6

    def part(self, ref):
        """The part with this reference."""
        for part in self.parts:
            if part.ref == ref:
                return part
        raise Fault(f"{self.name}: there is no part {ref}")
