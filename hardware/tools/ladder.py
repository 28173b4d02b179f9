"""Lines and links from a radio to several outlets as a ladder of inductors and capacitors: what comes back to the radio.

Without losses, what does not come back arrives (D. M. Pozar, "Microwave Engineering", Wiley 2012, chapters 2 and 4)."""
import math
from collections import defaultdict
from dataclasses import dataclass

OHM = 50.0                            # radio, antenna
LINKS = (0.5e-9, 0.1e-12), (1e-9, 0)  # H, F of a 0 ohm 0805 over its gap, two ends of what may be; the worse counts
OPEN = 0.02e-12                       # F across a place left open, as if all beyond were ground; with ground poured between the pads it is less
LIGHT = 299.792458e9                  # mm/s
STEP = 0.25                           # mm of line in a cell


@dataclass(eq=False)
class Edge:
    """A way between two points: cells of line (H, F) from a to b, or the link of this name."""
    a: object
    b: object
    cells: list
    link: str = ""

    def other(self, point):
        return self.b if point == self.a else self.a


class Tree:
    """The ways between points, by point; the radio's point, the outlets' by name."""

    def __init__(self):
        self.edges, self.radio, self.outlets = defaultdict(list), None, {}

    def join(self, a, b, cells, link=""):
        edge = Edge(a, b, cells, link)
        for point in (a, b):
            self.edges[point].append(edge)

    def ways(self):
        """Point -> edge by which the radio reaches it. Raises when that are two, or none."""
        found, left = {self.radio: None}, [self.radio]
        for point in left:
            for edge in self.edges[point]:
                if edge is not found[point]:
                    if edge.other(point) in found:
                        raise ValueError("its tracks form a ring: not calculated")
                    found[edge.other(point)] = edge
                    left.append(edge.other(point))
        for point in self.edges:
            if point not in found:
                raise ValueError(f"no track from the radio to {point}")
        return found

    def links_to(self, outlet):
        """The links that must be fitted for this outlet, from the radio on."""
        ways, point, links = self.ways(), self.outlets[outlet], []
        while ways[point]:
            links.insert(0, ways[point].link)
            point = ways[point].other(point)
        return [name for name in links if name]

    def reflection(self, outlet, mhz, link):
        """Share of the radio's wave that comes back, with 50 ohm at this outlet, and the links to it fitted."""
        jw, fitted, end = 2e6j * math.pi * mhz, self.links_to(outlet), self.outlets[outlet]

        def siemens(point, came=None):
            """What hangs on a point, but for the edge it is looked at by."""
            return (point == end) / OHM + sum(through(edge, point) for edge in self.edges[point] if edge is not came)

        def through(edge, near):
            if edge.link and edge.link not in fitted:
                return jw * OPEN
            y = siemens(edge.other(near), edge)
            for henry, farad in [link] if edge.link else edge.cells if near == edge.b else edge.cells[::-1]:
                y += jw * farad / 2
                y = y / (1 + y * jw * henry) + jw * farad / 2
            return y

        y = siemens(self.radio) * OHM
        return abs((1 - y) / (1 + y))

    def figures(self, bands):
        """Outlet -> MHz -> share of the wave that comes back."""
        return {o: {f: max(self.reflection(o, f, link) for link in LINKS) for f in bands} for o in sorted(self.outlets)}


def lost(reflection):
    """dB that do not arrive."""
    return -10 * math.log10(1 - reflection ** 2)


def back(reflection):
    """Return loss, dB."""
    return -20 * math.log10(reflection)


def check():
    """Sentences where the calculation misses what is known without it."""
    quarter, half, said = LIGHT / 868e6 / 4, 2e6j * math.pi * 868 * 1e-12 * OHM / 2, []
    for words, beside, mm, ohm, known in (
            ("1 pF across a line", [[0, 1e-12]], 7, OHM, abs(half / (1 + half))),
            ("a quarter wave of 100 ohm", [], quarter, 100, 0.6),                                # 50 ohm seen as 200
            ("an open eighth of a wave beside a line", _even(quarter / 2, OHM), 7, OHM, 5 ** -.5)):      # 1 + j of 50 ohm
        tree = Tree()
        tree.radio, tree.outlets["end"] = "radio", "end"
        tree.join("radio", "end", _even(mm, ohm))
        tree.join("radio", "open", beside)
        have = tree.reflection("end", 868, LINKS[0])
        if abs(have - known) > 1e-3:
            said.append(f"ladder: {words} sends back {have:.4f}, not {known:.4f}")
    return said


def _even(mm, ohm):
    """Cells of a line in air."""
    count = math.ceil(mm / STEP)
    return [[mm / count * ohm / LIGHT, mm / count / ohm / LIGHT]] * count
