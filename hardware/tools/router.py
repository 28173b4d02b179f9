"""Path-finding router for two layers: A* over the grid, one connection after the other; what stands in the way may be taken out
and routed again, at a price that rises each time (negotiation)."""
from dataclasses import dataclass

import pcbnew

from grid import LAYERS, MM, Grid
from search import search

ROUNDS = 8               # how often each connection may be routed on average before giving up


@dataclass(eq=False)
class Connection:
    """Two pads of a net to be joined."""
    net: int
    a: pcbnew.PAD
    b: pcbnew.PAD

    def ends(self):
        return {_id(self.a), _id(self.b)}

    def __str__(self):
        return f"{_pad(self.a)} to {_pad(self.b)}"


class Router:
    """Routes a pcbnew board in place."""

    def __init__(self, layout, board, origin):
        self.layout, self.board = layout, board
        self.grid = Grid(layout, board, origin)
        # A straight step between two allowed cells may pass a corner nearer than both: sagitta of a diagonal step over 0.325 mm.
        self.gap = MM(board.clearance + 0.77 * board.grid ** 2)
        self.pads = {}                        # net code -> [pad]
        self.paths = {}                       # Connection -> (items, stamps, path, width)
        self.history = {}
        self.anchors = {}                     # (pad id, layer) -> cells inside the pad
        self.given = []                       # groups of pad ids joined by tracks of the board file
        self.narrowed = []
        self._obstacles()
        self._given_tracks()

    def _obstacles(self):
        self.grid.edges(self.layout)
        for item in self.layout.GetFootprints():
            for pad in item.Pads():
                net = pad.GetNetCode()
                if net > 0:
                    self.pads.setdefault(net, []).append(pad)
                for index, layer in enumerate(LAYERS):
                    if pad.IsOnLayer(layer) and pad.GetAttribute() != pcbnew.PAD_ATTRIB_NPTH:
                        self.grid.block(pad, index, net if net > 0 else -1, self.gap)
                    if pad.HasHole():
                        through = net if net > 0 and pad.GetAttribute() != pcbnew.PAD_ATTRIB_NPTH else -1
                        self.grid.block(pad, index, through, max(self.gap, MM(0.25)), hole=True)
                if pad.HasHole() or pad.GetAttribute() == pcbnew.PAD_ATTRIB_SMD:
                    self._no_via_in(pad)
        for zone in self.layout.Zones():
            if not zone.GetIsRuleArea():
                continue
            for index, layer in enumerate(LAYERS):
                if not zone.IsOnLayer(layer):
                    continue
                for key, radius in self.grid.radii.items():
                    if zone.GetDoNotAllowVias() if key == "via" else zone.GetDoNotAllowTracks():
                        area = pcbnew.SHAPE_POLY_SET(zone.Outline())
                        area.Inflate(radius, pcbnew.CORNER_STRATEGY_ROUND_ALL_CORNERS, MM(0.005))
                        self.grid.block_cells(key, index, self.grid.inside(area))

    def _given_tracks(self):
        """Tracks the board file draws itself: (net, layer, width mm, points); a point is (x mm, y mm) or "U1.10"."""
        table = {_pad(p): p for pads in self.pads.values() for p in pads}
        for net_name, layer, width, points in self.board.tracks:
            net = next(n for n in self.pads if self.name(n) == net_name)
            index = LAYERS.index(self.layout.GetLayerID(layer))
            spots = [table[p].GetPosition() if isinstance(p, str) else
                     self.grid.origin + pcbnew.VECTOR2I(MM(p[0]), MM(p[1])) for p in points]
            for p, q in zip(spots, spots[1:]):
                track = self._track(p, q, index, net, width)
                self.layout.Add(track)
                self.grid.block(track, index, net, self.gap)
            self.given.append([_id(table[p]) for p in points if isinstance(p, str)])

    def _no_via_in(self, pad):
        """No via in a pad, not even of its own net: solder runs away."""
        for index, layer in enumerate(LAYERS):
            if pad.IsOnLayer(layer):
                shape = self.grid.grown(pad, layer, self.grid.radii["via"] + MM(0.1))
                self.grid.block_cells("via", index, self.grid.inside(shape))

    def cells_of(self, pad, layer_index, width):
        """Cells in a pad from which a track of the width may start."""
        if not pad.IsOnLayer(LAYERS[layer_index]):
            return []
        key = (_id(pad), layer_index)
        if key not in self.anchors:
            found = list(self.grid.inside(self.grid.grown(pad, LAYERS[layer_index], 0)))
            middle = pad.GetPosition()
            found.sort(key=lambda c: (self.grid.position(c) - middle).EuclideanNorm())
            self.anchors[key] = found[:max(1, len(found) // 4)]
        net = pad.GetNetCode()
        return [c for c in self.anchors[key] if self.grid.fixed_free(width, layer_index, c, net)]

    # -- connections ---------------------------------------------------------

    def connections(self):
        """Pairs of pads to connect: a shortest tree per net, short ones first, the poured net last."""
        result = []
        for net, pads in sorted(self.pads.items()):
            pads = sorted(pads, key=lambda p: (p.GetParentFootprint().GetReference(), p.GetNumber(),
                                               p.GetPosition().x, p.GetPosition().y))
            group = {_id(p): _id(p) for p in pads}

            def root(p, group=group):
                while group[p] != p:
                    p = group[p]
                return p
            for joined in self.given:                      # by tracks of the board file
                inside = [p for p in joined if p in group]
                for other in inside[1:]:
                    group[root(other)] = root(inside[0])
            edges = sorted(((pa.GetPosition() - pb.GetPosition()).EuclideanNorm(), i, j)
                           for i, pa in enumerate(pads) for j, pb in enumerate(pads) if i < j)
            for length, i, j in edges:
                a, b = root(_id(pads[i])), root(_id(pads[j]))
                if a != b:
                    group[a] = b
                    result.append((self.name(net) == self.board.pour, length, net, pads[i], pads[j]))
        result.sort(key=lambda c: c[:3])
        return [Connection(net, a, b) for _, _, net, a, b in result]

    def name(self, net):
        return self.layout.FindNet(net).GetNetname().removeprefix("/")

    def run(self):
        """Route everything; returns the sentences about what could not be connected. `narrowed` lists thinner connections."""
        waiting, failed, turns = list(self.connections()), [], 0
        limit = ROUNDS * len(waiting)
        while waiting and turns < limit:
            turns += 1
            link = waiting.pop(0)
            wanted = self.board.widths.get(self.name(link.net), self.board.width)
            for width in [w for w in (wanted, self.board.width, self.board.neck) if w <= wanted]:
                path = self._connect(link, width)
                if path is not None:
                    break
            if path is None:
                failed.append(f"{self.name(link.net)}: {link} has no way")
                continue
            if width < wanted:
                self.narrowed.append(f"{self.name(link.net)} {link} {width:g} mm instead of {wanted:g}")
            waiting += self._make_room(path, link.net, width)
            self._lay(link, path, width)
        return failed + [f"{self.name(c.net)}: {c} given up" for c in waiting]

    def _connect(self, link, width):
        ends = [self._copper(pad, link.net, width) for pad in (link.a, link.b)]
        if not all(ends):
            return None
        return search(self.grid, lambda n: 1 + self.history.get(n, 0), link.net, width, *ends)

    def _copper(self, pad, net, width):
        """Cells of a pad and of everything routed that is joined to it."""
        group, grown = {_id(pad)}, True
        while grown:
            grown = False
            for link in self.paths:
                if link.net == net and link.ends() & group and not link.ends() <= group:
                    group |= link.ends()
                    grown = True
        cells = {(c, l) for l in (0, 1) for c in self.cells_of(pad, l, width)}
        for other in self.pads[net]:
            if _id(other) in group:
                cells |= {(c, l) for l in (0, 1) for c in self.cells_of(other, l, width)}
        for link, (_, _, path, _) in self.paths.items():
            if link.net == net and link.ends() & group:
                cells |= {s for s in path if self.grid.fixed_free(width, s[1], s[0], net)}
        return cells

    def _make_room(self, path, net, width):
        """Take out the connections of other nets that the path crosses; they have to be routed again."""
        crossed = set()
        for (cell, layer), after in zip(path, path[1:] + path[-1:]):
            crossed.update(self.grid.strangers(width, layer, cell, net))
            if after[1] != layer:
                for l in (0, 1):
                    crossed.update(self.grid.strangers("via", l, cell, net))
        again = []
        for key in [k for k in self.paths if k.net in crossed]:
            items, stamps, _, _ = self.paths.pop(key)
            for item in items:
                self.layout.Remove(item)
            self.grid.take(stamps, key.net, -1)
            again.append(key)
        for other in crossed:
            self.history[other] = self.history.get(other, 0) + 1
        return again

    def _lay(self, link, path, width):
        net, a, b = link.net, link.a, link.b
        items = []
        points = [(self.grid.position(c), l) for c, l in path]
        for pad, end in ((a, points[0]), (b, points[-1])):       # to the middle of the pad
            if pad.IsOnLayer(LAYERS[end[1]]) and pad.HitTest(end[0]) and end[0] != pad.GetPosition():
                items.append(self._track(end[0], pad.GetPosition(), end[1], net, width))
        start = 0
        for i in range(1, len(points)):
            (p, layer), (q, after) = points[i - 1], points[i]
            if after != layer:
                via = pcbnew.PCB_VIA(self.layout)
                via.SetPosition(p)
                via.SetWidth(MM(self.board.via[0]))
                via.SetDrill(MM(self.board.via[1]))
                via.SetNetCode(net)
                items.append(via)
                start = i
            elif i + 1 == len(points) or points[i + 1][1] != layer or _turns(p, q, points[i + 1][0]):
                items.append(self._track(points[start][0], q, layer, net, width))
                start = i
        stamps = []
        for item in items:
            self.layout.Add(item)
            for index in (0, 1):
                if isinstance(item, pcbnew.PCB_VIA) or item.GetLayer() == LAYERS[index]:
                    stamps += list(self.grid.footprint_of(item, index, net, self.gap))
        self.grid.take(stamps, net, +1)
        self.paths[link] = (items, stamps, path, width)

    def _track(self, p, q, layer, net, width):
        track = pcbnew.PCB_TRACK(self.layout)
        track.SetStart(p)
        track.SetEnd(q)
        track.SetWidth(MM(width))
        track.SetLayer(LAYERS[layer])
        track.SetNetCode(net)
        return track


def _turns(p, q, r):
    return (q.x - p.x, q.y - p.y) != (r.x - q.x, r.y - q.y)


def _id(pad):
    return pad.m_Uuid.AsString()


def _pad(pad):
    return f"{pad.GetParentFootprint().GetReference()}.{pad.GetNumber()}"
