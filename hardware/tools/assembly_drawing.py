"""One side of a board as SVG for the assembly page: outline, pads, printing, and its parts to click, each with a name that is readable."""
import html
import itertools

import pcbnew

import library
from bom import natural

ROUGH = 40000                # nm that a drawn curve may be off
MARKED = ("1", "K", "T", "+")
MARGIN = 1.0                 # mm around what is drawn
LETTER = 0.62                # width of a letter as a share of its size


def mount(item):
    """"smd" or "tht" for a footprint."""
    kinds = {p.GetAttribute() for p in item.Pads()}
    return "tht" if pcbnew.PAD_ATTRIB_PTH in kinds and not item.GetAttributes() & pcbnew.FP_SMD else "smd"


def marked(part):
    """Numbers of the pads drawn red: pin 1, cathode, plus or tip; none where both ends are equal."""
    names = {number: pin["name"].upper() for number, pin in library.pins(part.symbol).items()}
    if len(names) == 1:
        return set()
    if set(names) == {"1", "2"} and not set(names.values()) & {"K", "A", "+", "-"}:
        return {"1"} if "polarized" in part.symbol.lower() else set()
    plus = {n for n, name in names.items() if name in ("K", "+")}
    return plus or {n for n in names if n in MARKED}


class Drawing:
    """A layout with its Board. `refs`: the parts that the page lists, others are only pads."""

    def __init__(self, layout, board, refs):
        self.layout, self.board, self.refs = layout, board, refs
        self.origin = layout.GetDesignSettings().GetAuxOrigin()
        self.items = sorted(layout.GetFootprints(), key=lambda f: natural(f.GetReference()))
        for item in self.items:
            item.BuildCourtyardCaches()
        self.edge = pcbnew.SHAPE_POLY_SET()
        layout.GetBoardPolygonOutlines(self.edge)
        self.width = pcbnew.ToMM(self.edge.BBox().GetRight() - self.origin.x)
        self.box = self.edge.BBox()
        for item in self.items:
            if item.GetReference() in refs:
                self.box.Merge(_yard(item))              # some reach beyond the edge

    @property
    def wide(self):
        """Is it wider than high?"""
        return self.box.GetWidth() > self.box.GetHeight()

    def side(self, layer):
        """SVG of one side as seen from that side."""
        return _Side(self, layer).svg()


def _yard(item):
    """The room a part takes: its courtyard, else its shapes."""
    yard = item.GetCourtyard(pcbnew.B_CrtYd if item.GetLayer() == pcbnew.B_Cu else pcbnew.F_CrtYd).BBox()
    return yard if yard.GetWidth() else item.GetBoundingBox(False)


def _polygons(shape, at):
    """Outlines of a SHAPE_POLY_SET as the data of one SVG path."""
    rings = []
    for k in range(shape.OutlineCount()):
        for chain in [shape.Outline(k)] + [shape.Hole(k, h) for h in range(shape.HoleCount(k))]:
            rings.append("M" + "L".join(at(chain.CPoint(i)) for i in range(chain.PointCount())) + "Z")
    return "".join(rings)


def _outline_of(item, layer):
    shape = pcbnew.SHAPE_POLY_SET()
    item.TransformShapeToPolygon(shape, layer, 0, ROUGH, pcbnew.ERROR_INSIDE)
    return shape


