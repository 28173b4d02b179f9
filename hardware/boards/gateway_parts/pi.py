"""Raspberry Pi: the 40-pin socket, the ID EEPROM and the two buttons the Pi reads. All of it lives on the Pi's 3.3 V.

Sources: raspberrypi/hats, designguide.md (ID pins: EEPROM and 3.9 kohm only; WP 1 kohm to 3.3 V with a test point; GPIO16 and
GPIO14 may be outputs at boot: series resistors) and hat-board-mechanical.pdf. No supply of this board reaches the header."""
from model import Block, Place, Tag, Wire
from parts import C, R, make

from .place import at, pin_one

GROUNDS = (6, 9, 14, 20, 25, 30, 34, 39)
header = {"1": "+3V3_PI", "17": "+3V3_PI", "2": "+5V_PI", "4": "+5V_PI", "8": "PI_TXD", "10": "PI_RXD", "16": "PI_REBOOT",
          "18": "PI_SHUTDOWN", "36": "PI_RESET", "27": "ID_SD", "28": "ID_SC", **{str(n): "GND" for n in GROUNDS}}

parts = [
    make("hat-40", "J1", header, pin_one(), ref_at=(51.2, 1.27, 0)),
    make("cat24c32", "U4", {"A0": "GND", "A1": "GND", "A2": "GND", "VCC": "+3V3_PI", "GND": "GND", "SDA": "ID_SD",
                            "SCL": "ID_SC", "WP": "ID_WP"}, at("U4")),
    C("C14", "100n", "+3V3_PI", "GND", at("C14")),
    R("R10", "3k9", "+3V3_PI", "ID_SD", at("R10")),
    R("R11", "3k9", "+3V3_PI", "ID_SC", at("R11")),
    R("R12", "1k", "ID_WP", "+3V3_PI", at("R12"), note="as the HAT design guide has it: the EEPROM pulls WP down by itself"),
    make("testpoint", "TP5", {"1": "ID_WP"}, at("TP5"), value="WP"),
    make("testpoint", "TP6", {"1": "GND"}, at("TP6"), value="GND"),
    R("R13", "10k", "+3V3_PI", "PI_REBOOT", at("R13")),
    R("R14", "1k", "PI_REBOOT", "REBOOT_KEY", at("R14")),
    make("tact", "SW3", {"1": "REBOOT_KEY", "2": "GND"}, at("SW3")),
    R("R15", "10k", "+3V3_PI", "PI_SHUTDOWN", at("R15")),
    R("R16", "1k", "PI_SHUTDOWN", "SHUTDOWN_KEY", at("R16")),
    make("tact", "SW4", {"1": "SHUTDOWN_KEY", "2": "GND"}, at("SW4")),
]

blocks = [
    Block("Raspberry Pi", at=(11, 11), size=(86, 60), places=[Place("J1", 43, 29)],
          notes=[("5V only comes from the Pi, never goes to it (JP1).\nFree GPIOs stay free.", 4, 54)]),
    Block("Identity of the HAT", at=(11, 74), size=(86, 44),
          places=[Place("U4", 33, 24), Place("C14", 12, 24), Place("R10", 50, 15), Place("R11", 59, 15), Place("R12", 52, 34, 90),
                  Place("TP5", 45, 34), Place("TP6", 72, 34)],
          wires=[Wire("U4.1", (22, 22), (22, 30)), Wire("U4.2", (22, 24)), Wire("U4.3", (22, 26)),
                 Wire("U4.8", (33, 10), (59, 10), "R11.1"), Wire("R10.1", (50, 10)),
                 Wire((12, 10), (33, 10)), Wire((12, 10), "C14.1"),
                 Wire("U4.5", (68, 22)), Wire("R10.2", (50, 22)), Wire("U4.6", (68, 24)), Wire("R11.2", (59, 24)),
                 Wire("U4.7", (43, 26), (43, 34), "R12.1"), Wire("R12.2", (58, 34))],
          tags=[Tag("GND", (22, 30)), Tag("+3V3_PI", (42, 10)), Tag("ID_SD", (68, 22)), Tag("ID_SC", (68, 24)),
                Tag("+3V3_PI", (58, 34))],
          notes=[("Address 0x50. To write it, hold WP (TP5) to ground (TP6).", 4, 40)]),
    Block("Buttons for the Pi", at=(11, 121), size=(86, 54),
          places=[Place("R13", 26, 14), Place("R14", 38, 19, 90), Place("SW3", 54, 19),
                  Place("R15", 26, 36), Place("R16", 38, 41, 90), Place("SW4", 54, 41)],
          wires=[Wire((20, 19), "R14.1"), Wire("R13.2", (26, 19)), Wire("R14.2", "SW3.1"), Wire("SW3.2", (64, 19)),
                 Wire((20, 41), "R16.1"), Wire("R15.2", (26, 41)), Wire("R16.2", "SW4.1"), Wire("SW4.2", (64, 41))],
          tags=[Tag("PI_REBOOT", (20, 19), "left"), Tag("GND", (64, 19)), Tag("PI_SHUTDOWN", (20, 41), "left"), Tag("GND", (64, 41))],
          notes=[("Pull-ups to the Pi's own 3.3 V: its inputs bear no 5 V.", 4, 49)]),
]
