"""Radio: RFM69HW, its supply, and the way to the antenna: pi network, then one of three outlets by a 0 ohm link.

HopeRF RFM69HW data sheet: 1.8-3.6 V, 130 mA at +20 dBm (at least 2.4 V), antenna 50 ohm; RESET is active high, pulled low so that
the module runs when the controller's pin floats."""
from model import Block, Place, Tag, Wire
from parts import C, R, make

from .place import at

parts = [
    make("rfm69", "U2", {"SCK": "SCK", "MISO": "MISO", "MOSI": "MOSI", "NSS": "NSS", "RESET": "RADIO_RESET", "3.3V": "+3V3",
                         "ANT": "RF", "DIO0": "DIO0", "9": "GND", "11": "GND", "16": "GND"}, at("U2"), ref_at=(0, -2, 0), value="RFM69HW"),
    R("R2", "10k", "+3V3", "NSS", at("R2"), ref_at=(0, -2.2, 0)),
    R("R3", "100k", "RADIO_RESET", "GND", at("R3")),
    C("C12", "100n", "+3V3", "GND", at("C12")),
    C("C13", "1u", "+3V3", "GND", at("C13")),
    R("R17", "1R", "+3V3", "BULK", at("R17"), ref_at=(2.75, -.3, 0), note="damps C11: the regulator sees 1 ohm + 47 uF, within 0 to 2 ohm"),
    C("C11", "47u", "BULK", "GND", at("C11")),
    C("C15", "DNP", "RF", "GND", at("C15"), ref_at=(2.9, .2, 0)),
    R("R18", "0R", "RF", "RF_ANT", at("R18"), ref_at=(1.9, .3, 0), note="or what the match of the antenna needs"),
    C("C16", "DNP", "RF_ANT", "GND", at("C16"), ref_at=(1.9, -1.2, 0)),
    R("R19", "0R", "RF_ANT", "ANT_SMA", at("R19"), ref_at=(-.9, -1.5, 0), note="fit one of R19, R20, R21"),
    R("R20", "0R", "RF_ANT", "ANT_UFL", at("R20"), ref_at=(.4, 1.5, 0), fitted=False, note="fit one of R19, R20, R21"),
    R("R21", "0R", "RF_ANT", "ANT_WIRE", at("R21"), ref_at=(-2.2, .3, 0), fitted=False, note="fit one of R19, R20, R21"),
    make("sma", "J5", {"In": "ANT_SMA", "Ext": "GND"}, at("J5"), ref_at=(-1.0, -6.0, 0)),
    make("ufl", "J6", {"In": "ANT_UFL", "Ext": "GND"}, at("J6"), fitted=False),
    make("wire-hole", "J7", {"A": "ANT_WIRE"}, at("J7"), fitted=False),
]

blocks = [
    Block("Radio and antenna", at=(203, 11), size=(117, 75),
          places=[Place("U2", 42, 40), Place("R2", 10, 33), Place("R3", 22, 50), Place("C12", 60, 15), Place("C13", 71, 15),
                  Place("R17", 82, 14), Place("C11", 82, 23),
                  Place("C15", 66, 41), Place("R18", 74, 34, 90), Place("C16", 82, 41),
                  Place("R19", 95, 34, 90), Place("R20", 95, 51, 90), Place("R21", 95, 67, 90),
                  Place("J5", 109, 34), Place("J6", 109, 51), Place("J7", 107, 63)],
          wires=[Wire("U2.8", (42, 9), (82, 9), "R17.1"), Wire((60, 9), "C12.1"), Wire((71, 9), "C13.1"), Wire("R17.2", "C11.1"),
                 Wire("U2.15", (10, 40), "R2.2"), Wire("U2.1", (22, 44), "R3.1"), Wire((18, 44), (22, 44)),
                 Wire("U2.9", (40, 54), (42, 54)), Wire((42, 54), (44, 54), "U2.16"), Wire("U2.11", (42, 56)),
                 Wire("U2.10", "R18.1"), Wire((66, 34), "C15.1"), Wire("R18.2", "R19.1"), Wire((82, 34), "C16.1"),
                 Wire((88, 34), (88, 67), "R21.1"), Wire((88, 51), "R20.1"), Wire("R19.2", "J5.1"), Wire("R20.2", "J6.1"),
                 Wire("R21.2", (107, 67), "J7.1")],
          tags=[Tag("+3V3", (51, 9)), Tag("NSS", (10, 40), "left"), Tag("RADIO_RESET", (18, 44), "left"), Tag("GND", (42, 56)),
                Tag("RF", (56, 34)), Tag("RF_ANT", (82, 34))],
          notes=[("50 ohm from U2 to the outlet. C15, R18, C16: pi network,\nas fitted a straight way. Fit one of R19 (SMA), R20 (U.FL),"
                  "\nR21 (wire: 82 mm at 868 MHz, 78 mm at 915 MHz).", 4, 66)]),
]