class _Side:
    """Draws one side. Coordinates are mm from the board's upper left corner, mirrored for the bottom."""

    def __init__(self, drawing, layer):
        self.drawing, self.layer, self.flip = drawing, layer, layer == pcbnew.B_Cu
        self.silk = pcbnew.B_SilkS if self.flip else pcbnew.F_SilkS
        self.largest = min(2.2, max(1.1, 0.025 * pcbnew.ToMM(max(drawing.box.GetWidth(), drawing.box.GetHeight()))))
        self.printed = [t for t in self._texts() if t.GetText() not in ("${REFERENCE}", "${VALUE}")]
        texts = [self.room(t.GetBoundingBox()) for t in self.printed]
        rest = [s for item in drawing.items for s in (*item.Pads(), *item.GraphicalItems()) if self.seen(s)]
        self.taken = (texts + [self.room(s.GetBoundingBox()) for s in rest], texts)

    def seen(self, shape):
        """A pad, or a printed line, which a name had better not cross."""
        if isinstance(shape, pcbnew.PAD):
            return shape.IsOnLayer(self.layer)
        return shape.GetLayer() == self.silk and isinstance(shape, pcbnew.PCB_SHAPE) and shape.GetShape() == pcbnew.SHAPE_T_SEGMENT

    def _texts(self):
        for shape in itertools.chain(*(item.GraphicalItems() for item in self.drawing.items), self.drawing.layout.GetDrawings()):
            if shape.GetLayer() == self.silk and isinstance(shape, pcbnew.PCB_TEXT):
                yield shape

    def xy(self, p):
        x, y = pcbnew.ToMM(p.x - self.drawing.origin.x), pcbnew.ToMM(p.y - self.drawing.origin.y)
        return (self.drawing.width - x if self.flip else x), y

    def at(self, p):
        return " ".join(f"{v:.2f}".rstrip("0").rstrip(".") for v in self.xy(p))

    def room(self, box):
        """(left, top, right, bottom) of a box of KiCad's."""
        (x0, y0), (x1, y1) = self.xy(box.GetOrigin()), self.xy(box.GetEnd())
        return min(x0, x1), y0, max(x0, x1), y1

    def words(self, text):
        """A printed text, each line as wide as on the board."""
        x, y = self.xy(text.GetBoundingBox().GetCenter())
        angle, high = text.GetTextAngleDegrees() * (1 if self.flip else -1), pcbnew.ToMM(text.GetTextHeight())
        lines, box = text.GetShownText(False).split("\n"), text.GetBoundingBox()
        long = pcbnew.ToMM(max(box.GetWidth(), box.GetHeight()) if angle % 180 else box.GetWidth()) - 0.15
        for i, line in enumerate(lines):
            dy = (i - (len(lines) - 1) / 2) * 1.6 * high
            fit = f' textLength="{long:.2f}" lengthAdjust="spacingAndGlyphs"' if len(line) > 1 and len(line) == max(map(len, lines)) else ""
            turned = f' transform="rotate({angle:g} {x:.2f} {y:.2f})"' if angle else ""
            yield f'<text x="{x:.2f}" y="{y + dy:.2f}" font-size="{1.35 * high:.2f}"{fit}{turned}>{html.escape(line)}</text>'

    def part(self, item):
        """A rectangle to click with the part's name. The other side's parts are dim: one solders their pins here."""
        part, (x0, y0, x1, y1) = self.drawing.board.part(item.GetReference()), self.room(_yard(item))
        w, h, ref = x1 - x0, y1 - y0, html.escape(part.ref)
        upright = h > 1.6 * w
        size = max(0.55, min(self.largest, (h if upright else w) / (0.68 * len(ref)), 0.8 * (w if upright else h)))
        x, y = self.free((x0, y0, x1, y1), len(ref) * LETTER * size, size, upright)
        turned = f' transform="rotate(-90 {x:.2f} {y:.2f})"' if upright else ""
        kind = "part" + ("" if part.fitted else " off") + (" beyond" if item.GetLayer() != self.layer else "")
        return -w * h, (f'<g class="{kind}" data-ref="{ref}"><title>{ref} {html.escape(part.value)}</title>'
                        f'<rect x="{x0:.2f}" y="{y0:.2f}" width="{w:.2f}" height="{h:.2f}" rx=".3"/>'
                        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}"{turned}>{ref}</text></g>')

    def free(self, room, long, high, upright):
        """The place for a name nearest to the middle of its part that covers no text, pad or line; else no text; else the middle."""
        w, h = (high, long) if upright else (long, high)
        x, y = (room[0] + room[2]) / 2, (room[1] + room[3]) / 2
        ways = [[0] + [s * n * high / 2 for n in range(1, int(span / high) + 1) for s in (1, -1)]
                for span in (max(0, room[2] - room[0] - w), max(0, room[3] - room[1] - h))]
        spots = sorted(itertools.product(*ways), key=lambda d: d[0] ** 2 + d[1] ** 2)
        for taken in self.taken:
            near = [t for t in taken if t[0] < room[2] and room[0] < t[2] and t[1] < room[3] and room[1] < t[3]]
            for dx, dy in spots:
                left, top = x + dx - w / 2, y + dy - h / 2
                if not any(left < r and l < left + w and top < b and t < top + h for l, t, r, b in near):
                    return x + dx, y + dy
        return x, y

    def svg(self):
        """The whole figure."""
        pads, ones, holes, lines, parts = [], [], [], [], []
        for item in self.drawing.items:
            red = marked(self.drawing.board.part(item.GetReference()))
            for pad in item.Pads():
                if pad.IsOnLayer(self.layer) and pad.GetAttribute() != pcbnew.PAD_ATTRIB_NPTH:
                    (ones if pad.GetNumber() in red else pads).append(_polygons(_outline_of(pad, self.layer), self.at))
                if pad.HasHole():
                    (x, y), r = self.xy(pad.GetPosition()), pcbnew.ToMM(pad.GetDrillSize().x) / 2
                    holes.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{r:.2f}"/>')
            lines += [_polygons(_outline_of(s, self.silk), self.at) for s in item.GraphicalItems()
                      if s.GetLayer() == self.silk and s.Type() == pcbnew.PCB_SHAPE_T]
            if item.GetReference() in self.drawing.refs and (item.GetLayer() == self.layer or mount(item) == "tht"):
                parts.append(self.part(item))
        words = [line for text in self.printed for line in self.words(text)]
        x0, y0, x1, y1 = self.room(self.drawing.box)
        view = f"{x0 - MARGIN:.2f} {y0 - MARGIN:.2f} {x1 - x0 + 2 * MARGIN:.2f} {y1 - y0 + 2 * MARGIN:.2f}"
        name = "bottom" if self.flip else "top"
        return (f'<figure id="{name}"><figcaption>{name.capitalize()}, as seen from {"below" if self.flip else "above"}</figcaption>'
                f'<svg viewBox="{view}" role="img" aria-label="{name} side"><path class="edge" d="{_polygons(self.drawing.edge, self.at)}"/>'
                f'<path class="pad" d="{"".join(pads)}"/><path class="one" d="{"".join(ones)}"/><path class="silk" d="{"".join(lines)}"/>'
                f'<g class="words">{"".join(words)}</g><g class="hole">{"".join(holes)}</g>'
                + "\n".join(text for _, text in sorted(parts, key=lambda p: p[0])) + "</svg></figure>")
