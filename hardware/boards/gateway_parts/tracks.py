"""Tracks drawn by hand: the 50 ohm line to the antenna, the bus to the radio, the crystal, copper that takes heat; and areas kept free."""
from model import ring

from .place import HOLES, PLACES, RF_X, RF_Y

LINE = 1.25              # mm: 50 ohm with ground 0.2 mm beside and 1.53 mm below (tools/line.py)
OHM = 50.0
LINES = {net: OHM for net in ("RF", "ANT_SMA")}         # RF_ANT forks
FORK = (RF_X, RF_Y)


def bus():
    """SPI from the radio's pins 12 to 15 to the controller's 19 to 16: four nested ways that never cross."""
    columns = {"SCK": (12, 19, 13.3, 22.14), "MISO": (13, 18, 15.3, 19.6), "MOSI": (14, 17, 17.3, 17.06), "NSS": (15, 16, 19.3, 14.52)}
    for n, (net, (radio, controller, x, y)) in enumerate(columns.items()):
        low, right, cut = 37.4 - .5 * n, 24.85 - .5 * n, .6
        yield (net, "F.Cu", .25, [f"U2.{radio}", (x, low - cut), (x + cut, low), (right - cut, low), (right, low - cut),
                                  (right, y + cut), (right + cut, y), f"U1.{controller}"])


tracks = [
    ("RF", "F.Cu", LINE, ["U2.10", "C15.1", "R18.1"]), ("RF_ANT", "F.Cu", LINE, ["R18.2", "C16.1", FORK, "R21.1"]),
    ("RF_ANT", "F.Cu", LINE, ["R19.1", FORK, "R20.1"]), ("ANT_SMA", "F.Cu", 1.5, ["R19.2", "J5.1"]),
    ("ANT_UFL", "F.Cu", 0.9, ["R20.2", "J6.1"]), ("ANT_WIRE", "F.Cu", LINE, ["R21.2", "J7.1"]),
    ("+5V", "F.Cu", 1.2, [(22.9, 9.45), (25.9, 9.45), (25.9, 10.55), (22.9, 10.55)]),  # the regulator's tab spreads its heat
    *bus(),
    ("XTAL2", "F.Cu", .25, ["U1.10", "C9.1", "Y1.2"]), ("XTAL1", "F.Cu", .25, ["U1.9", "C8.1", "Y1.1"]),
]


def box(x0, y0, x1, y1):
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


keepouts = [
    (("F.Cu",), box(RF_X - 2.4, 17.5, RF_X + 12.4, 31.9), "tracks"),           # the radio's underside carries vias
    (("F.Cu", "B.Cu"), box(RF_X - 3.1, 14.8, RF_X + 13.1, 34.5), "vias"),
    (("B.Cu",), [(.5, 14), (22.6, 14), (22.6, 52), (6.2, 52), (6.2, 36), (.5, 36)], "tracks"),  # whole ground below radio and antenna line
    (("F.Cu", "B.Cu"), box(14.95, RF_Y - .95, 17.05, RF_Y + .95), "tracks vias"),  # U.FL
    (("B.Cu",), box(37.8, 19.0, 47.0, 28.6), "tracks"),                        # crystal: no other track in its loop or beside it
    (("F.Cu",), [(37.5, 22.6), (40, 22.3), (43, 21.6), (47, 21.6), (47, 25.2), (43, 25.2), (40, 24.5), (37.5, 24.3)], "tracks vias"),
    (("F.Cu",), box(40.4, 18.6, 47.0, 20.0), "tracks"), (("F.Cu",), box(40.4, 26.85, 47.0, 28.6), "tracks"),
] + [
    (("F.Cu", "B.Cu"), box(RF_X - 1.6, 48.2, RF_X + 1.6, 51.0), "vias pour"),  # the foot of the wire: ground would take its wave
] + [(("F.Cu", "B.Cu"), ring(*hole, 3.2), "tracks vias pour") for hole in HOLES  # heads of the screws
] + [(("F.Cu",), box(x - 1.4, y - 1.4, x + 1.4, y + 1.4), "tracks vias") for x, y, _ in (PLACES[f"FID{n}"] for n in (1, 2, 3))]
