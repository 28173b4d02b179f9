"""What DRC does not know of a layout: impedance of antenna tracks, widths of power nets, mounting holes, texts on the board."""
import math

import pcbnew

import line
from grid import LAYERS, MM

TOLERANCE = 5            # ohm
END = 0.5                # mm at both ends of a track that a pad or a bend may disturb
FAR = 3.0                # mm: ground further away does not count as beside


def findings(board, path):
    """Sentences about a built layout."""
    layout = pcbnew.LoadBoard(str(path))
    origin = layout.GetDesignSettings().GetAuxOrigin()
    return [*line.check(), *_lines(board, layout), *_widths(board, layout), *_holes(board, layout, origin), *_fixed(board, layout, origin), *_texts(layout)]


def tracks_of(layout, net):
    return [t for t in layout.GetTracks() if t.GetNetname().removeprefix("/") == net and not isinstance(t, pcbnew.PCB_VIA)]


def narrow_shares(board, layout):
    """Net of a wanted width -> (mm of track narrower than that, mm in all, narrowest mm)."""
    result = {}
    for net, wanted in sorted(board.widths.items()):
        tracks = tracks_of(layout, net)
        if tracks:
            thin = sum(t.GetLength() for t in tracks if t.GetWidth() < MM(wanted) - 10)
            whole = sum(t.GetLength() for t in tracks)
            result[net] = pcbnew.ToMM(thin), pcbnew.ToMM(whole), pcbnew.ToMM(min(t.GetWidth() for t in tracks))
    return result


def _widths(board, layout):
    for net, (thin, whole, _) in narrow_shares(board, layout).items():
        if net != board.pour and thin > board.narrow * whole:
            yield f"{net}: {thin:.1f} of {whole:.1f} mm are narrower than {board.widths[net]:g} mm"


def grounds(board, layout):
    """Layer -> the ground poured there."""
    return {z.GetLayer(): z.GetFilledPolysList(z.GetLayer()) for z in layout.Zones()
            if not z.GetIsRuleArea() and z.GetNetname().removeprefix("/") == board.pour}


def _lines(board, layout):
    """Width and the gap as poured give the impedance that the board file asks for, and there is ground below."""
    ground = grounds(board, layout)
    for net, ohm in sorted(board.lines.items()):
        tracks = tracks_of(layout, net)
        if not tracks:
            yield f"{net}: no track of {ohm:g} ohm"
        for track in tracks:
            layer = track.GetLayer()
            below = ground[LAYERS[1 - LAYERS.index(layer)]]
            width, points = pcbnew.ToMM(track.GetWidth()), list(_along(track))
            for where, left, right in points:
                gaps = [distance(ground[layer], p) for p in (left, right)]
                if not below.Contains(where):
                    yield f"{net}: no ground below at {_mm(layout, where)}"
                elif max(gaps) > FAR:
                    yield f"{net}: no ground beside at {_mm(layout, where)}"
                else:
                    have = line.impedance(width, sum(gaps) / 2)
                    if abs(have - ohm) > TOLERANCE:
                        yield (f"{net}: {have:.0f} ohm instead of {ohm:g} at {_mm(layout, where)}: {width:g} mm wide,"
                               f" {gaps[0]:.2f} and {gaps[1]:.2f} mm from ground; 50 ohm at {board.clearance:g} mm would be"
                               f" {line.line(ohm, board.clearance):g} mm")
                        break


def _along(track):
    """(middle, left edge, right edge) every 0.25 mm of a track, its ends left out."""
    length = track.GetLength()
    steps = int((length - 2 * MM(END)) // MM(0.25))
    for i in range(steps + 1 if steps >= 0 else 0):
        yield across(track, (MM(END) + i * MM(0.25)) / length)


def across(track, share):
    """(middle, left edge, right edge) of a track at this share of its length."""
    p, q, half = track.GetStart(), track.GetEnd(), track.GetWidth() / 2 / track.GetLength()
    x, y = p.x + (q.x - p.x) * share, p.y + (q.y - p.y) * share
    nx, ny = -(q.y - p.y) * half, (q.x - p.x) * half
    return tuple(pcbnew.VECTOR2I(round(a), round(b)) for a, b in ((x, y), (x + nx, y + ny), (x - nx, y - ny)))


def distance(polygons, p):
    """mm from a point to copper."""
    return pcbnew.ToMM(math.sqrt(polygons.SquaredDistance(p)))


def _mm(layout, p):
    at = p - layout.GetDesignSettings().GetAuxOrigin()
    return f"({pcbnew.ToMM(at.x):.1f}, {pcbnew.ToMM(at.y):.1f})"


def _holes(board, layout, origin):
    drilled = [(pcbnew.ToMM(p.GetPosition().x - origin.x), pcbnew.ToMM(p.GetPosition().y - origin.y), pcbnew.ToMM(p.GetDrillSize().x))
               for f in layout.GetFootprints() for p in f.Pads() if p.HasHole()]
    for hole in board.holes:
        if not any(math.dist(hole, d) < 0.011 for d in drilled):
            yield f"no hole of {hole[2]:g} mm at ({hole[0]:g}, {hole[1]:g})"


def _fixed(board, layout, origin):
    """Pins that must fit a counterpart lie where its drawing has them, under their numbers."""
    spots = {f"{f.GetReference()}.{p.GetNumber()}": p.GetPosition() - origin for f in layout.GetFootprints() for p in f.Pads()}
    for name, (x, y) in board.fixed.items():
        have = spots.get(name)
        if have is None or math.dist((x, y), (pcbnew.ToMM(have.x), pcbnew.ToMM(have.y))) > 0.011:
            yield f"{name} is at {_mm(layout, have + origin) if have else 'no place'}, the drawing has ({x:g}, {y:g})"


def _texts(layout):
    """Printing that would be cut off at the board's edge."""
    edge = pcbnew.SHAPE_POLY_SET()
    layout.GetBoardPolygonOutlines(edge)
    texts = [d for d in layout.GetDrawings() if isinstance(d, pcbnew.PCB_TEXT)]
    texts += [t for f in layout.GetFootprints() for t in f.GraphicalItems() if isinstance(t, pcbnew.PCB_TEXT)]
    texts += [f.Reference() for f in layout.GetFootprints() if f.Reference().IsVisible()]
    for text in texts:
        if text.GetLayer() in (pcbnew.F_SilkS, pcbnew.B_SilkS) and text.IsVisible():
            box = text.GetBoundingBox()
            corners = [pcbnew.VECTOR2I(x, y) for x in (box.GetLeft(), box.GetRight()) for y in (box.GetTop(), box.GetBottom())]
            if not all(edge.Contains(c) for c in corners):
                yield f"text '{text.GetShownText(False)}' at {_mm(layout, text.GetPosition())} is not on the board"
