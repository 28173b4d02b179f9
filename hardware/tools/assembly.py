"""An assembly page: one HTML file, both sides drawn from the layout, the parts list beside it; pointing at one lights the other."""
import html

import pcbnew

from bom import natural

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>
body{{font:15px/1.4 system-ui,sans-serif;margin:1.5rem;color:#222;background:#fff}}main{{display:flex;flex-wrap:wrap;gap:2rem}}
svg{{width:min(46rem,95vw);height:auto;display:block;margin:.3rem 0 1.2rem}}table{{border-collapse:collapse}}
td,th{{padding:.25rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}}
.edge{{fill:#f4f6f3;stroke:#333;stroke-width:.12}}.pad{{fill:#c9a94a}}.one{{fill:#b3402a}}.hole{{fill:#fff;stroke:#333;stroke-width:.06}}
.part rect{{fill:#fff8;stroke:#456;stroke-width:.08}}.part text{{text-anchor:middle;dominant-baseline:central;fill:#123;paint-order:stroke;stroke:#fff;stroke-width:.15}}
.on rect{{fill:#ffd54fcc;stroke:#b3402a}}tr.on{{background:#fff3c4}}@media print{{main{{display:block}}}}
</style><h1>{title}</h1><p>{intro}</p><main><section>{drawings}</section><section><table>
<tr><th>Done</th><th>Parts</th><th>Value</th><th>Side</th><th>Part number, alternatives</th><th>Note</th></tr>{rows}</table></section></main>
<script>
const light=(refs,on)=>refs.forEach(r=>document.querySelectorAll('[data-r~="'+r+'"]').forEach(e=>e.classList.toggle('on',on)));
document.querySelectorAll('[data-r]').forEach(e=>{{const r=e.dataset.r.split(' ');
e.addEventListener('mouseenter',()=>light(r,true));e.addEventListener('mouseleave',()=>light(r,false));}});
</script></html>
"""


def _ring(chain, at):
    return "M" + "L".join(at(chain.CPoint(i)) for i in range(chain.PointCount())) + "Z"


def _side(layout, board, layer, origin, size):
    """SVG of one side as seen from that side."""
    flip = layer == pcbnew.B_Cu
    width, height = size

    def xy(p):
        x, y = pcbnew.ToMM(p.x - origin.x), pcbnew.ToMM(p.y - origin.y)
        return (width - x if flip else x), y

    def at(p):
        return "{:.2f} {:.2f}".format(*xy(p))
    outline = pcbnew.SHAPE_POLY_SET()
    layout.GetBoardPolygonOutlines(outline)
    out = [f'<path class="edge" d="{_ring(outline.Outline(0), at)}"/>']
    marks = []
    for item in sorted(layout.GetFootprints(), key=lambda f: natural(f.GetReference())):
        for pad in item.Pads():
            if pad.IsOnLayer(layer) and pad.GetAttribute() != pcbnew.PAD_ATTRIB_NPTH:
                shape = pcbnew.SHAPE_POLY_SET()
                pad.TransformShapeToPolygon(shape, layer, 0, 5000, pcbnew.ERROR_OUTSIDE)
                first = pad.GetNumber() in ("1", "K", "T")
                out.append(f'<path class="{"one" if first else "pad"}" d="{_ring(shape.Outline(0), at)}"/>')
            if pad.HasHole():
                x, y = xy(pad.GetPosition())
                out.append(f'<circle class="hole" cx="{x:.2f}" cy="{y:.2f}" r="{pcbnew.ToMM(pad.GetDrillSize().x) / 2:.2f}"/>')
        if item.GetLayer() != layer:
            continue
        yard = item.GetCourtyard(pcbnew.F_CrtYd if layer == pcbnew.F_Cu else pcbnew.B_CrtYd).BBox()
        (x0, y0), (x1, y1) = xy(yard.GetOrigin()), xy(yard.GetEnd())
        x0, x1 = min(x0, x1), max(x0, x1)
        ref = html.escape(item.GetReference())
        letters = max(0.6, min(1.6, (x1 - x0) / (0.8 * len(ref)), y1 - y0))
        marks.append(f'<g class="part" data-r="{ref}"><rect x="{x0:.2f}" y="{y0:.2f}" width="{x1 - x0:.2f}" '
                     f'height="{y1 - y0:.2f}" rx=".2"/><text x="{(x0 + x1) / 2:.2f}" y="{(y0 + y1) / 2:.2f}" '
                     f'font-size="{letters:.2f}">{ref}</text></g>')
    return (f'<h2>{"Bottom" if flip else "Top"}</h2><svg viewBox="-3 -1 {width + 6:g} {height + 2:g}">'
            + "".join(out + marks) + "</svg>")


def write(path, board, layout_path):
    """Write the page for a built layout."""
    layout = pcbnew.LoadBoard(str(layout_path))
    origin = layout.GetDesignSettings().GetAuxOrigin()
    size = (max(c[0] for c in board.outline), max(c[1] for c in board.outline))
    for item in layout.GetFootprints():
        item.BuildCourtyardCaches()
    groups = {}
    for part in sorted(board.parts, key=lambda p: natural(p.ref)):
        groups.setdefault((part.mpn or part.ref, part.side, part.fitted, part.note), []).append(part)
    rows = []
    for (_, side, fitted, note), parts in groups.items():
        first, refs = parts[0], " ".join(p.ref for p in parts)
        numbers = "; ".join([f"{first.maker} {first.mpn}", *first.alternatives]) if first.mpn else "copper only"
        cells = ["&#9744;" if first.mpn and fitted else "", refs, first.value + ("" if fitted else " (not fitted)"), side, numbers, note]
        rows.append(f'<tr data-r="{html.escape(refs)}">' + "".join(f"<td>{c if c.startswith('&') else html.escape(c)}</td>" for c in cells) + "</tr>")
    drawings = "".join(_side(layout, board, layer, origin, size) for layer in (pcbnew.F_Cu, pcbnew.B_Cu))
    intro = f"Revision {board.revision}, {board.date}. Pin 1, cathode or tip is red. Not yet fabricated."
    path.write_text(PAGE.format(title=html.escape(board.title), intro=intro, drawings=drawings, rows="\n".join(rows)))
