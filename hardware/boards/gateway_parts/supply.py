"""Supply: 5 V of the Pi or of the FTDI cable, by jumper, to 3.3 V; holes and fiducials.

A jumper joins one of the two to +5V and never both: nothing feeds the Pi. MCP1700 (DS20001826): stable from 1 uF of output
capacitance up; what hangs on +3V3 directly is 13 uF, the 47 uF at the radio is damped by 1 ohm."""
from model import Block, Place, Tag, Wire
from parts import C, make

from .place import HOLES, at

parts = [
    make("header-3", "JP1", {"1": "+5V_PI", "2": "+5V", "3": "+5V_FTDI"}, at("JP1"), note="with a jumper cap: 5 V of the Pi or of FTDI"),
    C("C1", "1u", "+5V", "GND", at("C1")),
    make("mcp1700-sot89", "U3", {"VIN": "+5V", "GND": "GND", "VOUT": "+3V3"}, at("U3")),
    C("C2", "10u", "+3V3", "GND", at("C2")),
    C("C3", "1u", "+3V3", "GND", at("C3")),
    make("testpoint", "TP1", {"1": "+5V"}, at("TP1"), value="5V"),
    make("testpoint", "TP2", {"1": "+3V3"}, at("TP2"), value="3V3"),
    make("testpoint", "TP3", {"1": "GND"}, at("TP3"), value="GND"),
] + [make("hole-m2.5", f"H{n}", {}, (*spot, 0)) for n, spot in enumerate(HOLES, 1)
     ] + [make("fiducial", f"FID{n}", {}, at(f"FID{n}")) for n in (1, 2, 3)]

blocks = [
    Block("Supply", at=(203, 87), size=(117, 42),
          places=[Place("JP1", 12, 18, mirror="y"), Place("TP1", 36, 18), Place("C1", 44, 24), Place("U3", 60, 18),
                  Place("C2", 74, 24), Place("C3", 84, 24), Place("TP2", 94, 18), Place("TP3", 108, 27, 180)],
          wires=[Wire("JP1.2", "U3.2"), Wire((44, 18), "C1.1"), Wire("U3.3", (102, 18)), Wire((74, 18), "C2.1"), Wire((84, 18), "C3.1"),
                 Wire("C1.2", (44, 30), (84, 30), "C3.2"), Wire("U3.1", (60, 30)), Wire("C2.2", (74, 30))],
          tags=[Tag("+5V", (50, 18)), Tag("+3V3", (102, 18)), Tag("GND", (60, 30))],
          flags=[("+5V", 30, 18)],
          notes=[("JP1: 1-2 from the Pi, 2-3 from the FTDI cable.\n5 V to 3.3 V at 140 mA (+20 dBm): 0.24 W in U3.", 4, 36)]),
    Block("Holes and fiducials", at=(171, 178), size=(62, 36),
          places=[Place(f"H{n}", -2 + 14 * n - 2, 14) for n in (1, 2, 3, 4)] + [Place(f"FID{n}", -2 + 14 * n - 2, 26) for n in (1, 2, 3)]),
]
