"""Printing of the Gateway: what is where, which jumper does what. Sizes of 0.8 mm, as cheap fabs print it."""
from model import Text

from .controller import BREAKOUT
from .place import PITCH, PLACES, RF_X, pin

SMALL = 0.8


def small(text, x, y, justify="center"):
    return Text(text, x, y, size=SMALL, justify=justify)


def beside(ref, text, dx, dy=0, justify="left"):
    """A word beside a part."""
    x, y, _ = PLACES[ref]
    return small(text, x + dx, y + dy, justify)


jumpers = [beside("JP1", "PI", 0, -2.35, "center"), beside("JP1", "5V", PITCH, -2.35, "center"), beside("JP1", "FTDI", 2 * PITCH, -2.35, "center"),
           beside("JP3", "PI", 0, 2.2, "center"), beside("JP3", "FTDI", 2 * PITCH, 2.2, "center"), beside("JP3", "TX", 3.6, -1.95),
           beside("JP2", "RX", 3.6, 2.1)]
table = [small(word, x, 23.1 + 1.2 * row, "left") for row, words in enumerate(
    (("JP1 5V", "PI", "FTDI"), ("JP2 RX", "PI", "FTDI"), ("JP3 TX", "PI", "FTDI"), ("JP4 RST", "BY PI")))
    for word, x in zip(words, (48.0, 53.7, 55.6))]
buttons = [beside("SW1", "RESET", 3.25, -2.25, "center"), beside("SW2", "BUTTON", 3.25, -2.25, "center"),
           beside("SW3", "PI REBOOT", 3.25, -1.75, "center"), beside("SW4", "PI SHUTDOWN", 3.25, -2.2, "center")]
breakout = [small(net.lstrip("+"), 60.9, PLACES["J4"][1] + PITCH * n, "right") for n, net in enumerate(BREAKOUT)]
cable = [beside("J2", word, PITCH * n, -2.0, "center") for n, word in enumerate(("GND", "CTS", "5V", "TXD", "RXD", "RTS"))]
header = [small(str(n), pin(n)[0] + (-1.35 if n < 3 else 1.65), pin(n)[1]) for n in (1, 2, 39, 40)]
header += [small("J1 RASPBERRY PI BELOW", 31.5, 6.3)]
points = [beside("TP1", "5V", 1.25), beside("TP2", "3V3", 1.25), beside("TP3", "GND", 1.25), beside("TP5", "WP", 0, 1.5, "center"),
          beside("TP6", "GND", -1.2, 1.6, "center")]
antenna = [beside("J5", "SMA", .5, -6.0), beside("J7", "WIRE", 0, 1.75, "center")]
antenna += [small(word, 13.0, 47.2 + 1.1 * row, "left") for row, word in enumerate(("FIT ONE:", "R19 SMA", "R20 U.FL", "R21 WIRE"))]
names = [Text("METERMAN", 22.2, 42.2), Text("GATEWAY A", 22.2, 43.5), small("CERN-OHL-P", 22.2, 44.8),
         beside("J2", "FTDI", -1.7, .6, "right"), beside("J2", "3.3V SIGNALS", -1.7, 1.8, "right"), beside("U1", "1", 2.0, 1.3, "center"), beside("J3", "1", -1.9, 0, "center"), beside("J3", "ISP", .5, -2.75),
         beside("J3", "3.3V ONLY", 1.27, 7.15, "center"), beside("JP4", "RST", 4.5, 1.2), beside("D2", "LED", 2.5, -.6),
         Text("RFM69HW", RF_X + 5, 25.5), Text("ATmega328P", 32.71, 26.0, angle=90)]
below = [Text("METERMAN GATEWAY A", 12.6, 23.5, "B.SilkS", 1.2), Text("THIS SIDE TO THE RASPBERRY PI", 12.6, 26.0, "B.SilkS", 0.8),
         Text("CERN-OHL-P  2026-11", 12.6, 27.7, "B.SilkS", 0.8), Text("J1", 60.3, 6.9, "B.SilkS", 0.8)]

texts = [*jumpers, *table, *buttons, *breakout, *cable, *header, *points, *antenna, *names, *below]
