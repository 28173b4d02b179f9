"""Serial line of the controller: to the Pi or to the FTDI cable, by two jumpers.

1 kohm in series from both 3.3 V outputs, 10 kohm from the cable (its output may be 5 V: 0.14 mA through the clamp)."""
from model import Block, Place, Tag, Wire
from parts import R, make

from .place import at

parts = [
    make("ftdi", "J2", {"GND": "GND", "CTS": "GND", "VCC": "+5V_FTDI", "TXD": "FTDI_TXD", "RXD": "FTDI_RXD", "RTS": "FTDI_RTS"}, at("J2")),
    R("R6", "1k", "PI_TXD", "RX_PI", at("R6")),
    R("R7", "10k", "FTDI_TXD", "RX_FTDI", at("R7")),
    R("R8", "1k", "TXD", "TX_OUT", at("R8")),
    make("header-3", "JP2", {"1": "RX_PI", "2": "RXD", "3": "RX_FTDI"}, at("JP2"), note="with a jumper cap: controller hears Pi or FTDI"),
    make("header-3", "JP3", {"1": "PI_RXD", "2": "TX_OUT", "3": "FTDI_RXD"}, at("JP3"), note="with a jumper cap: Pi or FTDI hears controller"),
]

blocks = [
    Block("Serial line", at=(100, 157), size=(68, 57),
          places=[Place("J2", 10, 22), Place("R7", 32, 23, 90), Place("R6", 44, 19, 90), Place("JP2", 60, 21),
                  Place("R8", 44, 36, 90), Place("JP3", 60, 36)],
          wires=[Wire("J2.4", "R7.1"), Wire("R7.2", "JP2.3"), Wire((40, 19), "R6.1"), Wire("R6.2", "JP2.1"),
                 Wire("JP2.2", (54, 21)), Wire("R8.2", "JP3.2"), Wire((38, 36), "R8.1"), Wire("J2.5", (22, 25), (22, 38), "JP3.3")],
          tags=[Tag("PI_TXD", (40, 19), "left"), Tag("RXD", (54, 21), "left"), Tag("TXD", (38, 36), "left")],
          notes=[("JP2, JP3: 1-2 to the Pi, 2-3 to the FTDI cable.\nPi: serial console off, UART on.", 4, 50)]),
]
