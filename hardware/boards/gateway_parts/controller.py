"""Controller: ATmega328P at 7.3728 MHz and 3.3 V, reset and programming, light and button, breakout.

7.3728 MHz / 64 = 115200 baud. From 8 MHz it would be 111111, 3.6 % off: within 0.2 % of what the receiver stands (DS40002061, table
"Recommended maximum receiver baud rate error (U2X = 1)").

RESET is pulled up by 4.7 kohm: the Pi's GPIO16 is an input with 50 kohm to ground after power-up, and RESET must stay above
0.9 VCC (data sheet DS40002061, VIH2): 3.3 V x 50.33 / 55.03 = 3.02 V. A low GPIO16 pulls to 3.3 V x 0.33 / 5.03 = 0.22 V (< 0.1 VCC)."""
from model import Block, Place, Tag, Wire
from parts import C, R, make

from .place import KEY, at

MCU = {"1": "RESET", "2": "RXD", "3": "TXD", "4": "DIO0", "5": "D3", "6": "LED", "7": "+3V3", "8": "GND", "9": "XTAL1",
       "10": "XTAL2", "11": "D5", "12": "BUTTON", "13": "D7", "14": "D8", "15": "D9", "16": "NSS", "17": "MOSI", "18": "MISO",
       "19": "SCK", "20": "+3V3", "21": "AREF", "22": "GND", "23": "A0", "24": "A1", "25": "A2", "26": "RADIO_RESET"}
BREAKOUT = ("+5V", "GND", "+3V3", "A0", "A1", "A2", "D3", "D5", "D7", "D8", "D9")

parts = [
    make("atmega328p", "U1", MCU, at("U1"), ref_at=(-3.81, -8, 0)),
    C("C5", "100n", "+3V3", "GND", at("C5")),
    C("C6", "100n", "+3V3", "GND", at("C6"), ref_at=(0, -2.2, 0)),
    C("C7", "100n", "AREF", "GND", at("C7"), ref_at=(0, 2.2, 0)),
    make("crystal-7m3728", "Y1", {"1": "XTAL1", "2": "XTAL2"}, at("Y1"), ref_at=(0, -2.44, 0)),
    C("C8", "22p", "XTAL1", "GND", at("C8")),
    C("C9", "22p", "XTAL2", "GND", at("C9"), ref_at=(0, -2.2, 0)),
    R("R1", "4k7", "+3V3", "RESET", at("R1"), ref_at=(0, -1.35, 0), note="not more: the Pi pulls GPIO16 down at boot"),
    make("bat54", "D1", {"K": "+3V3", "A": "RESET"}, at("D1"), ref_at=(-2.6, 0, 0), note="clamps what C10 adds when RTS rises"),
    C("C10", "100n", "RESET", "FTDI_RTS", at("C10")),
    make("tact", "SW1", {"1": "RESET", "2": "GND"}, at("SW1"), ref_at=KEY, value="RESET"),
    R("R9", "330R", "RESET", "RESET_PI", at("R9"), ref_at=(2.7, 0, 0)),
    make("header-2", "JP4", {"1": "RESET_PI", "2": "PI_RESET"}, at("JP4"), value="RESET by the Pi", note="cap on one pin only; on both the Pi may reset the controller"),
    make("isp", "J3", {"MISO": "MISO", "VCC": "+3V3", "SCK": "SCK", "MOSI": "MOSI", "5": "RESET", "GND": "GND"}, at("J3"), ref_at=(-.6, -2.75, 0)),
    R("R4", "1k", "LED", "LED_A", at("R4"), ref_at=(2.8, 0, 0)),
    make("led", "D2", {"A": "LED_A", "K": "GND"}, at("D2"), ref_at=(3.3, .6, 0)),
    R("R5", "1k", "BUTTON", "BUTTON_KEY", at("R5"), ref_at=(-2.5, .2, 0)),
    make("tact", "SW2", {"1": "BUTTON_KEY", "2": "GND"}, at("SW2"), ref_at=KEY, value="BUTTON"),
    make("header-11", "J4", {str(n): net for n, net in enumerate(BREAKOUT, 1)}, at("J4"), note="breakout; pins for own ideas"),
]

blocks = [
    Block("Controller", at=(100, 11), size=(100, 90),
          places=[Place("U1", 46, 50), Place("C5", 10, 18), Place("C6", 20, 18), Place("C7", 28, 31),
                  Place("Y1", 75, 39, 270), Place("C8", 92, 34, 90), Place("C9", 92, 44, 90)],
          wires=[Wire("U1.7", (46, 12)), Wire("U1.20", (48, 12), (10, 12)), Wire((10, 12), "C5.1"), Wire((20, 12), "C6.1"),
                 Wire("C5.2", (10, 24), (20, 24), "C6.2"), Wire("U1.21", (28, 26), "C7.1"),
                 Wire("U1.9", (71, 38), (71, 34), (75, 34), "Y1.1"), Wire((75, 34), "C8.1"),
                 Wire("U1.10", (71, 40), (71, 44), (75, 44), "Y1.2"), Wire((75, 44), "C9.1"),
                 Wire("C8.2", (97, 34), (97, 44), "C9.2"), Wire((97, 44), (97, 47))],
          tags=[Tag("+3V3", (30, 12)), Tag("GND", (15, 24)), Tag("GND", (97, 47)), Tag("XTAL1", (79, 34)), Tag("XTAL2", (79, 44))],
          notes=[("7.3728 MHz / 64 = 115200 baud.\n16 MHz would be out of\nspecification at 3.3 V.", 70, 54), ("C5 at pin 7, C6 at pin 20.", 4, 29)]),
    Block("Reset and programming", at=(100, 104), size=(100, 54),
          places=[Place("R1", 18, 17), Place("D1", 28, 17, 270), Place("SW1", 38, 28, 270), Place("C10", 50, 22, 90),
                  Place("R9", 20, 44, 90), Place("JP4", 40, 44), Place("J3", 80, 26)],
          wires=[Wire((10, 22), "C10.1"), Wire("R1.2", (18, 22)), Wire("D1.2", (28, 22)), Wire((38, 22), "SW1.1"),
                 Wire("R1.1", (18, 12), (28, 12), "D1.1"), Wire((10, 22), (10, 44), "R9.1"), Wire("R9.2", "JP4.1")],
          tags=[Tag("RESET", (10, 22), "left"), Tag("+3V3", (23, 12)), Tag("RESET_PI", (25, 44))],
          notes=[("JP4: the Pi may reset the controller.\nTake it off while the Pi is off.", 56, 44)]),
    Block("Light and button", at=(203, 138), size=(58, 43),
          places=[Place("R4", 22, 15, 90), Place("D2", 36, 15, 180), Place("R5", 22, 30, 90), Place("SW2", 41, 30)],
          wires=[Wire((14, 15), "R4.1"), Wire("R4.2", "D2.2"), Wire("D2.1", (44, 15)), Wire((14, 30), "R5.1"), Wire("R5.2", "SW2.1"),
                 Wire("SW2.2", (50, 30))],
          tags=[Tag("LED", (14, 15), "left"), Tag("GND", (44, 15)), Tag("BUTTON", (14, 30), "left"), Tag("GND", (50, 30))],
          notes=[("The controller's own pull-up.", 4, 38)]),
    Block("Breakout", at=(264, 138), size=(56, 43), places=[Place("J4", 34, 23)]),
]
