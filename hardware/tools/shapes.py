"""Solids that bodies are made of: prisms along an axis. Millimetres, x to the right, y away, z up from the board's surface."""
import math
from dataclasses import dataclass

BLACK, GREY, WHITE, METAL, GOLD = (.09, .09, .1), (.3, .3, .32), (.9, .9, .9), (.75, .75, .77), (.83, .68, .3)
RED, BLUE, GREEN, TAN, CERAMIC = (.75, .1, .1), (.1, .28, .62), (.18, .5, .24), (.82, .55, .3), (.9, .88, .85)
YELLOW, BOARD = (.85, .65, .1), (.05, .28, .2)


@dataclass(frozen=True)
class Solid:
    """A prism: `ring` counter-clockwise seen against the axis, from `low` to `high` along it; or, with `radii` (outer, inner), a
    cylinder or tube round the one point of `ring`. Coordinates of the ring are (x, y) for axis z, (y, z) for x, (z, x) for y."""
    ring: tuple
    low: float
    high: float
    colour: tuple
    axis: str = "z"
    radii: tuple = ()

    @property
    def top(self):
        """Highest z."""
        if self.axis == "z":
            return self.high
        return max(spot["yx".index(self.axis)] for spot in self.ring) + (self.radii[0] if self.radii else 0)


def box(x0, y0, z0, x1, y1, z1, colour):
    """A block."""
    return Solid(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), z0, z1, colour)


def rod(centre, diameter, low, high, colour, axis="z"):
    """A cylinder; `centre` in the ring's coordinates."""
    return Solid((centre,), low, high, colour, axis, (diameter / 2, 0))


def tube(centre, outer, inner, low, high, colour, axis="z"):
    """A cylinder with a hole; diameters."""
    return Solid((centre,), low, high, colour, axis, (outer / 2, inner / 2))


def rounded(x0, y0, x1, y1, radius, z0, z1, colour, steps=6):
    """A block with round upright edges."""
    ring = []
    for cx, cy, quarter in ((x1 - radius, y1 - radius, 0), (x0 + radius, y1 - radius, 1), (x0 + radius, y0 + radius, 2), (x1 - radius, y0 + radius, 3)):
        for i in range(steps + 1):
            a = math.pi / 2 * (quarter + i / steps)
            ring.append((round(cx + radius * math.cos(a), 4), round(cy + radius * math.sin(a), 4)))
    return Solid(tuple(dict.fromkeys(ring)), z0, z1, colour)


def centred(length, width, z0, z1, colour, at=(0, 0)):
    """A block around a point."""
    return box(at[0] - length / 2, at[1] - width / 2, z0, at[0] + length / 2, at[1] + width / 2, z1, colour)


def chip(length, width, height, end):
    """A resistor or capacitor: metal ends, body of `end`'s colour."""
    return [centred(length, width - .02, .01, height - .02, METAL), centred(length * .62, width, 0, height, end)]


def slab(x0, x1, y, width, z0, z1, colour):
    """A block along x; x0 and x1 in any order."""
    return box(min(x0, x1), y - width / 2, z0, max(x0, x1), y + width / 2, z1, colour)


def gull(pads, body, height, reach, width, dot=True):
    """A package with leads on the left and the right: `pads` [(side -1 or 1, y)], `body` (x, y), `reach` from the middle to the toes."""
    half, solids = body[0] / 2, [centred(*body, .1, height, BLACK)]
    for side, y in pads:
        knee, middle = side * (half + (reach - half) * .4), height * .45
        solids += [slab(side * reach, knee, y, width, 0, .15, METAL),
                   slab(knee - side * .075, knee + side * .075, y, width, 0, middle + .15, METAL),
                   slab(knee, side * (half - .1), y, width, middle, middle + .15, METAL)]
    if dot:
        inset = min(body) * .2
        solids.append(rod((-half + inset, body[1] / 2 - inset), min(body) * .16, height, height + .01, WHITE))
    return solids


def row(n, pitch=2.54, columns=1, step=2.54):
    """Positions of pins as KiCad numbers them: the first at (0, 0), down along y, columns towards +x."""
    return [(column * step, -i * pitch) for i in range(n) for column in range(columns)]
