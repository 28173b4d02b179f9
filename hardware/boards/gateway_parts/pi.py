"""Raspberry Pi: the 40-pin socket, the ID EEPROM and the two buttons the Pi reads. All of it lives on the Pi's 3.3 V.

Sources: raspberrypi/hats, designguide.md (ID pins: EEPROM and 3.9 kohm only; WP 1 kohm to 3.3 V with a test point; GPIO16 and
GPIO14 may be outputs at boot: series resistors) and hat-board-mechanical.pdf. No supply of this board reaches the header."""
from model import Block, Place, Tag, Wire
from parts import C, R, make

from .place import KEY, at, pin_one

GROUNDS = (6, 9, 14, 20, 25, 30, 34, 39)
header = {"1": "+3V3_PI", "17": "+3V3_PI", "2": "+5V_PI", "4": "+5V_PI", "8": "PI_TXD", "10": "PI_RXD", "16": "PI_REBOOT",
          "18": "PI_SHUTDOWN", "36": "PI_RESET", "27": "ID_SD", "28": "ID_SC", **{str(n): "GND" for n in GROUNDS}}

parts = [
    make("hat-40", "J1", header, pin_one(), show_ref=False),
    make("cat24c32", "U4", {"A0": "GND", "A1": "GND", "A2": "GND", "VCC": "+3V3_PI", "GND": "GND", "SDA": "ID_SD",
                            "SCL": "ID_SC", "WP": "ID_WP"}, at("U4")),
    C("C14", "100n", "+3V3_PI", "GND", at("C14"), ref_at=(0, -1.4, 0)),
    R("R10", "3k9", "+3V3_PI", "ID_SD", at("R10"), ref_at=(0, -1.3, 0)),
    R("R11", "3k9", "+3V3_PI", "ID_SC", at("R11"), ref_at=(0, -1.3, 0)),
    R("R12", "1k", "ID_WP", "+3V3_PI", at("R12"), ref_at=(0, 1.35, 0), note="as the HAT design guide has it: the EEPROM pulls WP down by itself"),
    make("testpoint", "TP5", {"1": "ID_WP"}, at("TP5"), value="WP"),
    make("testpoint", "TP6", {"1": "GND"}, at("TP6"), value="GND"),
    R("R13", "10k", "+3V3_PI", "PI_REBOOT", at("R13"), ref_at=(0, 1.35, 0)),
    R("R14", "1k", "PI_REBOOT", "REBOOT_KEY", at("R14"), ref_at=(-2.7, 0, 0)),
    make("tact", "SW3", {"1": "REBOOT_KEY", "2": "GND"}, at("SW3"), ref_at=KEY, value="PI REBOOT"),
    R("R15", "10k", "+3V3_PI", "PI_SHUTDOWN", at("R15"), ref_at=(0, 1.35, 0)),
    R("R16", "1k", "PI_SHUTDOWN", "SHUTDOWN_KEY", at("R16"), ref_at=(-2.7, 0, 0)),
    make("tact", "SW4", {"1": "SHUTDOWN_KEY", "2": "GND"}, at("SW4"), ref_at=KEY, value="PI SHUTDOWN"),
]

blocks = [
    Block("Raspberry Pi", at=(11, 11), size=(86, 62), places=[Place("J1", 43, 29)],
          notes=[("GND: 6 9 14 20 25 30 34 39\n5 V: 2 4, 3.3 V: 1 17", 4, 52.5), ("5 V comes from the Pi, never goes to it (JP1).", 4, 59)]),
    Block("Identity of the HAT", at=(11, 76), size=(86, 47),
          places=[Place("U4", 33, 24), Place("C14", 12, 20), Place("R10", 54, 15), Place("R11", 64, 15), Place("R12", 60, 35, 90),
                  Place("TP5", 50, 35, 180), Place("TP6", 76, 35)],
          wires=[Wire("U4.1", (22, 22), (22, 30)), Wire("U4.2", (22, 24)), Wire("U4.3", (22, 26)),
                 Wire((12, 10), (64, 10), "R11.1"), Wire("R10.1", (54, 10)), Wire("U4.8", (33, 10)), Wire((12, 10), "C14.1"),
                 Wire("U4.5", (72, 22)), Wire("R10.2", (54, 22)), Wire("U4.6", (72, 24)), Wire("R11.2", (64, 24)),
                 Wire("U4.7", (44, 26), (44, 35), "R12.1"), Wire("R12.2", (67, 35))],
          tags=[Tag("GND", (22, 30)), Tag("+3V3_PI", (44, 10)), Tag("ID_SD", (72, 22)), Tag("ID_SC", (72, 24)),
                Tag("ID_WP", (45, 35)), Tag("+3V3_PI", (67, 35))],
          notes=[("Address 0x50. To write it, hold WP (TP5) to ground (TP6).", 4, 43)]),
    Block("Buttons for the Pi", at=(11, 126), size=(86, 53),
          places=[Place("R13", 28, 14), Place("R14", 40, 19, 90), Place("SW3", 60, 19),
                  Place("R15", 28, 35), Place("R16", 40, 40, 90), Place("SW4", 60, 40)],
          wires=[Wire((22, 19), "R14.1"), Wire("R13.2", (28, 19)), Wire("R14.2", "SW3.1"), Wire("SW3.2", (70, 19)),
                 Wire((22, 40), "R16.1"), Wire("R15.2", (28, 40)), Wire("R16.2", "SW4.1"), Wire("SW4.2", (70, 40))],
          tags=[Tag("PI_REBOOT", (22, 19), "left"), Tag("GND", (70, 19)), Tag("PI_SHUTDOWN", (22, 40), "left"), Tag("GND", (70, 40))],
          notes=[("Pull-ups to the Pi's own 3.3 V: its inputs bear no 5 V.", 4, 49)]),
    Block("As delivered", at=(11, 182), size=(86, 33), places=[],
          notes=[("JP1 1-2: 5 V from the Pi. JP2 1-2, JP3 1-2: serial line to the Pi.\nJP4 open, its cap on one pin: closed, the Pi may reset the controller.\n"
                  "R19 fitted: antenna at the SMA socket.\n\nWithout a Pi: JP1 2-3, JP2 2-3, JP3 2-3, JP4 open, FTDI cable in J2.\n"
                  "The cable may stay in beside the Pi: JP1 joins one 5 V only.", 4, 8)]),
]
