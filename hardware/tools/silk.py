"""Finds a place for every reference on the silk: near its part, off pads, holes, other texts and the board's edge."""
import pcbnew

from pcb import MM, stroke

HEIGHT = 0.8                         # mm


def references(layout, board):
    """Set size and place of all references; returns sentences about those that found none (they are hidden)."""
    edge = pcbnew.SHAPE_POLY_SET()
    layout.GetBoardPolygonOutlines(edge)
    edge.Deflate(MM(0.25), pcbnew.CORNER_STRATEGY_CHAMFER_ALL_CORNERS, MM(0.005))
    taken = {pcbnew.F_SilkS: [], pcbnew.B_SilkS: []}
    for text in layout.GetDrawings():
        if text.GetLayer() in taken:
            taken[text.GetLayer()].append(_box(text, 0.1))
    for item in layout.GetFootprints():
        for pad in item.Pads():
            for silk, copper in ((pcbnew.F_SilkS, pcbnew.F_Cu), (pcbnew.B_SilkS, pcbnew.B_Cu)):
                if pad.IsOnLayer(copper) or pad.HasHole():
                    taken[silk].append(_box(pad, 0.12))
        for shape in item.GraphicalItems():
            if shape.GetLayer() in taken and shape.Type() == pcbnew.PCB_SHAPE_T:
                taken[shape.GetLayer()].append(_box(shape, 0.08))
    said = []
    items = sorted(layout.GetFootprints(), key=lambda f: f.GetReference())
    for item in items:
        part = board.part(item.GetReference())
        text = item.Reference()
        text.SetTextSize(pcbnew.VECTOR2I(MM(HEIGHT), MM(HEIGHT)))
        text.SetTextThickness(MM(stroke(HEIGHT)))
        text.SetKeepUpright(True)
        if not part.show_ref:
            continue
        if not _place(item, text, part, edge, taken[text.GetLayer()]):
            text.SetVisible(False)
            said.append(f"{part.ref}: no room for its name")
    return said


def _place(item, text, part, edge, taken):
    middle = item.GetPosition()
    if part.ref_at:
        dx, dy, angle = part.ref_at
        text.SetTextAngleDegrees(angle)
        text.SetPosition(pcbnew.VECTOR2I(middle.x + MM(dx), middle.y + MM(dy)))
        taken.append(_box(text, 0.08))
        return True
    layer = pcbnew.F_CrtYd if item.GetLayer() == pcbnew.F_Cu else pcbnew.B_CrtYd
    item.BuildCourtyardCaches()
    yard = item.GetCourtyard(layer).BBox()
    centre = yard.GetCenter()
    tries = []
    for angle in (0, 90):
        text.SetTextAngleDegrees(angle)
        size = text.GetBoundingBox()
        w, h = size.GetWidth(), size.GetHeight()
        for step in range(9):
            gap = MM(0.15 * step) - MM(0.2)
            for shift in (0, -MM(0.6), MM(0.6), -MM(1.2), MM(1.2)):
                tries += [(step, abs(shift), angle, centre.x + shift, yard.GetTop() - gap - h // 2),
                          (step, abs(shift), angle, centre.x + shift, yard.GetBottom() + gap + h // 2),
                          (step, abs(shift), angle, yard.GetRight() + gap + w // 2, centre.y + shift),
                          (step, abs(shift), angle, yard.GetLeft() - gap - w // 2, centre.y + shift)]
    for _, _, angle, x, y in sorted(tries, key=lambda t: t[:3]):
        text.SetTextAngleDegrees(angle)
        text.SetPosition(pcbnew.VECTOR2I(int(x), int(y)))
        box = _box(text, 0.05)
        inside = all(edge.Contains(c) for c in _corners(box))
        if inside and not any(box.Intersects(t) for t in taken):
            taken.append(box)
            return True
    return False


def _box(item, grow):
    box = item.GetBoundingBox()
    box.Inflate(MM(grow))
    return box


def _corners(box):
    return [pcbnew.VECTOR2I(x, y) for x in (box.GetLeft(), box.GetRight()) for y in (box.GetTop(), box.GetBottom())]
