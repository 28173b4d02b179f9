"""Path-finding router for two layers: A* over the grid, one connection after the other; what stands in the way may be taken out
and routed again, at a price that rises each time (negotiation)."""
import heapq
import math
from dataclasses import dataclass

import pcbnew

from grid import LAYERS, MM, Grid

VIA = 12                 # price of a via in cells
TAKE_OUT = 40            # price of a cell of another routed net
ROUNDS = 400             # connections tried before giving up
STEPS = [(1, 0, 1.0), (-1, 0, 1.0), (0, 1, 1.0), (0, -1, 1.0),
         (1, 1, 1.42), (1, -1, 1.42), (-1, 1, 1.42), (-1, -1, 1.42)]


@dataclass(eq=False)
class Connection:
    """Two pads of a net to be joined."""
    net: int
    a: pcbnew.PAD
    b: pcbnew.PAD

    def ends(self):
        return {self.a.m_Uuid.AsString(), self.b.m_Uuid.AsString()}


class Router:
    """Routes a pcbnew board in place."""

    def __init__(self, layout, board, origin):
        self.layout, self.board = layout, board
        self.grid = Grid(layout, board, origin)
        self.gap = MM(board.clearance)
        self.pads = {}                        # net code -> [pad]
        self.paths = {}                       # Connection -> (items, stamps, path, width)
        self.history = {}
        self.anchors = {}                     # (pad id, layer) -> cells inside the pad
        self._obstacles()

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
        key = (pad.m_Uuid.AsString(), layer_index)
        if key not in self.anchors:
            found = list(self.grid.inside(self.grid.grown(pad, LAYERS[layer_index], 0)))
            middle = pad.GetPosition()
            found.sort(key=lambda c: (self.grid.position(c) - middle).EuclideanNorm())
            self.anchors[key] = found[:max(1, len(found) // 4)]
        net = pad.GetNetCode()
        return [c for c in self.anchors[key] if self.grid.fixed_free(width, layer_index, c, net)]

    # -- search --------------------------------------------------------------

    def search(self, net, width, sources, targets):
        """Cheapest path from any source to any target, both sets of (cell, layer); None if there is none."""
        grid, columns = self.grid, self.grid.columns
        rows_cols = [divmod(c, columns) for c, _ in targets]
        top, bottom = min(r for r, _ in rows_cols), max(r for r, _ in rows_cols)
        left, right = min(c for _, c in rows_cols), max(c for _, c in rows_cols)

        def ahead(cell):
            row, column = divmod(cell, columns)
            dy, dx = max(top - row, 0, row - bottom), max(left - column, 0, column - right)
            return max(dx, dy) + 0.42 * min(dx, dy)

        best = {s: 0.0 for s in sources}
        queue = [(ahead(c), c, l) for c, l in sorted(sources)]
        came, done = {}, set()
        heapq.heapify(queue)
        goal = set(targets)
        while queue:
            _, cell, layer = heapq.heappop(queue)
            here = (cell, layer)
            if here in done:
                continue
            done.add(here)
            if here in goal:
                return self._trace(came, here)
            base = best[here]
            column = cell % columns
            moves = []
            for dx, dy, price in STEPS:
                if 0 <= column + dx < columns and 0 <= cell + dy * columns + dx < grid.cells:
                    moves.append((cell + dy * columns + dx, layer, price))
            if all(grid.fixed_free("via", l, cell, net) for l in (0, 1)):
                extra = sum(TAKE_OUT * self._weight(n) for l in (0, 1) for n in grid.strangers("via", l, cell, net))
                moves.append((cell, 1 - layer, VIA + extra))
            for nxt, on, price in moves:
                if not grid.fixed_free(width, on, nxt, net) or (nxt, on) in done:
                    continue
                price += sum(TAKE_OUT * self._weight(n) for n in grid.strangers(width, on, nxt, net))
                if base + price < best.get((nxt, on), math.inf) - 1e-9:
                    best[nxt, on] = base + price
                    came[nxt, on] = here
                    heapq.heappush(queue, (base + price + ahead(nxt), nxt, on))
        return None

    def _weight(self, net):
        return 1 + self.history.get(net, 0)

    @staticmethod
    def _trace(came, here):
        path = [here]
        while here in came:
            here = came[here]
            path.append(here)
        return path[::-1]

    # -- connections ---------------------------------------------------------

    def connections(self):
        """Pairs of pads to connect: a shortest tree per net, short ones first."""
        result = []
        for net, pads in sorted(self.pads.items()):
            pads = sorted(pads, key=lambda p: (p.GetParentFootprint().GetReference(), p.GetNumber(),
                                               p.GetPosition().x, p.GetPosition().y))
            joined, left = pads[:1], pads[1:]
            while left:
                length, _, a, _, b = min(((pa.GetPosition() - pb.GetPosition()).EuclideanNorm(), i, pa, j, pb)
                                         for i, pa in enumerate(joined) for j, pb in enumerate(left))
                left.remove(b)
                joined.append(b)
                result.append((length, net, a, b))
        poured = {n for n in self.pads if self.name(n) == self.board.pour}
        result.sort(key=lambda c: (c[1] in poured, c[0]))
        return [Connection(net, a, b) for _, net, a, b in result]

    def name(self, net):
        return self.layout.FindNet(net).GetNetname().removeprefix("/")

    def run(self):
        """Route everything; returns the sentences about what could not be connected."""
        waiting, failed = list(self.connections()), []
        for _ in range(ROUNDS):
            if not waiting:
                break
            link = waiting.pop(0)
            net, a, b = link.net, link.a, link.b
            width = self.board.widths.get(self.name(net), self.board.width)
            path = self._connect(net, a, b, width)
            if path is None:
                failed.append(f"{self.name(net)}: {_pad(a)} to {_pad(b)} has no way")
                continue
            waiting += self._make_room(path, net, width)
            self._lay(link, path, width)
        return failed + [f"{self.name(n)}: {_pad(a)} to {_pad(b)} given up" for n, a, b in [(c.net, c.a, c.b) for c in waiting]]

    def _connect(self, net, a, b, width):
        sources = {(c, l) for l in (0, 1) for c in self.cells_of(a, l, width)}
        targets = {(c, l) for l in (0, 1) for c in self.cells_of(b, l, width)}
        group = {a.m_Uuid.AsString()}                     # copper already joined to a
        grown = True
        while grown:
            grown = False
            for link in self.paths:
                if link.net == net and link.ends() & group and not link.ends() <= group:
                    group |= link.ends()
                    grown = True
        for link, (_, _, path, _) in self.paths.items():
            if link.net == net and link.ends() & group:
                sources |= {s for s in path if self.grid.fixed_free(width, s[1], s[0], net)}
        return self.search(net, width, sources, targets) if sources and targets else None

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


def _pad(pad):
    return f"{pad.GetParentFootprint().GetReference()}.{pad.GetNumber()}"
