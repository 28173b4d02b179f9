"""The radio, its antenna and the clock.

The regulator wants a capacitor with little resistance of its own and no great one: the 47 uF hang behind R6, so that it sees
11 uF and a damped 47 uF. The antenna line is 50 ohm; C13 and C14 are for a match once one has been measured."""
from line import line
from model import Block, Place, Tag, Wire
from parts import C, R, make

FEED = 9.6                # mm, height of the antenna line
NODE = 19.0               # mm, where it parts
FEED_WIDTH = line(50)    # mm
UNUSED = "for a match that has been measured"

# The radio's ground pins keep their spokes: sixteen pins are soldered by hand, and a spoke is a quarter of a millimetre long, with a
# track of its own beside it. The sockets' ground pads have none (zone_connect in their footprints): they carry the plug, too.
parts = [
    make("rfm69", "U3", {"RESET": "RADIO_RESET", "DIO0": "DIO0", "3.3V": "+3V3", "GND": "GND", "NC": "GND", "ANT": "RF", "SCK": "SCK",
                         "MISO": "MISO", "MOSI": "MOSI", "NSS": "NSS"}, (38.8, FEED + 5, 180), "RFM69W"),
    C("C11", "100n", "+3V3", "GND", (46.9, 5.2, 180), ref_at=(-2.9, 0, 0)),
    R("R6", "1R", "+3V3", "BULK", (47.0, 2.7, 180), ref_at=(0, -1.5, 0)),
    C("C12", "47u", "BULK", "GND", (42.3, 2.7, 180)),
    R("R7", "10k", "+3V3", "NSS", (27.5, 24.8, 0), ref_at=(-2.8, 0, 0)),
    R("R8", "100k", "RADIO_RESET", "GND", (46.8, 24.3, 180), ref_at=(0, 1.6, 0)),
    C("C13", "DNP", "RF", "GND", (26.9, FEED + .95, 270), ref_at=(0, -2.35, 0), note=UNUSED),
    R("R9", "0R", "RF", "RF_ANT", (23.95, FEED, 180), ref_at=(0, -1.55, 0)),
    C("C14", "DNP", "RF_ANT", "GND", (21.1, FEED + .95, 270), note=UNUSED, ref_at=(0, 2.6, 0)),
    R("R10", "0R", "RF_ANT", "RF_WIRE", (16.2, FEED, 180), ref_at=(0, -1.55, 0)),
    R("R11", "0R", "RF_ANT", "RF_UFL", (NODE, FEED + 2.3, 270), fitted=False, note="instead of R10: antenna at U.FL"),
    R("R12", "0R", "RF_ANT", "RF_SMA", (NODE, FEED - 1.4, 90), fitted=False, ref_at=(2.3, -1.5, 0), note="instead of R10: antenna at SMA"),
    make("wire-hole", "AE1", {"A": "RF_WIRE"}, (11.9, 3.2, 0)),
    make("ufl", "J9", {"In": "RF_UFL", "Ext": "GND"}, (NODE, FEED + 6.15, 270), fitted=False),
    make("sma", "J10", {"In": "RF_SMA", "Ext": "GND"}, (NODE, 2.94, 90), fitted=False, ref_at=(7.0, -1.7, 0)),
    make("pcf2123", "U5", {"OSCI": "OSCI", "OSCO": "OSCO", "TEST": "GND", "INT": "RTC_INT", "CE": "RTC_CE", "VSS": "GND", "SDO": "MISO",
                           "SDI": "MOSI", "SCL": "SCK", "CLKOE": "GND", "VDD": "+3V3"}, (15.5, 34.5, 0)),
    make("crystal-32k", "Y2", {"1": "OSCI", "2": "OSCO"}, (9.9, 32.9, 90)),
    C("C15", "100n", "+3V3", "GND", (17.6, 30.2, 180), ref_at=(0, -1.6, 0)),
    R("R13", "100k", "+3V3", "RTC_INT", (9.3, 37.7, 0), ref_at=(2.9, 0, 0)),
    R("R14", "100k", "RTC_CE", "GND", (9.3, 39.7, 180), ref_at=(2.9, 0, 0)),
]

