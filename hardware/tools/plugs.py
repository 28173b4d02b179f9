"""Bodies of the connectors; see bodies.py."""
from shapes import BLACK, GOLD, GREEN, GREY, METAL, WHITE, Solid, box, centred, rod, row, tube


def header(n, columns=1):
    """Pin header, 2.54 mm: gold pins of 11.6 mm, 6 mm of them above the plastic."""
    solids = []
    for x, y in row(n, columns=columns):
        solids += [centred(.64, .64, -3, 8.54, GOLD, (x, y)), _eight(x, y, 0, 2.54)]
    if columns == 2:
        solids += [box(.9, -i * 2.54 - 1, 0, 1.64, -i * 2.54 + 1, 2.54, BLACK) for i in range(n)]
    return solids


def _eight(x, y, z0, z1):
    """A block with cut corners, as the plastic of a header has around each pin."""
    a, b = 1.27, .85
    return Solid(tuple((x + u, y + v) for u, v in ((a, -b), (a, b), (b, a), (-b, a), (-a, b), (-a, -b), (-b, -a), (b, -a))), z0, z1, BLACK)


def socket(n):
    """Socket 2xn, 8.5 mm high; pins end in square holes of the face. The second column lies to the left, as in KiCad's footprint."""
    solids = [box(-3.81, -(n - 1) * 2.54 - 1.27, 0, 1.27, 1.27, 8.5, BLACK)]
    for x, y in row(n, columns=2, step=-2.54):
        solids += [centred(.6, .4, -3, 0, GOLD, (x, y)), centred(1.1, 1.1, 8.5, 8.51, GREY, (x, y)), centred(.7, .7, 8.51, 8.52, GOLD, (x, y))]
    return solids


def jack():
    """PJ-320D: opening at the left."""
    feet = [box(x - .4, 2.6, 0, x + .4, 4.3, .2, METAL) for x in (-3.2, -.2, 3.8)] + [box(4.5, -4.3, 0, 5.3, -2.6, .2, METAL)]
    ring = tube((0, 2.5), 4.6, 3.6, -8.2, -6.2, BLACK, "x")
    return [box(-6.2, -3, 0, 5.6, 3, 5, BLACK), rod((0, 2.5), 3.4, -6.25, -6.2, GREY, "x"), ring, *feet,
            box(-4.5, -1.2, 5, -2.9, 1.2, 5.02, GREY)]


def barrel():
    """5.5/2.1 mm, opening downwards in the drawing."""
    face = -13.7
    return [box(-4.5, -10.7, 0, 4.5, .7, 6.5, BLACK), rod((6.5, 0), 9, -10.7, .7, BLACK, "y"),
            box(-4.5, face, 0, 4.5, face + 3, 11, BLACK), tube((6.5, 0), 8, 6.3, face - .4, face, BLACK, "y"),
            rod((6.5, 0), 6.3, face - .02, face, GREY, "y"), rod((6.5, 0), 2, face - .3, face, METAL, "y"),
            centred(2.2, .4, -3, 1, METAL), centred(2.2, .4, -3, 1, METAL, (0, -6)), centred(.4, 2.2, -3, 1, METAL, (4.7, -3))]


def terminal():
    """Screw terminal, 2 poles at 3.5 mm; wires enter from below in the drawing."""
    profile = ((0, -4.5), (0, 3.1), (4, 3.1), (7.5, 1.8), (9, 1.8), (9, -2.2), (7, -4.5))           # (z, y)
    body = Solid(tuple((y, z) for z, y in profile)[::-1], -1.75, 5.25, GREEN, "x")
    solids = [_turned(body)]
    for x in (0, 3.5):
        solids += [rod((x, -.2), 2.6, 9, 9.02, METAL), box(x - 1.1, -.45, 9.02, x + 1.1, .05, 9.04, GREY),
                   box(x - 1.1, -4.52, 1.2, x + 1.1, -4.5, 4.2, GREY), rod((x, 0), .9, -3, 0, METAL)]
    return solids


def _turned(solid):
    """The same with its ring the right way round (counter-clockwise)."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(solid.ring, solid.ring[1:] + solid.ring[:1]))
    return solid if area > 0 else Solid(solid.ring[::-1], solid.low, solid.high, solid.colour, solid.axis)


def sma(edge=2.94):
    """SMA for the board's edge: flange at the edge, legs above and below a board of 1.6 mm, thread to the right."""
    legs = [box(edge - 4.45, y - .5, z, edge, y + .5, z + 1, GOLD) for y in (-4.25, 4.25) for z in (0, -2.6)]
    thread = [rod((0, -.8), 6.35, edge + 4.2 + 1.1 * n, edge + 4.8 + 1.1 * n, GOLD, "x") for n in range(6)]
    return [box(edge, -4.76, -5.56, edge + 1.9, 4.76, 3.96, GOLD), *legs, *thread, rod((0, -.8), 5.9, edge + 1.9, edge + 11.4, GOLD, "x"),
            rod((0, -.8), 4.6, edge + 11.4, edge + 11.42, WHITE, "x"), rod((0, -.8), 1.3, edge + 11.4, edge + 11.6, GOLD, "x"),
            box(edge - 4.45, -.38, 0, edge, .38, .3, GOLD)]


def ufl():
    """Hirose U.FL: shell and centre pin on a white base."""
    return [centred(2.6, 2.6, 0, .35, WHITE), tube((0, 0), 2, 1.6, .35, 1.25, GOLD, "z"), rod((0, 0), .5, .35, 1, GOLD),
            box(-1.05 - .8, -.3, 0, -1.0, .3, .15, GOLD), box(-.9, 1.1, 0, .9, 1.9, .2, GOLD), box(-.9, -1.9, 0, .9, -1.1, .2, GOLD)]


def bodies():
    """(path, solids) of every connector."""
    pins = "Connector_PinHeader_2.54mm.3dshapes/PinHeader_"
    for n in range(1, 21):
        yield f"{pins}1x{n:02d}_P2.54mm_Vertical", header(n)
    yield f"{pins}2x03_P2.54mm_Vertical", header(3, 2)
    yield "Connector_PinSocket_2.54mm.3dshapes/PinSocket_2x20_P2.54mm_Vertical", socket(20)
    yield "Connector_Audio.3dshapes/Jack_3.5mm_PJ320D_Horizontal", jack()
    yield "Connector_BarrelJack.3dshapes/BarrelJack_CUI_PJ-102AH_Horizontal", barrel()
    yield "TerminalBlock_Phoenix.3dshapes/TerminalBlock_Phoenix_PT-1,5-2-3.5-H_1x02_P3.50mm_Horizontal", terminal()
    yield "meterman.3dshapes/SMA_Edge_132289", sma()
    yield "meterman.3dshapes/U.FL_R-SMT-1", ufl()
