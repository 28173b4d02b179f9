"""The router's map: for every cell and layer, who may put the middle of a track (of some width) or a via there.

`fixed` holds 0 (free), a net code (only that net) or -1 (nobody): board copper, drawn grown by clearance and half the width, so
that a path along allowed cells keeps its distance. Routed copper is counted in `counts`, to be taken out again."""
import ctypes
import math

import pcbnew

import core

MM = pcbnew.FromMM
LAYERS = (pcbnew.F_Cu, pcbnew.B_Cu)
VIA, CROSS, TURN = 200, 800, 3       # prices in hundredths of a millimetre: a via, a crossed track of another net, a bend
HOLES = 0.26                         # mm between the holes of two vias


class Grid:
    """Cells of `pitch` over a board whose corner lies at `origin` (KiCad units, nm)."""

    def __init__(self, layout, board, origin):
        self.board, self.origin, self.core = board, origin, core.library()
        self.pitch = MM(board.grid)
        box = layout.GetBoardEdgesBoundingBox()
        self.columns = math.ceil((box.GetRight() - origin.x) / self.pitch) + 1
        self.rows = math.ceil((box.GetBottom() - origin.y) / self.pitch) + 1
        self.cells = self.columns * self.rows
        step = self.pitch // 10000
        across = (board.width + 2 * board.clearance) / board.grid        # cells from one side of a track to the other
        self.map = core.Map(self.columns, self.rows, self.pitch, step, step * 1414 // 1000, VIA, round(CROSS / across), TURN)
        # A straight step between two allowed cells may pass a corner nearer than both: sagitta of a diagonal step over 0.325 mm.
        self.gap = MM(board.clearance + 0.77 * board.grid ** 2)
        widths = sorted({board.width, board.neck, *board.widths.values()})
        self.radii = {w: MM(w) // 2 for w in widths} | {"via": MM(board.via[0]) // 2}
        self.fixed = {key: [(ctypes.c_int16 * self.cells)() for _ in LAYERS] for key in self.radii}
        self.counts = {key: [(ctypes.c_uint16 * self.cells)() for _ in LAYERS] for key in self.radii}
        self.history = [(ctypes.c_uint16 * self.cells)() for _ in LAYERS]
        self.holes = (ctypes.c_uint16 * self.cells)()
        self.found = (ctypes.c_int32 * (4 * self.cells))()

    def cell(self, x, y):
        return round((y - self.origin.y) / self.pitch) * self.columns + round((x - self.origin.x) / self.pitch)

    def position(self, cell):
        row, column = divmod(cell, self.columns)
        return pcbnew.VECTOR2I(self.origin.x + column * self.pitch, self.origin.y + row * self.pitch)

    # -- fixed copper ----------------------------------------------------------

    def spans(self, polygons):
        """Runs of cells (first, last + 1) whose middle lies in a SHAPE_POLY_SET, by scan lines."""
        box = polygons.BBox()
        first = max(0, math.ceil((box.GetTop() - self.origin.y) / self.pitch))
        last = min(self.rows - 1, (box.GetBottom() - self.origin.y) // self.pitch)
        edges = []
        for k in range(polygons.OutlineCount()):
            for ring in [polygons.Outline(k)] + [polygons.Hole(k, h) for h in range(polygons.HoleCount(k))]:
                pts = [(ring.CPoint(i).x, ring.CPoint(i).y) for i in range(ring.PointCount())]
                edges += list(zip(pts, pts[1:] + pts[:1]))
        runs = []
        for row in range(first, last + 1):
            y = self.origin.y + row * self.pitch + 0.5
            xs = sorted(x0 + (y - y0) * (x1 - x0) / (y1 - y0) for (x0, y0), (x1, y1) in edges if (y0 < y) != (y1 < y))
            for a, b in zip(xs[::2], xs[1::2]):
                left = max(0, math.ceil((a - self.origin.x) / self.pitch))
                right = min(self.columns - 1, math.floor((b - self.origin.x) / self.pitch))
                if left <= right:
                    runs.append((row * self.columns + left, row * self.columns + right + 1))
        return runs

    def inside(self, polygons):
        """Cells whose middle lies in a SHAPE_POLY_SET."""
        return [c for a, b in self.spans(polygons) for c in range(a, b)]

    def in_box(self, box):
        """Cells in a box."""
        left, right = math.ceil((box.GetLeft() - self.origin.x) / self.pitch), (box.GetRight() - self.origin.x) // self.pitch
        top, bottom = math.ceil((box.GetTop() - self.origin.y) / self.pitch), (box.GetBottom() - self.origin.y) // self.pitch
        for row in range(max(0, top), min(self.rows - 1, bottom) + 1):
            yield from range(row * self.columns + max(0, left), row * self.columns + min(self.columns - 1, right) + 1)

    def grown(self, item, layer, by):
        """Outline of a pad, track or via on a layer, grown by a distance."""
        shape = pcbnew.SHAPE_POLY_SET()
        item.TransformShapeToPolygon(shape, layer, int(by), MM(0.005), pcbnew.ERROR_OUTSIDE)
        return shape

    def block(self, item, layer_index, net, hole=False, more=0):
        """Draw fixed copper (or a hole) of `net` (-1: nobody's), with `more` distance, into all maps of one layer."""
        for key, radius in self.radii.items():
            if hole:
                shape = pcbnew.SHAPE_POLY_SET()
                item.TransformHoleToPolygon(shape, int(max(self.gap, MM(0.25)) + radius), MM(0.005), pcbnew.ERROR_OUTSIDE)
            else:
                shape = self.grown(item, LAYERS[layer_index], self.gap + radius + more)
            self.claim(key, layer_index, self.spans(shape), net)

    def claim(self, key, layer_index, runs, net=-1):
        """Give runs of cells to a net, or to nobody."""
        flat = core.numbers([n for run in runs for n in run])
        self.core.claim(self.fixed[key][layer_index], flat, len(runs), net)

    def edges(self, layout):
        """Nothing within the edge distance of the outline."""
        outline = pcbnew.SHAPE_POLY_SET()
        layout.GetBoardPolygonOutlines(outline)
        for key, radius in self.radii.items():
            inner = pcbnew.SHAPE_POLY_SET(outline)
            inner.Deflate(MM(self.board.edge) + radius, pcbnew.CORNER_STRATEGY_ROUND_ALL_CORNERS, MM(0.005))
            runs = sorted(self.spans(inner))
            outside = list(zip([0] + [b for _, b in runs], [a for a, _ in runs] + [self.cells]))
            for layer in (0, 1):
                self.claim(key, layer, outside)

    # -- routed copper, which can be taken out again ---------------------------

    def stamp(self, items, sign, keys=None):
        """Count routed items (layer or None for a via, line, width) into the maps, or out of them."""
        for layer, line, width in items:
            for key in keys or self.radii:
                reach = self.gap + width // 2 + self.radii[key]
                for index in (0, 1) if layer is None else (layer,):
                    self.core.stamp(self.map, self.counts[key][index], line, reach, sign)

    def stamp_holes(self, items, sign):
        """Where the net's own vias keep another via away."""
        reach = MM(self.board.via[1] + HOLES)
        for layer, line, _ in items:
            if layer is None:
                self.core.stamp(self.map, self.holes, line, reach, sign)

    def fixed_free(self, key, layer, cell, net):
        return self.fixed[key][layer][cell] in (0, net)

    def search(self, net, levels, factors, sources, targets):
        """Cheapest way between two lists of states, widths `levels` at price factors (hundredths): [(state, width)], or []."""
        rules = core.Rules(levels=len(levels), net=net, holes=self.holes, factor=(ctypes.c_int32 * 4)(*factors))
        for layer in (0, 1):
            for k, width in enumerate(levels):
                rules.fixed[2 * k + layer] = self.fixed[width][layer]
                rules.counts[2 * k + layer] = self.counts[width][layer]
            rules.via_fixed[layer], rules.via_counts[layer] = self.fixed["via"][layer], self.counts["via"][layer]
            rules.history[layer] = self.history[layer]
        count = self.core.search(self.map, rules, core.numbers(sources), len(sources), core.numbers(targets), len(targets),
                                 self.found, 2 * self.cells)
        return [(self.found[2 * i], levels[self.found[2 * i + 1]]) for i in range(count)][::-1]

    def touches(self, points, item, width_of):
        """Does an item come too near to any of the points (layer, cell, key)?"""
        layer, line, width = item
        mine = [(c, self.gap + width // 2 + width_of[k]) for l, c, k in points if layer is None or l == layer]
        return bool(mine) and self.core.touches(self.map, core.numbers([c for c, _ in mine]),
                                                core.numbers([r for _, r in mine], ctypes.c_int64), len(mine), line)