tracks = [(net, "F.Cu", 0.9 if net == "RF_UFL" else FEED_WIDTH, points) for net, points in (
    ("RF", ["U3.10", "C13.1", "R9.1"]), ("RF_ANT", ["R9.2", "C14.1", (NODE + .9, FEED), (NODE, FEED), (NODE - .9, FEED), "R10.1"]),
    ("RF_ANT", ["R11.1", (NODE, FEED + .7), (NODE, FEED), "R12.1"]), ("RF_SMA", ["R12.2", (NODE, 5.0)]), ("RF_UFL", ["R11.2", (NODE, FEED + 4.85)]),
    ("RF_WIRE", ["R10.2", (13.0, FEED), (11.9, FEED - 1.1), "AE1.1"]))]
lines = {net: 50 for net in ("RF", "RF_ANT", "RF_SMA")}     # RF_UFL is 1 mm and as wide as its pad, RF_WIRE the antenna's foot

# No ground around the foot of the wire; nothing on the top side under the module, which has copper of its own below.
keepouts = [(["F.Cu", "B.Cu"], [(10, 0), (13.6, 0), (13.6, 5.6), (10, 5.6)], "vias pour"),
            (["F.Cu"], [(30.7, 6.8), (46.9, 6.8), (46.9, 22.4), (30.7, 22.4)], "tracks vias"),
            (["F.Cu"], [(28.2, 12.8), (30.7, 12.8), (30.7, 22.9), (28.2, 22.9)], "vias"),              # between the module's pads
            (["F.Cu"], [(46.9, 6.4), (49.4, 6.4), (49.4, 22.9), (46.9, 22.9)], "vias"),
            (["F.Cu"], [(18, 15), (20, 15), (20, 17.4), (18, 17.4)], "tracks vias")]       # between the pads of J9

blocks = [
    Block("Radio and antenna, 50 ohm", at=(182, 11), size=(136, 64),
          places=[Place("U3", 44, 31), Place("C11", 32, 13), Place("R6", 22, 13), Place("C12", 22, 22),
                  Place("R7", 10, 52), Place("R8", 36, 52), Place("C13", 66, 28), Place("R9", 75, 25, 90), Place("C14", 83, 28),
                  Place("R12", 101, 8, 90), Place("R11", 101, 25, 90), Place("R10", 101, 42, 90),
                  Place("J10", 117, 8), Place("J9", 117, 25), Place("AE1", 117, 38)],
          wires=[Wire("R6.1", (44, 10), "U3.8"), Wire("R6.2", "C12.1"), Wire("U3.10", "R9.1"), Wire("R9.2", (93, 25), "R11.1"),
                 Wire("R12.1", (93, 8), (93, 25), (93, 42), "R10.1"),
                 Wire("U3.9", (42, 45), (44, 45), (46, 45), "U3.16"), Wire("U3.11", (44, 45)), Wire("R7.2", (14, 55)), Wire("R8.1", (33, 49)),
                 Wire("R12.2", "J10.1"), Wire("R11.2", "J9.1"), Wire("R10.2", "AE1.1")],
          tags=[Tag("+3V3", (44, 10)), Tag("GND", (44, 45)), Tag("NSS", (14, 55)), Tag("RADIO_RESET", (33, 49), "left"), Tag("RF_ANT", (84, 25))],
          notes=[("One of R10 (wire), R11 (U.FL), R12 (SMA) is fitted.\nWire: 82 mm at 868 MHz, 78 mm at 915 MHz.\n"
                  "C13, C14: only for a match that has been measured.", 62, 51),
                 ("R6: the regulator\nsees 11 uF, and\n47 uF behind 1 ohm.", 2.5, 34)]),
    Block("Clock", at=(183, 78), size=(66, 52),
          places=[Place("U5", 25, 26), Place("C15", 4, 13), Place("Y2", 49, 23, 270), Place("R13", 47, 41), Place("R14", 58, 40)],
          wires=[Wire("U5.14", (25, 10), "C15.1"), Wire("U5.1", "Y2.1"), Wire("U5.2", "Y2.2"),
                 Wire("U5.12", (39, 28), (39, 34)), Wire("U5.4", (39, 32)), Wire("R13.2", (45, 44))],
          tags=[Tag("+3V3", (25, 10)), Tag("GND", (39, 34)), Tag("RTC_INT", (45, 44), "left")],
          notes=[("CE is active high and held low.", 4, 47)]),
]
