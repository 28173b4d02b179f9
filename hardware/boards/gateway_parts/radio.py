"""Radio: RFM69HW, its supply, and the way to the antenna: pi network, then one of three outlets by a 0 ohm link.

HopeRF RFM69HW data sheet: 1.8-3.6 V, 130 mA at +20 dBm (at least 2.4 V), antenna 50 ohm; RESET is active high, pulled low so that
the module runs when the controller's pin floats."""
from model import Block, Place, Tag, Wire
from parts import C, R, make

from .place import at

parts = [
    make("rfm69", "U2", {"SCK": "SCK", "MISO": "MISO", "MOSI": "MOSI", "NSS": "NSS", "RESET": "RADIO_RESET", "3.3V": "+3V3",
                         "ANT": "RF", "DIO0": "DIO0", "9": "GND", "11": "GND", "16": "GND"}, at("U2"), value="RFM69HW"),
    R("R2", "10k", "+3V3", "NSS", at("R2")),
    R("R3", "100k", "RADIO_RESET", "GND", at("R3")),
    C("C12", "100n", "+3V3", "GND", at("C12")),
    C("C13", "1u", "+3V3", "GND", at("C13")),
    R("R17", "1R", "+3V3", "BULK", at("R17"), note="damps C11: the regulator sees 1 ohm + 47 uF, within 0 to 2 ohm"),
    C("C11", "47u", "BULK", "GND", at("C11")),
    C("C15", "DNP", "RF", "GND", at("C15")),
    R("R18", "0R", "RF", "RF_ANT", at("R18"), note="or what the match of the antenna needs"),
    C("C16", "DNP", "RF_ANT", "GND", at("C16")),
    R("R19", "0R", "RF_ANT", "ANT_SMA", at("R19"), note="fit one of R19, R20, R21"),
    R("R20", "0R", "RF_ANT", "ANT_UFL", at("R20"), fitted=False, note="fit one of R19, R20, R21"),
    R("R21", "0R", "RF_ANT", "ANT_WIRE", at("R21"), fitted=False, note="fit one of R19, R20, R21"),
    make("sma", "J5", {"In": "ANT_SMA", "Ext": "GND"}, at("J5")),
    make("ufl", "J6", {"In": "ANT_UFL", "Ext": "GND"}, at("J6"), fitted=False),
    make("wire-hole", "J7", {"A": "ANT_WIRE"}, at("J7")),
]

blocks = [
    Block("Radio and antenna", at=(203, 11), size=(117, 73),
          places=[Place("U2", 42, 40), Place("R2", 10, 33), Place("R3", 22, 50), Place("C12", 52, 18), Place("C13", 62, 18),
                  Place("R17", 72, 18), Place("C11", 72, 27),
                  Place("C15", 66, 39), Place("R18", 74, 34, 90), Place("C16", 82, 39),
                  Place("R19", 95, 34, 90), Place("R20", 95, 48, 90), Place("R21", 95, 61, 90),
                  Place("J5", 108, 34), Place("J6", 108, 48), Place("J7", 106, 56)],
          wires=[Wire("U2.8", (42, 12), (72, 12), "R17.1"), Wire((52, 12), "C12.1"), Wire((62, 12), "C13.1"), Wire("R17.2", "C11.1"),
                 Wire("U2.15", (10, 40), "R2.2"), Wire("U2.1", (22, 44), "R3.1"), Wire((18, 44), (22, 44)),
                 Wire("U2.9", (40, 54), (44, 54), "U2.16"), Wire("U2.11", (42, 54)), Wire((42, 54), (42, 56)),
                 Wire("U2.10", "R18.1"), Wire((66, 34), "C15.1"), Wire("R18.2", "R19.1"), Wire((82, 34), "C16.1"),
                 Wire((88, 34), (88, 61), "R21.1"), Wire((88, 48), "R20.1"), Wire("R19.2", "J5.1"), Wire("R20.2", "J6.1"),
                 Wire("R21.2", (106, 61), "J7.1")],
          tags=[Tag("+3V3", (47, 12)), Tag("NSS", (10, 40), "left"), Tag("RADIO_RESET", (18, 44), "left"), Tag("GND", (42, 56))],
          notes=[("50 ohm from U2 to the outlet. C15, R18, C16: pi network;\nas fitted a straight way. Fit one of R19 (SMA), R20 (U.FL),\nR21 (wire: 82 mm at 868 MHz, 78 mm at 915 MHz).", 4, 64)]),
]
