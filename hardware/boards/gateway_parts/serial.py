"""Serial line of the controller: to the Pi or to the FTDI cable, by two jumpers.

1 kohm in series from both 3.3 V outputs, 10 kohm from the cable (its output may be 5 V: 0.14 mA through the clamp)."""
from model import Block, Place, Tag, Wire
from parts import R, make

from .place import at

parts = [
    make("ftdi", "J2", {"GND": "GND", "CTS": "GND", "VCC": "+5V_FTDI", "TXD": "FTDI_TXD", "RXD": "FTDI_RXD", "RTS": "FTDI_RTS"}, at("J2"), ref_at=(-2.5, -.75, 0)),
    R("R6", "1k", "PI_TXD", "RX_PI", at("R6"), ref_at=(0, 1.35, 0)),
    R("R7", "10k", "FTDI_TXD", "RX_FTDI", at("R7"), ref_at=(0, 1.35, 0)),
    R("R8", "1k", "TXD", "TX_OUT", at("R8"), ref_at=(1.0, -1.2, 0)),
    make("header-3", "JP2", {"1": "RX_PI", "2": "RXD", "3": "RX_FTDI"}, at("JP2"), value="RX: Pi/FTDI", ref_at=(1.2, 2.1, 0), note="with a jumper cap: controller hears Pi or FTDI"),
    make("header-3", "JP3", {"1": "PI_RXD", "2": "TX_OUT", "3": "FTDI_RXD"}, at("JP3"), value="TX: Pi/FTDI", ref_at=(1.2, -1.95, 0), note="with a jumper cap: Pi or FTDI hears controller"),
]

blocks = [
    Block("Serial line", at=(100, 161), size=(100, 54),
          places=[Place("J2", 14, 24), Place("R7", 47, 25, 90), Place("R6", 54, 14, 90), Place("JP2", 78, 23),
                  Place("R8", 56, 37, 90), Place("JP3", 78, 37)],
          wires=[Wire("J2.4", "R7.1"), Wire("R7.2", "JP2.3"), Wire((48, 14), "R6.1"), Wire("R6.2", (68, 14), (68, 21), "JP2.1"),
                 Wire("JP2.2", (71, 23)), Wire((50, 37), "R8.1"), Wire("R8.2", "JP3.2"), Wire((60, 31), (68, 31), (68, 35), "JP3.1"),
                 Wire("J2.5", (38, 27), (38, 43), (68, 43), (68, 39), "JP3.3")],
          tags=[Tag("PI_TXD", (48, 14), "left"), Tag("RXD", (71, 23), "left"), Tag("TXD", (50, 37), "left"), Tag("PI_RXD", (60, 31), "left"),
                Tag("RX_PI", (59, 14)), Tag("RX_FTDI", (52, 25)), Tag("TX_OUT", (61, 37)), Tag("FTDI_TXD", (34, 25)), Tag("FTDI_RXD", (44, 43))],
          notes=[("JP2, JP3: 1-2 to the Pi, 2-3 to the FTDI cable.\nPi: serial console off, UART on.", 4, 47)]),
]
