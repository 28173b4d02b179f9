"""An assembly page: one HTML file without network. The board from above and below with parts to click, the parts list in the
order of work with boxes to tick (kept by the browser), search, dark and light. Style and script are beside this file."""
import html
from pathlib import Path

import pcbnew

import library
from bom import natural

HERE = Path(__file__).resolve().parent
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: assembly</title><style>
{style}</style></head>
<body data-key="meterman-{name}-{revision}">
<header><h1>{title}</h1><p>Assembly of revision {revision}, {date}. Not yet fabricated.</p></header>
<main><section id="boards" aria-label="Board">
<div class="bar">{sides}<button id="theme">Dark / light</button></div>
<div id="sides"{wide}>
{drawings}</div>
<div id="about" aria-live="polite"></div><template id="hello"><strong>Pick a part</strong><p>on the board or in the list.
<span class="hint">Red pads are pin 1, cathode, plus or tip.</span></p></template>
</section><section id="list" aria-label="Parts">
<div class="bar"><input type="search" placeholder="Search: R12, 100n, crystal ..." aria-label="Search parts">
<progress value="0"></progress><span id="count"></span><button id="clear">Start over</button></div>
<table><thead><tr><th>Done</th><th>Parts</th><th>Value</th><th>Part number, orientation, notes</th></tr></thead>
<tbody>
{rows}
</tbody></table><p id="none" hidden>No part matches.</p></section></main>
<script>
{script}select(null, []);
</script></body></html>
"""
STEPS = (("SMD, {side}", lambda p, m: p.fitted and m == "smd"), ("Through-hole, {side}", lambda p, m: p.fitted and m == "tht"),
         ("Not fitted, {side}", lambda p, m: not p.fitted))
ROUGH = 40000                # nm that a drawn curve may be off
MARKED = ("1", "K", "T", "+")


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


def _words(text, xy, flip):
    """A printed text as SVG, each line as wide as on the board."""
    x, y = xy(text.GetBoundingBox().GetCenter())
    angle, high = text.GetTextAngleDegrees() * (1 if flip else -1), pcbnew.ToMM(text.GetTextHeight())
    lines, box = text.GetShownText(False).split("\n"), text.GetBoundingBox()
    long = pcbnew.ToMM(max(box.GetWidth(), box.GetHeight()) if angle % 180 else box.GetWidth()) - 0.15
    for i, line in enumerate(lines):
        dy = (i - (len(lines) - 1) / 2) * 1.6 * high
        fit = f' textLength="{long:.2f}" lengthAdjust="spacingAndGlyphs"' if len(line) > 1 and len(line) == max(map(len, lines)) else ""
        yield (f'<text x="{x:.2f}" y="{y + dy:.2f}" font-size="{1.35 * high:.2f}"{fit}'
               + (f' transform="rotate({angle:g} {x:.2f} {y:.2f})"' if angle else "") + f">{html.escape(line)}</text>")


def mount(item):
    """"smd", "tht" or "none" for a footprint."""
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


def hint(part):
    """A sentence about orientation."""
    names = {number: pin["name"].upper() for number, pin in library.pins(part.symbol).items()}
    red = marked(part)
    if not red:
        return ""
    if len(names) <= 3 and any(names[n] == "K" for n in red if n in names):
        return "Red pad: cathode (the side with the line or the mark)."
    if len(names) == 2:
        return "Red pad: plus."
    return "Red pad: " + ("tip." if red == {"T"} else "pin 1.")


def _side(layout, board, layer, size):
    """SVG of one side as seen from that side."""
    flip, origin = layer == pcbnew.B_Cu, layout.GetDesignSettings().GetAuxOrigin()
    width, height = size
    largest = min(2.2, max(1.1, 0.025 * max(size)))
    silk = pcbnew.B_SilkS if flip else pcbnew.F_SilkS

    def xy(p):
        x, y = pcbnew.ToMM(p.x - origin.x), pcbnew.ToMM(p.y - origin.y)
        return (width - x if flip else x), y

    def at(p):
        return " ".join(f"{v:.2f}".rstrip("0").rstrip(".") for v in xy(p))
    outline = pcbnew.SHAPE_POLY_SET()
    layout.GetBoardPolygonOutlines(outline)
    pads, ones, holes, marks, printed, words = [], [], [], [], [], []
    for item in sorted(layout.GetFootprints(), key=lambda f: natural(f.GetReference())):
        part = board.part(item.GetReference())
        red = marked(part)
        for pad in item.Pads():
            if pad.IsOnLayer(layer) and pad.GetAttribute() != pcbnew.PAD_ATTRIB_NPTH:
                (ones if pad.GetNumber() in red else pads).append(_polygons(_outline_of(pad, layer), at))
            if pad.HasHole():
                (x, y), r = xy(pad.GetPosition()), pcbnew.ToMM(pad.GetDrillSize().x) / 2
                holes.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{r:.2f}"/>')
        for shape in item.GraphicalItems():
            if shape.GetLayer() == silk and shape.Type() == pcbnew.PCB_SHAPE_T:
                printed.append(_polygons(_outline_of(shape, silk), at))
            elif shape.GetLayer() == silk and isinstance(shape, pcbnew.PCB_TEXT) and shape.GetText() not in ("${REFERENCE}", "${VALUE}"):
                words += _words(shape, xy, flip)
        if item.GetLayer() != layer or not part.in_bom:
            continue
        yard = item.GetCourtyard(pcbnew.B_CrtYd if flip else pcbnew.F_CrtYd).BBox()
        if not yard.GetWidth():
            yard = item.GetBoundingBox(False)
        (x0, y0), (x1, y1) = xy(yard.GetOrigin()), xy(yard.GetEnd())
        x0, x1 = min(x0, x1), max(x0, x1)
        w, h, ref = x1 - x0, y1 - y0, html.escape(item.GetReference())
        upright = h > 1.6 * w
        letters = max(0.55, min(largest, (h if upright else w) / (0.68 * len(ref)), 0.8 * (w if upright else h)))
        turned = f' transform="rotate(-90 {(x0 + x1) / 2:.2f} {(y0 + y1) / 2:.2f})"' if upright else ""
        marks.append((-w * h, f'<g class="part{"" if part.fitted else " off"}" data-ref="{ref}">'
                      f'<title>{ref} {html.escape(part.value)}</title><rect x="{x0:.2f}" y="{y0:.2f}" width="{w:.2f}" height="{h:.2f}" rx=".3"/><text x="{(x0 + x1) / 2:.2f}" '
                      f'y="{(y0 + y1) / 2:.2f}" font-size="{letters:.2f}"{turned}>{ref}</text></g>'))
    for text in layout.GetDrawings():
        if text.GetLayer() == silk and isinstance(text, pcbnew.PCB_TEXT):
            words += _words(text, xy, flip)
    name = "bottom" if flip else "top"
    return (f'<figure id="{name}"><figcaption>{name.capitalize()}, as seen from {"below" if flip else "above"}</figcaption>'
            f'<svg viewBox="-1 -1 {width + 2:g} {height + 2:g}" role="img" aria-label="{name} side"><path class="edge" d="{_polygons(outline, at)}"/>'
            f'<path class="pad" d="{"".join(pads)}"/><path class="one" d="{"".join(ones)}"/><path class="silk" d="{"".join(printed)}"/>'
            f'<g class="words">{"".join(words)}</g><g class="hole">{"".join(holes)}</g>' + "\n".join(m for _, m in sorted(marks, key=lambda m: m[0])) + "</svg></figure>")


def _rows(board, mounts):
    """Rows of the parts list, in the order of work."""
    parts = sorted((p for p in board.parts if p.in_bom), key=lambda p: natural(p.ref))
    rows = []
    for side in ("bottom", "top") if _first_bottom(parts, mounts) else ("top", "bottom"):
        for title, belongs in STEPS:
            groups = {}
            for part in parts:
                if part.side == side and belongs(part, mounts[part.ref]):
                    groups.setdefault((part.mpn or part.ref, part.value, part.note), []).append(part)
            if groups:
                count = sum(len(g) for g in groups.values())
                rows.append(f'<tr class="step"><td colspan="4">{title.format(side=side)}: {count}</td></tr>')
            rows += [_row(group, side) for group in groups.values()]
    return "\n".join(rows)


def _first_bottom(parts, mounts):
    """Work begins on the side whose parts are lower: the one without through-hole parts."""
    return any(mounts[p.ref] == "smd" and p.side == "bottom" for p in parts) and not any(
        mounts[p.ref] == "tht" and p.side == "bottom" for p in parts)


def _row(parts, side):
    part, refs = parts[0], " ".join(p.ref for p in parts)
    tick = f'<input type="checkbox" aria-label="{html.escape(refs)} placed">' if part.fitted else ""
    number = html.escape(f"{part.maker} {part.mpn}".strip())
    more = "".join(f"<small>{text}</small>" for text in (
        html.escape("or " + "; ".join(part.alternatives)) if part.alternatives else "",
        f'<span class="hint">{hint(part)}</span>' if hint(part) and part.fitted else "", html.escape(part.note)) if text)
    count = f"<small>{len(parts)} pieces</small>" if len(parts) > 1 else ""
    return (f'<tr class="group" tabindex="0" data-refs="{html.escape(refs)}" data-side="{side}"><td>{tick}</td>'
            f'<td class="refs">{html.escape(refs)}{count}</td>'
            f'<td class="value">{html.escape(part.value)}</td><td class="number">{number}{more}</td></tr>')


def write(path, board, layout_path):
    """Write the page for a built layout."""
    layout = pcbnew.LoadBoard(str(layout_path))
    size = (max(c[0] for c in board.outline), max(c[1] for c in board.outline))
    for item in layout.GetFootprints():
        item.BuildCourtyardCaches()
    mounts = {f.GetReference(): mount(f) for f in layout.GetFootprints()}
    drawings = "\n".join(_side(layout, board, layer, size) for layer in (pcbnew.F_Cu, pcbnew.B_Cu))
    sides = "".join(f'<button data-show="{s}">{s.capitalize()}</button>' for s in ("top", "bottom", "both"))
    path.write_text(PAGE.format(
        title=html.escape(board.title), name=board.name, revision=board.revision, date=board.date, sides=sides,
        wide=' class="wide"' if size[0] > size[1] else "", drawings=drawings, rows=_rows(board, mounts),
        style=(HERE / "assembly.css").read_text(), script=(HERE / "assembly.js").read_text()))
