"""Supply: 5 V of the Pi or of the FTDI cable, by jumper, to 3.3 V; holes and fiducials.

A jumper joins one of the two to +5V and never both: nothing feeds the Pi. MCP1700 (DS20001826): stable from 1 uF of output
capacitance up; what hangs on +3V3 directly is 13 uF, the 47 uF at the radio is damped by 1 ohm."""
from model import Block, Place, Tag, Wire
from parts import C, make

from .place import HOLES, at

parts = [
    make("header-3", "JP1", {"1": "+5V_PI", "2": "+5V", "3": "+5V_FTDI"}, at("JP1"), value="5 V: Pi/FTDI", note="with a jumper cap: 5 V of the Pi or of FTDI"),
    C("C1", "1u", "+5V", "GND", at("C1"), ref_at=(0, -2.3, 0)),
    make("mcp1700-sot89", "U3", {"VIN": "+5V", "GND": "GND", "VOUT": "+3V3"}, at("U3"), ref_at=(-.2, -3.1, 0)),
    C("C2", "10u", "+3V3", "GND", at("C2"), ref_at=(0, 1.35, 0)),
    C("C3", "1u", "+3V3", "GND", at("C3")),
    make("testpoint", "TP1", {"1": "+5V"}, at("TP1"), value="5V"),
    make("testpoint", "TP2", {"1": "+3V3"}, at("TP2"), value="3V3"),
    make("testpoint", "TP3", {"1": "GND"}, at("TP3"), value="GND"),
] + [make("hole-m2.5", f"H{n}", {}, (*spot, 0)) for n, spot in enumerate(HOLES, 1)
     ] + [make("fiducial", f"FID{n}", {}, at(f"FID{n}")) for n in (1, 2, 3)]

blocks = [
    Block("Supply", at=(203, 89), size=(117, 46),
          places=[Place("JP1", 12, 20, mirror="y"), Place("TP1", 36, 20), Place("C1", 52, 26), Place("U3", 65, 20),
                  Place("C2", 78, 26), Place("C3", 88, 26), Place("TP2", 95, 20), Place("TP3", 100, 30)],
          wires=[Wire("JP1.1", (20, 18), (20, 14)), Wire("JP1.3", (20, 22), (20, 30), (30, 30)),
                 Wire("JP1.2", "U3.2"), Wire((52, 20), "C1.1"), Wire("U3.3", (106, 20)), Wire((78, 20), "C2.1"), Wire((88, 20), "C3.1"),
                 Wire("C1.2", (52, 32), (88, 32), "C3.2"), Wire("U3.1", (65, 32)), Wire("C2.2", (78, 32))],
          tags=[Tag("+5V_PI", (20, 14)), Tag("+5V_FTDI", (30, 30)), Tag("+5V", (47, 20)), Tag("+3V3", (106, 20)),
                Tag("GND", (65, 32))],
          flags=[("+5V", 42, 20), ("+5V_FTDI", 25, 30)],
          notes=[("JP1: 1-2 from the Pi, 2-3 from the FTDI cable.\n5 V to 3.3 V at 140 mA (+20 dBm): 0.24 W in U3.", 4, 39)]),
    Block("Holes and fiducials", at=(203, 184), size=(117, 13),
          places=[Place(f"H{n}", 15 * n - 9, 8) for n in (1, 2, 3, 4)] + [Place(f"FID{n}", 54 + 16 * n - 6, 8) for n in (1, 2, 3)]),
]
