"""What the router joins: connections between pads, the copper laid for them, and what hangs together through it."""
from dataclasses import dataclass, field

import pcbnew


@dataclass(eq=False)
class Connection:
    """Two pads of a net to be joined, and the copper that does it once it is laid."""
    net: int
    name: str
    a: pcbnew.PAD
    b: pcbnew.PAD
    items: list = field(default_factory=list)      # (layer index or None for a via, line as C array in nm, width in nm)
    states: list = field(default_factory=list)     # cells on layers that the copper covers with its middle
    joins: list = field(default_factory=list)      # pads and connections it touches
    boxes: list = field(default_factory=list)      # of items, in nm

    def __str__(self):
        return f"{self.name}: {pad_name(self.a)} to {pad_name(self.b)}"


def pad_name(pad):
    return f"{pad.GetParentFootprint().GetReference()}.{pad.GetNumber()}"


def order(pad):
    """Sort key that is the same on every machine."""
    return pad.GetParentFootprint().GetReference(), pad.GetNumber(), pad.GetPosition().x, pad.GetPosition().y


class Joined:
    """Which pads and connections hang together; `given` are lists of pads joined by tracks of the board file."""

    def __init__(self, given):
        self.given = given
        self.laid = {}                             # net -> [Connection], in the order they were laid

    def component(self, pad):
        """Everything that hangs together with a pad: pads by their id, and connections."""
        links = self.laid.get(pad.GetNetCode(), [])
        neighbours = {}
        for link in links:
            for other in link.joins:
                neighbours.setdefault(key(link), []).append(other)
                neighbours.setdefault(key(other), []).append(link)
        for pads in self.given:
            for p, q in zip(pads, pads[1:]):
                neighbours.setdefault(key(p), []).append(q)
                neighbours.setdefault(key(q), []).append(p)
        found, queue = {key(pad): pad}, [pad]
        while queue:
            for other in neighbours.get(key(queue.pop()), []):
                if key(other) not in found:
                    found[key(other)] = other
                    queue.append(other)
        return found

    def add(self, link):
        self.laid.setdefault(link.net, []).append(link)

    def take_out(self, link):
        """Forget a connection and those that begin on its copper; returns all of them."""
        gone = [link]
        for other in gone:
            if other in self.laid[other.net]:
                self.laid[other.net].remove(other)
            gone += [k for k in self.laid[other.net] if other in k.joins and k not in gone]
        return gone


def key(thing):
    return id(thing) if isinstance(thing, Connection) else thing.m_Uuid.AsString()


def shortest_trees(pads_of, names, given, last):
    """Connections of every net as a shortest tree over its pads, short ones first, the net `last` at the end."""
    result = []
    for net, pads in sorted(pads_of.items()):
        pads = sorted(pads, key=order)
        group = {key(p): key(p) for p in pads}

        def root(p, group=group):
            while group[p] != p:
                p = group[p]
            return p
        for joined in given:
            inside = [key(p) for p in joined if key(p) in group]
            for other in inside[1:]:
                group[root(other)] = root(inside[0])
        edges = sorted(((pa.GetPosition() - pb.GetPosition()).EuclideanNorm(), i, j)
                       for i, pa in enumerate(pads) for j, pb in enumerate(pads) if i < j)
        for length, i, j in edges:
            a, b = root(key(pads[i])), root(key(pads[j]))
            if a != b:
                group[a] = b
                result.append((names[net] == last, length, net, i, j, pads[i], pads[j]))
    result.sort(key=lambda c: c[:5])
    return [Connection(net, names[net], a, b) for _, _, net, _, _, a, b in result]


def turns(p, q, r):
    return (q[0] - p[0], q[1] - p[1]) != (r[0] - q[0], r[1] - q[1])


def smooth(widths, points, short):
    """Widths of the steps, with wide pieces that are too short to matter made as narrow as their neighbours."""
    start = 0
    for i in range(1, len(widths) + 1):
        if i == len(widths) or widths[i] != widths[start]:
            sides = ([widths[start - 1]] if start else []) + ([widths[i]] if i < len(widths) else [])
            length = sum(max(abs(p[0] - q[0]), abs(p[1] - q[1])) for p, q in zip(points[start:i], points[start + 1:i + 1]))
            if len(sides) == 2 and max(sides) < widths[start] and length < short:
                widths[start:i] = [max(sides)] * (i - start)
            start = i
    return widths
