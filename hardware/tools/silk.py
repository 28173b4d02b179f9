"""Finds a place for every reference on the silk: near its part, off pads, holes, bodies, vias, other texts and the board's edge."""
import pcbnew

from pcb import MM, stroke

HEIGHT = 0.8                         # mm
STEP, FAR = 0.15, 14                 # mm between tries away from the part, and how many
SHIFTS = (0, -0.6, 0.6, -1.2, 1.2, -1.8, 1.8)        # mm along the part
DETOUR = 200                         # tries further that a name goes to leave a via uncovered
TURNS = 12                           # how often those that found no place may go first


def references(layout, board):
    """Set size and place of all references; returns sentences about those that found none (they are hidden)."""
    edge = pcbnew.SHAPE_POLY_SET()
    layout.GetBoardPolygonOutlines(edge)
    edge.Deflate(MM(0.25), pcbnew.CORNER_STRATEGY_CHAMFER_ALL_CORNERS, MM(0.005))
    fixed, vias = _taken(layout), [_box(t, 0) for t in layout.GetTracks() if isinstance(t, pcbnew.PCB_VIA)]
    order = []
    for item in sorted(layout.GetFootprints(), key=lambda f: f.GetReference()):
        text, part = item.Reference(), board.part(item.GetReference())
        text.SetTextSize(pcbnew.VECTOR2I(MM(HEIGHT), MM(HEIGHT)))
        text.SetTextThickness(MM(stroke(HEIGHT)))
        text.SetKeepUpright(True)
        if part.show_ref and part.ref_at:                       # as the board file says
            dx, dy, angle = part.ref_at
            text.SetTextAngleDegrees(angle)
            text.SetPosition(item.GetPosition() + pcbnew.VECTOR2I(MM(dx), MM(dy)))
            fixed[text.GetLayer()].append(_box(text, 0.08))
        elif part.show_ref:
            order.append((item, _tries(item, text)))
    for _ in range(TURNS):                                      # off vias if possible; they are covered by mask
        lost = _all(order, edge, fixed, vias)
        if not lost:
            break
        order = [o for o in order if o[0] in lost] + [o for o in order if o[0] not in lost]
    for item in lost if order else []:
        item.Reference().SetVisible(False)
    return [f"{item.GetReference()}: no room for its name" for item in lost] if order else []


def _taken(layout):
    """Silk layer -> boxes that no name may cover."""
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
        under = body(item)
        if under:
            taken[pcbnew.B_SilkS if item.IsFlipped() else pcbnew.F_SilkS].append(under)
    return taken


def body(item):
    """Box of a part as drawn on the fabrication layer, or None."""
    layer = pcbnew.B_Fab if item.IsFlipped() else pcbnew.F_Fab
    box = None
    for shape in item.GraphicalItems():
        if shape.GetLayer() == layer and shape.Type() == pcbnew.PCB_SHAPE_T:
            box = box or shape.GetBoundingBox()
            box.Merge(shape.GetBoundingBox())
    return box


def _all(order, edge, fixed, vias):
    """Place all names in this order; returns the footprints that found no room."""
    taken, lost = {layer: list(boxes) for layer, boxes in fixed.items()}, []
    for item, tries in order:
        text = item.Reference()
        mine = taken[text.GetLayer()]
        covering, free = _first(tries, edge, mine), _first(tries, edge, mine + vias)
        if covering is not None:
            best = free if free is not None and free < covering + DETOUR else covering
            angle, at, area = tries[best]
            text.SetTextAngleDegrees(angle)
            text.SetPosition(at)
            mine.append(area)
        else:
            lost.append(item)
    return lost


def _first(tries, edge, taken):
    """Number of the first try on the board that meets nothing taken, or None."""
    near = None
    for number, (_, _, area) in enumerate(tries):
        if near is None:
            hull = pcbnew.BOX2I(area.GetOrigin(), area.GetSize())
            hull.Inflate(MM(8))
            near = [t for t in taken if hull.Intersects(t)]
        if not any(area.Intersects(t) for t in near) and all(edge.Contains(c) for c in _corners(area)):
            return number
    return None


def _tries(item, text):
    """Places for a name around its part, the nearest first: (angle, position, box)."""
    layer = pcbnew.F_CrtYd if item.GetLayer() == pcbnew.F_Cu else pcbnew.B_CrtYd
    item.BuildCourtyardCaches()
    yard = item.GetCourtyard(layer).BBox()
    centre, tries = yard.GetCenter(), []
    for angle in (0, 90):
        text.SetTextAngleDegrees(angle)
        size = text.GetBoundingBox()
        w, h = size.GetWidth(), size.GetHeight()
        for step in range(FAR):
            gap = MM(STEP * step) - MM(0.2)
            for shift in map(MM, SHIFTS):
                tries += [(step, abs(shift), angle, centre.x + shift, yard.GetTop() - gap - h // 2),
                          (step, abs(shift), angle, centre.x + shift, yard.GetBottom() + gap + h // 2),
                          (step, abs(shift), angle, yard.GetRight() + gap + w // 2, centre.y + shift),
                          (step, abs(shift), angle, yard.GetLeft() - gap - w // 2, centre.y + shift)]
    result = []
    for _, _, angle, x, y in sorted(tries, key=lambda t: t[:3]):
        text.SetTextAngleDegrees(angle)
        text.SetPosition(pcbnew.VECTOR2I(int(x), int(y)))
        result.append((angle, text.GetPosition(), _box(text, 0.05)))
    return result


def _box(item, grow):
    box = item.GetBoundingBox()
    box.Inflate(MM(grow))
    return box


def _corners(box):
    return [pcbnew.VECTOR2I(x, y) for x in (box.GetLeft(), box.GetRight()) for y in (box.GetTop(), box.GetBottom())]
