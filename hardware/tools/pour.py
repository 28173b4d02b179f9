"""Ground on both sides, keep-outs, and stitching vias between the two pours."""
import pcbnew

from grid import LAYERS, MM
from pcb import point

FENCE = 0.8              # mm from the edge of an antenna line or its outlet's ground within which the middle of a stitching via shall lie


def _area(layout, corners, layers):
    zone = pcbnew.ZONE(layout)
    shape = pcbnew.SHAPE_POLY_SET()
    shape.NewOutline()
    for x, y in corners:
        shape.Append(point(x, y))
    zone.SetOutline(shape)
    zone.thisown = 0
    shape.thisown = 0
    numbers = pcbnew.LSET()
    for layer in layers:
        numbers.AddLayer(layer)
    zone.SetLayerSet(numbers)
    layout.Add(zone)
    return zone


def keepouts(layout, board):
    """Areas without copper, as the board file says: (layers, corners, what)."""
    for layers, corners, what in board.keepouts:
        zone = _area(layout, corners, [layout.GetLayerID(n) for n in layers])
        zone.SetIsRuleArea(True)
        zone.SetDoNotAllowTracks("tracks" in what)
        zone.SetDoNotAllowVias("vias" in what)
        zone.SetDoNotAllowCopperPour("pour" in what)
        zone.SetDoNotAllowPads(False)
        zone.SetDoNotAllowFootprints(False)


def pour(layout, board):
    """One zone per side over the whole board; KiCad keeps the distance to the edge and cuts off islands."""
    xs, ys = [c[0] for c in board.outline], [c[1] for c in board.outline]
    box = [(min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys))]
    net = layout.FindNet(board.pour) or layout.FindNet("/" + board.pour)
    zones = []
    for layer in LAYERS:
        zone = _area(layout, box, [layer])
        zone.SetNet(net)
        zone.SetLocalClearance(MM(board.clearance))
        zone.SetMinThickness(MM(0.25))
        zone.SetThermalReliefGap(MM(0.25))
        zone.SetThermalReliefSpokeWidth(MM(0.4))
        zone.SetPadConnection(pcbnew.ZONE_CONNECTION_THERMAL)
        zone.SetIslandRemovalMode(pcbnew.ISLAND_REMOVAL_MODE_NEVER)      # stitching may join them; see settle()
        zones.append(zone)
    return zones


def fill(layout):
    pcbnew.ZONE_FILLER(layout).Fill(layout.Zones())


def stitch(layout, board, router, zones):
    """Vias where both sides are poured and neither copper nor printing is near, `board.stitch` mm apart; returns them.
    Along antenna lines they come first, printing or not; so do those at pads that the pour joins without spokes (zone_connect 2
    in a footprint), at half the distance."""
    net, grid = zones[0].GetNetCode(), router.grid
    pitch = round(board.stitch / board.grid)
    free = None
    for index, zone in enumerate(zones):
        filled = pcbnew.SHAPE_POLY_SET(zone.GetFilledPolysList(zone.GetLayer()))
        filled.Deflate(grid.radii["via"], pcbnew.CORNER_STRATEGY_ROUND_ALL_CORNERS, MM(0.005))
        cells = router.room_for_vias(index, net).intersection(grid.inside(filled))
        free = cells if free is None else free & cells

    def around(items):
        return {c for i in items for layer in LAYERS if i.IsOnLayer(layer) for c in grid.inside(grid.grown(i, layer, MM(FENCE)))}
    solid = around(p for p in layout.GetPads() if p.GetLocalZoneConnection() == pcbnew.ZONE_CONNECTION_FULL)
    beside = solid | around(t for t in layout.GetTracks()
                            if t.GetNetname().removeprefix("/") in board.lines and not isinstance(t, pcbnew.PCB_VIA))
    for box in _printed(layout):
        box.Inflate(grid.radii["via"] // 2)
        free.difference_update(set(grid.in_box(box)) - beside)
    placed = {}                                            # square of the size of a pitch -> cells with a via

    def near(row, column, apart):
        return any((row - r) ** 2 + (column - c) ** 2 < apart ** 2 for i in (-1, 0, 1) for j in (-1, 0, 1)
                   for r, c in placed.get((row // pitch + i, column // pitch + j), ()))

    def put(row, column):
        placed.setdefault((row // pitch, column // pitch), []).append((row, column))
    for track in layout.GetTracks():
        if isinstance(track, pcbnew.PCB_VIA):
            put(*divmod(grid.cell(track.GetPosition().x, track.GetPosition().y), grid.columns))
    vias = []
    for cell in sorted(free, key=lambda c: (c not in beside, c)):
        row, column = divmod(cell, grid.columns)
        if not near(row, column, pitch // 2 if cell in solid else pitch):
            via = pcbnew.PCB_VIA(layout)
            via.SetPosition(grid.position(cell))
            via.SetWidth(MM(board.via[0]))
            via.SetDrill(MM(board.via[1]))
            via.SetNetCode(net)
            layout.Add(via)
            put(row, column)
            vias.append(via)
    return vias


def settle(layout, zones, vias):
    """Drop islands that no stitching via joins to the rest, and the vias that then end in nothing; returns what stays."""
    for zone in zones:
        zone.SetIslandRemovalMode(pcbnew.ISLAND_REMOVAL_MODE_ALWAYS)
    while True:
        fill(layout)
        filled = [z.GetFilledPolysList(z.GetLayer()) for z in zones]
        lost = [v for v in vias if not all(f.Contains(v.GetPosition()) for f in filled)]
        if not lost:
            return len(vias)
        for via in lost:
            vias.remove(via)
            layout.Remove(via)


def _printed(layout):
    """Boxes of all texts on the silk."""
    silk = (pcbnew.F_SilkS, pcbnew.B_SilkS)
    texts = [d for d in layout.GetDrawings() if d.GetLayer() in silk]
    texts += [f.Reference() for f in layout.GetFootprints() if f.Reference().IsVisible()]
    return [t.GetBoundingBox() for t in texts]
