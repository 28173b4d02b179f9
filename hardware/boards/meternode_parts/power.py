"""Where the node's energy comes from: three AA cells, a 5 V jack or the serial cable; 3.3 V; what is left in the cells.

A supply switches Q1 off through D2, so that it does not charge the cells. R1 holds the gate down when there is none. Leakage of
D2 (2 uA at most) lifts the gate by 44 mV. D3 shorts a supply with the wrong polarity until F2 opens."""
from model import Block, Place, Tag, Wire
from parts import C, R, make

parts = [
    make("battery", "J4", {"+": "CELLS", "-": "GND"}, (5.6, 63.5, 270)),
    make("ptc", "F1", {"1": "CELLS", "2": "VBAT"}, (15.0, 63.5, 0), ref_at=(0, 2.6, 0)),
    make("pfet", "Q1", {"G": "GATE", "D": "VBAT", "S": "LOAD"}, (21.6, 63.5, 180), ref_at=(.9, -2.2, 0)),
    R("R1", "22k", "GATE", "GND", (21.0, 66.5, 180), ref_at=(2.8, 0, 0)),
    make("barrel", "J3", {"TIP": "JACK_IN", "SLEEVE": "GND"}, (15.3, 78.3, 0), "5 V", ref_at=(7.9, -.4, 0)),
    make("ptc", "F2", {"1": "JACK_IN", "2": "JACK"}, (15.6, 74.4, 0)),
    make("tvs-5v", "D3", {"K": "JACK", "A": "GND"}, (22.6, 72.8, 90), ref_at=(0, -4.1, 0)),
    make("bat54c", "D1", {"A1": "JACK", "A2": "FTDI_VCC", "K": "LOAD"}, (18.6, 70.2, 90), ref_at=(0, -2.5, 0)),
    make("bat54c", "D2", {"A1": "FTDI_VCC", "A2": "JACK", "K": "GATE"}, (14.4, 70.2, 90), ref_at=(0, -2.5, 0)),
    C("C1", "1u", "LOAD", "GND", (22.4, 57.3, 270)),
    make("mcp1700-sot23", "U2", {"VIN": "LOAD", "VOUT": "+3V3", "GND": "GND"}, (19.0, 56.5, 0), ref_at=(-.2, -2.2, 0)),
    C("C2", "10u", "+3V3", "GND", (15.0, 57.6, 180), ref_at=(-2.8, 0, 0)),
    C("C3", "1u", "+3V3", "GND", (15.0, 55.3, 180), ref_at=(0, -1.6, 0)),
    R("R2", "4M7", "VBAT", "BATT_ADC", (19.2, 50.6, 90)),
    R("R3", "1M", "BATT_ADC", "GND", (21.4, 50.6, 270)),
    C("C4", "100n", "BATT_ADC", "GND", (23.6, 50.6, 270), ref_at=(0, -2.25, 0)),
    make("testpoint", "TP1", {"1": "VBAT"}, (19.0, 60.3, 0), "VBAT"),
    make("testpoint", "TP2", {"1": "JACK"}, (11.0, 72.0, 0), "JACK"),
    make("testpoint", "TP3", {"1": "LOAD"}, (22.4, 54.25, 0), "LOAD"),
    make("testpoint", "TP4", {"1": "+3V3"}, (11.6, 55.3, 0), "3V3"),
    make("testpoint", "TP5", {"1": "GND"}, (11.6, 52.6, 0), "GND"),
]

# The way of the 3.3 V to the microcontroller, so that headers are at its end and not in between.
tracks = [("+3V3", "F.Cu", 0.8, ["C2.1", "C3.1", (17.6, 53.6), (17.6, 43.0), (18.95, 41.65), "C6.1", "U1.20"])]

blocks = [
    Block("Power: cells, 5 V jack or serial cable; 3.3 V", at=(11, 11), size=(168, 64),
          places=[Place("J4", 9, 18, mirror="y"), Place("F1", 21, 18, 90), Place("Q1", 42, 20, 90), Place("TP1", 31, 18),
                  Place("R1", 34, 34), Place("J3", 9, 49), Place("F2", 24, 47, 90), Place("D3", 31, 52, 270),
                  Place("TP2", 36, 47), Place("D2", 50, 41, 270), Place("D1", 64, 41, 90),
                  Place("TP3", 80, 18), Place("C1", 86, 21), Place("U2", 98, 18), Place("C2", 110, 21),
                  Place("C3", 118, 21), Place("TP4", 125, 18), Place("R2", 143, 21), Place("R3", 143, 32), Place("C4", 152, 32),
                  Place("TP5", 158, 53)],
          wires=[Wire("J4.1", "F1.1"), Wire("J4.2", (15, 20), (15, 22)), Wire("F1.2", "Q1.3"),
                 Wire("Q1.2", "U2.3"), Wire("Q1.1", (42, 41), "D2.3"), Wire((42, 31), "R1.1"),
                 Wire("J3.1", "F2.1"), Wire("F2.2", (64, 47)), Wire("D3.1", (31, 47)), Wire("J3.2", (15, 53)),
                 Wire("D2.1", (50, 33), (57, 33), (64, 33), "D1.2"), Wire((57, 33), (57, 31)), Wire("D1.3", (74, 41), (74, 18)),
                 Wire("U2.2", (132, 18)), Wire((141, 18), "R2.1"), Wire("R2.2", "R3.1"),
                 Wire((143, 27), (156, 27)), Wire((152, 27), "C4.1")],
          tags=[Tag("GND", (15, 22)), Tag("GND", (15, 53)), Tag("FTDI_VCC", (57, 31), "up"), Tag("JACK", (44, 47)), Tag("+3V3", (132, 18)),
                Tag("VBAT", (141, 18), "left"), Tag("BATT_ADC", (156, 27)), Tag("LOAD", (56, 18))],
          flags=[("LOAD", 70, 18), ("GND", 150, 53)],
          notes=[("Q1 blocks cells put in the wrong way round. A supply at the\njack or the serial cable raises its gate: the cells are off and\n"
                  "are not charged. No diode is in the cells' way.", 80, 32),
                 ("D3 and F2: surges, and a supply with the wrong polarity.\nR2, R3: 4.95 V of the cells are 0.87 V at BATT_ADC.", 80, 44)]),
]
