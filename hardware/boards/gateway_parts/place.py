"""Where every part of the Gateway lies, in mm from the upper left corner as seen from above, and the rules of the HAT drawing.

raspberrypi/hats, hat-board-mechanical.pdf: 65 mm wide, 56 mm high with a through-hole connector (56.5 mm only for an SMT one), corner
radius 3 mm, four holes of 2.75 mm, 3.5 mm from the edges, 58 x 49 mm apart; the middle of the 2x20 connector is 29 mm from the left
hole, on the line of the upper holes. On the Pi, pin 2 is next to the edge and pin 1 towards the middle of the board, both at the end
away from the USB sockets. The HAT lies on the Pi with the same edge up, the socket on its underside: seen from above, pin 1 is
lower left, pin 2 upper left, 39 lower right, 40 upper right: (8.37, 4.77), (8.37, 2.23), (56.63, 4.77), (56.63, 2.23). The checks
compare every pin of the built layout with `pin()`. The drawing was not at hand itself: its numbers are those quoted in that
repository's issues 59 and 62, and in KiCad's own HAT template, whose pins 1, 2, 39 and 40 lie the same way."""
WIDTH, HEIGHT, RADIUS = 65.0, 56.0, 3.0
EDGE, APART, HOLE = 3.5, (58.0, 49.0), 2.75
HOLES = [(EDGE, EDGE), (EDGE + APART[0], EDGE), (EDGE, EDGE + APART[1]), (EDGE + APART[0], EDGE + APART[1])]
PITCH, CENTRE = 2.54, (EDGE + 29.0, EDGE)

RF_X, RF_Y = 9.3, 43.65  # mm, the antenna line goes straight down from the radio's pin 10 and forks at RF_Y

KEY = (3.25, 2.25, 0)    # name of a button under its cap

PLACES = {
    # radio at the left edge, away from the Pi's USB and network sockets; the line to the antenna below it
    "U2": (RF_X + 5, 24.7, 270), "C12": (3.9, 15.7, 180), "C13": (3.9, 17.8, 180), "R17": (3.9, 13.6, 180), "C11": (2.4, 10.3, 90),
    "C15": (RF_X + .95, 36.3, 0), "R18": (RF_X, 38.98, 270), "C16": (RF_X + .95, 41.66, 0), "R19": (8.25, RF_Y, 180),
    "R20": (11.65, RF_Y, 0), "R21": (RF_X, 46.3, 270), "J5": (2.94, RF_Y, 180), "J6": (15.45, RF_Y, 0), "J7": (RF_X, 49.6, 0),
    "R2": (26.3, 13.6, 270), "R3": (25.6, 39.92, 180),
    # supply between header and radio
    "JP1": (8.6, 8.8, 90), "C1": (16.9, 8.6, 90), "U3": (21.5, 10.0, 0), "C2": (16.6, 12.4, 180), "C3": (12.8, 12.4, 180),
    "TP1": (2.2, 28.6, 0), "TP2": (2.2, 21.8, 0), "TP3": (2.2, 25.2, 0),
    # controller in the middle, pins 15 to 28 towards the radio
    "U1": (36.52, 45.0, 180), "C6": (26.3, 24.05, 90), "C7": (26.3, 28.17, 270), "C5": (39.3, 30.5, 270),
    "Y1": (44.0, 25.85, 90), "C8": (39.3, 26.15, 270), "C9": (39.3, 20.7, 90),
    "R1": (32.4, 48.9, 0), "D1": (28.2, 48.9, 0), "C10": (35.9, 48.95, 270), "J3": (52.5, 9.4, 0),
    "JP4": (51.0, 18.6, 90), "R9": (52.3, 21.7, 0), "R4": (43.9, 30.9, 0), "D2": (43.9, 33.2, 180),
    "R5": (60.6, 43.4, 0), "SW1": (39.6, 49.6, 0), "SW2": (49.3, 49.6, 0), "J4": (62.6, 9.0, 0),
    # what belongs to the Pi, at its header
    "U4": (44.5, 13.2, 90), "C14": (40.0, 10.6, 180), "R10": (47.6, 7.9, 180), "R11": (43.6, 7.9, 0), "R12": (40.0, 12.9, 0),
    "TP5": (39.6, 15.8, 0), "TP6": (48.9, 15.6, 0), "R13": (26.2, 7.8, 180), "R15": (30.6, 7.8, 0),
    "R14": (60.6, 38.6, 180), "SW3": (49.3, 30.0, 0), "R16": (60.6, 41.0, 0), "SW4": (49.3, 39.6, 0),
    # serial line
    "J2": (23.0, 53.3, 90), "JP3": (40.2, 36.9, 90), "JP2": (40.2, 41.3, 90), "R6": (40.2, 44.65, 180), "R7": (44.6, 44.65, 0),
    "R8": (40.2, 33.4, 0),
    "FID1": (2.6, 33.0, 0), "FID2": (58.2, 7.6, 0), "FID3": (11.9, 53.8, 0),
}


def at(ref):
    """Position of a part: (x, y, angle)."""
    return PLACES[ref]


def pin(number):
    """Where the drawing has a pin of the connector, seen from above."""
    column, row = divmod(number - 1, 2)
    return round(CENTRE[0] - 9.5 * PITCH + column * PITCH, 3), round(CENTRE[1] + PITCH / 2 - row * PITCH, 3)


def pin_one():
    """Position of the socket: at pin 1, turned so that the numbers run to the right."""
    return (*pin(1), 270)
