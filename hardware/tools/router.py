"""Path-finding router for two layers: A* over the grid, one connection after the other. What stands in the way may be taken out
and routed again, at a price that rises where tracks have been fought over (negotiation). Wide nets become narrower only where
they must, at a price per millimetre."""
import ctypes

import pcbnew

from connections import Connection, Joined, key, pad_name, shortest_trees, smooth, turns
from core import numbers
from grid import LAYERS, MM, Grid

ROUNDS = 12              # how often each connection may be routed on average before giving up
NARROWER = 400           # price of track narrower than wanted, in hundredths of the wide one's
SHORT = 0.6              # mm: wide pieces shorter than this between narrow ones become narrow, too


class Router:
    """Routes a pcbnew board in place; `run` does it."""

    def __init__(self, layout, board, origin):
        self.layout, self.board = layout, board
        self.grid = Grid(layout, board, origin)
        self.pads = {}                        # net code -> [pad]
        self.anchors = {}                     # (pad, layer) -> cells inside the pad
        self.given = []                       # groups of pads joined by tracks of the board file
        self.turns = 0
        self._obstacles()
        self.names = {n: layout.FindNet(n).GetNetname().removeprefix("/") for n in self.pads}
        self._given_tracks()
        self.joined = Joined(self.given)
        self.links = shortest_trees(self.pads, self.names, self.given, board.pour)

    def _obstacles(self):
        grid = self.grid
        grid.edges(self.layout)
        for item in self.layout.GetFootprints():
            for pad in item.Pads():
                net = pad.GetNetCode()
                if net > 0:
                    self.pads.setdefault(net, []).append(pad)
                for index, layer in enumerate(LAYERS):
                    if pad.IsOnLayer(layer) and pad.GetAttribute() != pcbnew.PAD_ATTRIB_NPTH:
                        more = max(0, (pad.GetLocalClearance() or 0) - MM(self.board.clearance))
                        grid.block(pad, index, net if net > 0 else -1, more=more)
                        if pad.HasHole() or pad.GetAttribute() == pcbnew.PAD_ATTRIB_SMD:
                            # No via in a pad, not even of its own net: solder runs away.
                            grid.claim("via", index, grid.spans(grid.grown(pad, layer, grid.radii["via"] + MM(0.1))))
                    if pad.HasHole():
                        grid.block(pad, index, net if net > 0 and pad.GetAttribute() != pcbnew.PAD_ATTRIB_NPTH else -1, hole=True)
        for zone in self.layout.Zones():
            for index, layer in enumerate(LAYERS):
                if not zone.GetIsRuleArea() or not zone.IsOnLayer(layer):
                    continue
                for width, radius in grid.radii.items():
                    if zone.GetDoNotAllowVias() if width == "via" else zone.GetDoNotAllowTracks():
                        area = pcbnew.SHAPE_POLY_SET(zone.Outline())
                        area.Inflate(radius, pcbnew.CORNER_STRATEGY_ROUND_ALL_CORNERS, MM(0.005))
                        grid.claim(width, index, grid.spans(area))

    def _given_tracks(self):
        """Tracks the board file draws itself: (net, layer, width mm, points); a point is (x mm, y mm) or "U1.10".
        Pads in which such a track has a point, and tracks with a point in common, need no further connection."""
        table = {pad_name(p): p for pads in self.pads.values() for p in pads}
        codes = {name: net for net, name in self.names.items()}
        groups = []                           # (net, layer, spots, pads) of tracks that meet in a spot
        for net_name, layer, width, points in self.board.tracks:
            index = LAYERS.index(self.layout.GetLayerID(layer))
            spots = [table[p].GetPosition() if isinstance(p, str) else
                     self.grid.origin + pcbnew.VECTOR2I(MM(p[0]), MM(p[1])) for p in points]
            for p, q in zip(spots, spots[1:]):
                track = self._add_track(p, q, index, codes[net_name], MM(width))
                self.grid.block(track, index, codes[net_name])
            net, places = codes[net_name], {(s.x, s.y) for s in spots}
            pads = [p for p in self.pads[net] if p.IsOnLayer(LAYERS[index]) and any(p.HitTest(s) for s in spots)]
            for group in [g for g in groups if g[:2] == (net, index) and g[2] & places]:
                groups.remove(group)
                places, pads = places | group[2], pads + group[3]
            groups.append((net, index, places, pads))
        self.given = [pads for *_, pads in groups]

    def run(self, say=print):
        """Route everything; returns the sentences about what could not be connected."""
        waiting, failed, self.turns = list(self.links), [], 0
        while waiting and self.turns < ROUNDS * len(self.links):
            link = waiting.pop(0)
            if key(link.b) in self.joined.component(link.a):
                continue
            self.turns += 1
            if self.turns % 250 == 0:
                say(f"  {self.turns} turns, {len(waiting) + 1} connections waiting, now {link}")
            path, ends = self._find(link)
            if path:
                waiting += self._make_room(path, link.net)
                self._lay(link, path, ends)
            else:
                failed.append(link)
            waiting += [] if waiting else self._apart(failed)
        self.grid.map.cross = 100000                        # at last: what fits without taking anything out
        for link in waiting:
            path, ends = self._find(link)
            if path and not self._in_the_way(path, link.net):
                self._lay(link, path, ends)
        for links in self.joined.laid.values():
            for link in links:
                self._draw(link)
        no_way = {key(l) for l in failed}
        return [f"{l} {'has no way' if key(l) in no_way else f'given up after {self.turns} turns'}" for l in self._apart([])]

    def _apart(self, but):
        """Connections that are not joined: others may have been taken out under them."""
        return [Connection(l.net, l.name, l.a, l.b) if l.items else l for l in self.links
                if l not in but and key(l.b) not in self.joined.component(l.a)]

    # -- one connection --------------------------------------------------------

    def _find(self, link):
        """The cheapest path, [(state, width)], and what its two ends touch; (None, None) when there is no way."""
        wanted = self.board.widths.get(link.name, self.board.width)
        levels = [wanted] + sorted({w for w in (self.board.width, self.board.neck) if w < wanted}, reverse=True)
        factors = [100] + [NARROWER + 100 * i for i in range(len(levels) - 1)]
        own = [item for other in self.joined.laid.get(link.net, []) for item in other.items]
        sources, targets = self._copper(link.a, levels), self._copper(link.b, levels)
        if not sources or not targets:
            return None, None
        self.grid.stamp(own, -1, levels + ["via"])
        self.grid.stamp_holes(own, +1)
        path = self.grid.search(link.net, levels, factors, list(sources), list(targets))
        self.grid.stamp(own, +1, levels + ["via"])
        self.grid.stamp_holes(own, -1)
        return (path, (sources[path[0][0]], targets[path[-1][0]])) if path else (None, None)

    def _copper(self, pad, levels):
        """States in everything that hangs together with a pad -> what is there; pads before tracks."""
        states, things = {}, sorted(self.joined.component(pad).values(), key=lambda t: isinstance(t, Connection))
        for thing in things:
            if isinstance(thing, Connection):
                cells = thing.states
            else:
                cells = [l * self.grid.cells + c for l in (0, 1) for c in self._anchors(thing, l, levels)]
            for state in cells:
                states.setdefault(state, thing)
        return states

    def _anchors(self, pad, layer, levels):
        """Cells in a pad from which a track of one of the widths may start: those near its middle."""
        if not pad.IsOnLayer(LAYERS[layer]):
            return []
        at = key(pad), layer
        if at not in self.anchors:
            found = self.grid.inside(self.grid.grown(pad, LAYERS[layer], 0))
            middle = pad.GetPosition()
            found.sort(key=lambda c: (self.grid.position(c) - middle).SquaredEuclideanNorm())
            self.anchors[at] = found[:max(1, len(found) // 4)]
        return [c for c in self.anchors[at] if any(self.grid.fixed_free(w, layer, c, pad.GetNetCode()) for w in levels)]

    def _points(self, path):
        """(layer, cell, width or "via") along a path."""
        places = [divmod(s, self.grid.cells) for s, _ in path]
        points = [(l, c, w) for (l, c), (_, w) in zip(places, path)]
        for (layer, cell), (after, _) in zip(places, places[1:]):
            points += [(l, cell, "via") for l in (0, 1) if layer != after]
        return points

    def _in_the_way(self, path, net):
        """Connections of other nets that a path comes too near to."""
        points = [(l, c, w) for l, c, w in self._points(path) if self.grid.counts[w][l][c]]
        if not points:
            return []
        for layer, cell, _ in points:
            self.grid.history[layer][cell] = min(60, self.grid.history[layer][cell] + 1)
        return [link for other, links in self.joined.laid.items() if other != net for link in links
                if any(self.grid.touches(points, item, self.grid.radii) for item in link.items)]

    def _make_room(self, path, net):
        """Take out what a path crosses; returns the connections to be routed again."""
        again = []
        for crossed in self._in_the_way(path, net):
            if crossed in self.joined.laid[crossed.net]:
                for link in self.joined.take_out(crossed):
                    self.grid.stamp(link.items, -1)
                    link.items, link.states, link.joins = [], [], []
                    again.append(link)
        return again

    def _lay(self, link, path, ends):
        grid = self.grid
        spots = [divmod(s, grid.cells) for s, _ in path]
        points = [((c % grid.columns) * grid.pitch, c // grid.columns * grid.pitch) for _, c in spots]
        widths = smooth([min(a, b) for (_, a), (_, b) in zip(path, path[1:])], points, MM(SHORT))
        link.items = []
        for thing, i, j in ((ends[0], 0, 0), (ends[1], -1, -1)):          # to the middle of the pad
            if isinstance(thing, Connection):
                continue
            middle, size = thing.GetPosition() - grid.origin, min(thing.GetSize().x, thing.GetSize().y)
            if (middle.x, middle.y) != points[i]:
                width = min(MM(widths[j] if widths else self.board.neck), max(size, MM(self.board.neck)))
                link.items.append((spots[i][0], numbers([*points[i], middle.x, middle.y], ctypes.c_int64), width))
        start = 0
        for i in range(1, len(points)):
            (layer, _), (after, _) = spots[i - 1], spots[i]
            if after != layer:
                line = numbers(points[i] * 2, ctypes.c_int64)
                link.items.append((None, line, MM(self.board.via[0])))
                start = i
            elif (i + 1 == len(points) or spots[i + 1][0] != layer or widths[i] != widths[i - 1]
                  or turns(points[i - 1], points[i], points[i + 1])):
                line = numbers(points[start] + points[i], ctypes.c_int64)
                link.items.append((layer, line, MM(widths[i - 1])))
                start = i
        link.states = [s for s, _ in path]
        link.joins = list(ends)
        grid.stamp(link.items, +1)
        self.joined.add(link)

    def room_for_vias(self, layer, net):
        """Cells of a layer where the net may have another via."""
        own = [item for link in self.joined.laid.get(net, []) for item in link.items]
        self.grid.stamp(own, -1, ["via"])
        fixed, counts = self.grid.fixed["via"][layer], self.grid.counts["via"][layer]
        cells = {c for c in range(self.grid.cells) if fixed[c] in (0, net) and not counts[c]}
        self.grid.stamp(own, +1, ["via"])
        return cells

    # -- into the board --------------------------------------------------------

    def _draw(self, link):
        for layer, line, width in link.items:
            p, q = (self.grid.origin + pcbnew.VECTOR2I(line[i], line[i + 1]) for i in (0, 2))
            if layer is None:
                via = pcbnew.PCB_VIA(self.layout)
                via.SetPosition(p)
                via.SetWidth(width)
                via.SetDrill(MM(self.board.via[1]))
                via.SetNetCode(link.net)
                self.layout.Add(via)
            else:
                self._add_track(p, q, layer, link.net, width)

    def _add_track(self, p, q, layer, net, width):
        track = pcbnew.PCB_TRACK(self.layout)
        track.SetStart(p)
        track.SetEnd(q)
        track.SetWidth(width)
        track.SetLayer(LAYERS[layer])
        track.SetNetCode(net)
        self.layout.Add(track)
        return track
