"""The router's map: for every cell and layer, who may put the middle of a track (of some width) or a via there.

A cell holds 0 (free), a net code (only that net) or -1 (nobody). Copper is drawn into the map grown by clearance and half the
width, so that a path along allowed cells keeps its distance. Board copper is `fixed`; routed tracks are counted, to be taken out."""
import math

import pcbnew

MM = pcbnew.FromMM
LAYERS = (pcbnew.F_Cu, pcbnew.B_Cu)


class Grid:
    """Cells of `pitch` mm over a board of `size` mm whose corner lies at `origin` (KiCad units)."""

    def __init__(self, layout, board, origin):
        self.board, self.origin = board, origin
        self.pitch = MM(board.grid)
        box = layout.GetBoardEdgesBoundingBox()
        self.columns = math.ceil((box.GetRight() - origin.x) / self.pitch) + 1
        self.rows = math.ceil((box.GetBottom() - origin.y) / self.pitch) + 1
        self.cells = self.columns * self.rows
        self.maps = {}           # half width in KiCad units, "via" -> [fixed cells of layer 0, of layer 1]
        self.routed = {}         # the same -> [dict cell -> {net: count}, ...]
        self.radii = {w: MM(w) // 2 for w in sorted({board.width, board.neck, *board.widths.values()})}
        self.radii["via"] = MM(board.via[0]) // 2
        for key in self.radii:
            self.maps[key] = [[0] * self.cells, [0] * self.cells]
            self.routed[key] = [{}, {}]

    def cell(self, x, y):
        return round((y - self.origin.y) / self.pitch) * self.columns + round((x - self.origin.x) / self.pitch)

    def position(self, cell):
        row, column = divmod(cell, self.columns)
        return pcbnew.VECTOR2I(self.origin.x + column * self.pitch, self.origin.y + row * self.pitch)

    # -- filling the map -----------------------------------------------------

    def inside(self, polygons):
        """Cells whose middle lies in a SHAPE_POLY_SET, by scan lines."""
        box = polygons.BBox()
        first = max(0, math.ceil((box.GetTop() - self.origin.y) / self.pitch))
        last = min(self.rows - 1, (box.GetBottom() - self.origin.y) // self.pitch)
        edges = []
        for k in range(polygons.OutlineCount()):
            for ring in [polygons.Outline(k)] + [polygons.Hole(k, h) for h in range(polygons.HoleCount(k))]:
                pts = [(ring.CPoint(i).x, ring.CPoint(i).y) for i in range(ring.PointCount())]
                edges += list(zip(pts, pts[1:] + pts[:1]))
        for row in range(first, last + 1):
            y = self.origin.y + row * self.pitch + 0.5
            xs = sorted(x0 + (y - y0) * (x1 - x0) / (y1 - y0) for (x0, y0), (x1, y1) in edges if (y0 < y) != (y1 < y))
            for a, b in zip(xs[::2], xs[1::2]):
                left = max(0, math.ceil((a - self.origin.x) / self.pitch))
                right = min(self.columns - 1, math.floor((b - self.origin.x) / self.pitch))
                yield from range(row * self.columns + left, row * self.columns + right + 1)

    def grown(self, item, layer, by):
        """Outline of a pad, track or via on a layer, grown by a distance."""
        shape = pcbnew.SHAPE_POLY_SET()
        item.TransformShapeToPolygon(shape, layer, int(by), MM(0.005), pcbnew.ERROR_OUTSIDE)
        return shape

    def block(self, item, layer_index, net, gap, hole=False):
        """Draw fixed copper (or a hole) of `net` (-1: nobody's) into all maps of one layer."""
        for key, radius in self.radii.items():
            cells = self.maps[key][layer_index]
            if hole:
                shape = pcbnew.SHAPE_POLY_SET()
                item.TransformHoleToPolygon(shape, int(gap + radius), MM(0.005), pcbnew.ERROR_OUTSIDE)
            else:
                shape = self.grown(item, LAYERS[layer_index], gap + radius)
            for c in self.inside(shape):
                if cells[c] == 0:
                    cells[c] = net
                elif cells[c] != net:
                    cells[c] = -1

    def block_cells(self, key, layer_index, cells):
        for c in cells:
            self.maps[key][layer_index][c] = -1

    def edges(self, layout):
        """Nothing within the edge distance of the outline."""
        outline = pcbnew.SHAPE_POLY_SET()
        layout.GetBoardPolygonOutlines(outline)
        for key, radius in self.radii.items():
            inner = pcbnew.SHAPE_POLY_SET(outline)
            inner.Deflate(MM(self.board.edge) + radius, pcbnew.CORNER_STRATEGY_ROUND_ALL_CORNERS, MM(0.005))
            allowed = set(self.inside(inner))
            for layer in (0, 1):
                self.block_cells(key, layer, (c for c in range(self.cells) if c not in allowed))

    # -- routed copper, which can be taken out again -------------------------

    def footprint_of(self, item, layer_index, net, gap):
        """(key, layer, cells) that a routed track or via takes."""
        for key, radius in self.radii.items():
            yield key, layer_index, list(self.inside(self.grown(item, LAYERS[layer_index], gap + radius)))

    def take(self, stamps, net, sign):
        for key, layer, cells in stamps:
            table = self.routed[key][layer]
            for c in cells:
                owners = table.setdefault(c, {})
                owners[net] = owners.get(net, 0) + sign
                if owners[net] <= 0:
                    del owners[net]
                if not owners:
                    del table[c]

    def fixed_free(self, key, layer, cell, net):
        value = self.maps[key][layer][cell]
        return value == 0 or value == net

    def strangers(self, key, layer, cell, net):
        """Routed nets that stand in the way."""
        owners = self.routed[key][layer].get(cell)
        return [n for n in owners if n != net] if owners else ()
