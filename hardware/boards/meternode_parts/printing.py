"""What is printed on the node: names for hands and for the eye of who builds it. Positions in mm from the upper left corner."""
from model import Text

PITCH = 2.54              # mm, of a header


def names(words, x, y, justify):
    """Names of a header's pins beside it, from the first pin down."""
    return [Text(word, x, y + PITCH * n, justify=justify) for n, word in enumerate(words)]


PINS = (names(("GND", "3V3", "LDR", "V+", "VREF 2.2V", "OUT", "CT"), 55.9, 53.5, "right")
        + names(("GND", "CTS", "5V IN", "TXD", "RXD", "RTS"), 55.7, 35.5, "right")
        + names(("3V3", "GND", "PB0", "PB1", "PC2", "PC4", "PC5"), 4.5, 20.7, "left"))
FIRST = [Text("1", 34.0, 64.4, size=1.0), Text("1", .85, 44.0), Text("1", 40.3, 72.0)]       # pin 1 of U1, J6, RV1: seen with the part in its place
CONNECTORS = [
    Text("3 x AA", 5.2, 60.1, size=1.0), Text("+", 10.6, 63.5, size=1.5), Text("-", 10.6, 67.0, size=1.5),
    Text("5 V ONLY, CENTRE +", 23.2, 85.3, angle=90), Text("CLAMP", 35.4, 82.0, angle=90), Text("PUCK", 49.2, 85, angle=90),
    Text("ISP", 4.0, 40.0), Text("3.3V ONLY", 4.0, 41.4), Text("FTDI, 3.3V SIGNALS", 54.0, 33.2, justify="right"),
]
HANDS = [
    Text("CLOCKWISE:", 47.3, 75.8), Text("DIMMER LIGHT", 47.3, 77.1), Text("BUTTON", 54.7, 21.9), Text("RESET", 12.4, 50.0),
    Text("VBAT", 15.9, 60.3), Text("JACK", 7.9, 72.0), Text("LOAD", 22.2, 52.85), Text("3V3", 9.0, 55.3), Text("GND", 8.8, 52.6),
]
ANTENNA = [Text(line, 10.4, 12.4 + 1.4 * n, justify="left") for n, line in enumerate(("FIT ONE:", "R10 WIRE", "R11 U.FL", "R12 SMA"))]
PARTS = [
    Text("WIRE", 11.9, 5.4), Text("RFM69W", 38.8, 13.6, size=1.5), Text("868 OR 915 MHz", 38.8, 15.9),
    Text("ATMEGA328P-PU", 30.2, 45.5, size=1.0, angle=90),
]
BOARD = [Text("METERMAN NODE A", 43.3, 28.0, size=1.0), Text("CERN-OHL-P", 43.3, 29.7), Text("2026-11-23", 43.3, 31.0)]
BACK = [
    Text("METERMAN NODE A", 30, 16, "B.SilkS", 2.0), Text("CERN-OHL-P v2", 30, 19, "B.SilkS", 1.2),
    Text("ANTENNA WIRE: 82 mm AT 868 MHz, 78 mm AT 915 MHz", 30, 21.6, "B.SilkS"),
    Text("PUCK: TIP 3V3, RING 1 LDR, RING 2 LED, SLEEVE GND", 30, 75.5, "B.SilkS"),
    Text("CLAMP: 100 A : 50 mA, TIP AND SLEEVE", 30, 77.2, "B.SilkS"), Text("JACK: 5 V ONLY, CENTRE +", 30, 78.9, "B.SilkS"),
]
texts = PINS + FIRST + CONNECTORS + HANDS + ANTENNA + PARTS + BOARD + BACK
