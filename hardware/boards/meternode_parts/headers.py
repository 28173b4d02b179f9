"""What hands and instruments need: probe header, free pins, mounting holes, marks for placing machines."""

from model import Block, Place, ring
from parts import make

PROBE = ("GND", "+3V3", "SENSE", "VPLUS", "VREF", "IMPULSE", "CT")
FREE = ("+3V3", "GND", "PB0", "PB1", "PC2", "PC4", "PC5")
HOLES = ((4.5, 14.8), (55.5, 14.8), (55.5, 77.3), (4.5, 77.3))
MARKS = ((13.0, 24.5), (50.5, 53.5), (4.2, 56.0))

parts = [
    make("header-7", "J7", {str(n): net for n, net in enumerate(PROBE, 1)}, (57.8, 53.5, 0), "probe"),
    make("header-7", "J8", {str(n): net for n, net in enumerate(FREE, 1)}, (2.6, 20.7, 0), "free pins"),
] + [make("hole-m3", f"H{n}", {}, (*at, 0)) for n, at in enumerate(HOLES, 1)] + [
    make("fiducial", f"FID{n}", {}, (*at, 0)) for n, at in enumerate(MARKS, 1)]

keepouts = [(["F.Cu"], [(x - 1.2, y - 1.2), (x + 1.2, y - 1.2), (x + 1.2, y + 1.2), (x - 1.2, y + 1.2)], "tracks vias")
            for x, y in MARKS]
# Screw heads and spacers touch no copper.
keepouts += [(["F.Cu", "B.Cu"], ring(x, y, 3.5), "tracks vias pour") for x, y in HOLES]

blocks = [
    Block("Probe header", at=(183, 133), size=(40, 40), places=[Place("J7", 24, 18)],
          notes=[("SENSE, VPLUS, IMPULSE are\nprinted: LDR, V+, OUT.", 3, 29),
                 ("V+: not while adjusting, the\nmultimeter is part of it.", 3, 35)]),
    Block("Free pins", at=(226, 133), size=(40, 40), places=[Place("J8", 24, 18)]),
    Block("Holes M3, marks", at=(269, 133), size=(49, 40),
          places=[Place(f"H{n}", 8 + 10 * (n - 1), 14) for n in (1, 2, 3, 4)] + [Place(f"FID{n}", 8 + 12 * (n - 1), 28) for n in (1, 2, 3)]),
]
