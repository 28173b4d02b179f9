"""An assembly page: one HTML file without network. The board from above and below with parts to click, the parts list in the
order of work with boxes to tick (kept by the browser), search, dark and light. Style and script are beside this file."""
import html
from pathlib import Path

import pcbnew

import bodies
import bom
import library
from assembly_drawing import Drawing, marked, mount

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
<div id="about" aria-live="polite"></div><template id="hello"><strong>Pick a part on the board or in the list</strong>
<p class="hint">Red pads are pin 1, cathode, plus or tip.</p></template>
</section><section id="list" aria-label="Parts">
<div class="bar"><input type="search" placeholder="Search: R12, 4.7k, crystal ..." aria-label="Search parts">
<progress value="0"></progress><span id="count"></span><button id="clear">Start over</button></div>
<table><thead><tr><th>Done</th><th>Parts</th><th>Value</th><th>Part number, orientation, notes</th></tr></thead>
<tbody>
{rows}
</tbody></table><p id="none" hidden>No part matches.</p></section></main>
<script>
{script}select(null, []);
</script></body></html>
"""
FLAT = 1.8                   # mm: what is lower is soldered first
FINE, SMALL, LARGE, WIRED = "fine", "small", "large", "wired"
STEPS = (("Small chips and transistors, top", FINE, "top"), ("Resistors, capacitors and other flat parts, top", SMALL, "top"),
         ("Large parts on pads, top", LARGE, "top"), ("Small chips and transistors, bottom", FINE, "bottom"),
         ("Resistors, capacitors and other flat parts, bottom", SMALL, "bottom"), ("Large parts on pads, bottom", LARGE, "bottom"),
         ("Through-hole, standing on the bottom, soldered above", WIRED, "bottom"),
         ("Through-hole, standing on the top, soldered below", WIRED, "top"))


def kind(part, item):
    """Which step of the work a part belongs to. Chips first, while there is room around their pins; what stands high last."""
    if mount(item) == "tht":
        return WIRED
    if bodies.height(part.footprint) > FLAT or part.ref.startswith("J"):
        return LARGE
    return FINE if len({pad.GetNumber() for pad in item.Pads() if pad.GetNumber()}) > 2 else SMALL


def pitch(item):
    """Smallest distance between two pads, in mm."""
    spots = [pad.GetPosition() for pad in item.Pads()]
    return min((pcbnew.ToMM((a - b).EuclideanNorm()) for i, a in enumerate(spots) for b in spots[:i]), default=0)


def steps(board, items):
    """The order of work: [(title, side, [parts of one row, ...]), ...], rows by height, chips by pitch; what is not fitted is left out."""
    for title, wanted, side in STEPS:
        rows = {}
        for part in sorted((p for p in board.parts if p.in_bom and p.fitted and p.side == side), key=lambda p: bom.natural(p.ref)):
            if kind(part, items[part.ref]) == wanted:
                rows.setdefault((part.mpn, part.value, part.note), []).append(part)
        if rows:
            measure = (lambda g: pitch(items[g[0].ref])) if wanted == FINE else (lambda g: bodies.height(g[0].footprint))
            yield title, side, sorted(rows.values(), key=lambda g: round(measure(g), 1))


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


def socketed(part):
    """Is it put into a socket? KiCad's footprints say so at the end of their names."""
    return part.footprint.endswith("_Socket")


def listed(board):
    """References of all parts the page has a row for."""
    return {p.ref for p in board.parts if p.in_bom} | {ref for refs, _, _ in bom.extras(board) for ref in refs}


def table(board, items):
    """Rows of the parts list, in the order of work; sockets in place of what is put into them later."""
    extras = bom.extras(board)
    socket = {ref: entry for refs, _, entry in extras for ref in refs if socketed(board.part(ref))}
    lines = []
    for title, side, groups in steps(board, items):
        lines.append(_step(title, sum(map(len, groups))))
        for group in groups:
            entry = socket.get(group[0].ref)
            lines.append(_extra_row([p.ref for p in group], len(group), entry, side, hint(group[0])) if entry else _row(group, side))
    chips = [p for p in board.parts if p.ref in socket]
    loose = [(refs, count, entry) for refs, count, entry in extras if refs[0] not in socket]
    if chips or loose:
        lines.append(_step("Once the voltages are right", len(chips) + sum(count for _, count, _ in loose)))
        lines += [_row([part], part.side, later="+") for part in chips]
        lines += [_extra_row(refs, count, entry, board.part(refs[0]).side, later="+") for refs, count, entry in loose]
    empty = sorted((p for p in board.parts if p.in_bom and not p.fitted), key=lambda p: bom.natural(p.ref))
    if empty:
        lines.append(_step("Not fitted", len(empty)))
        lines += [_row([part], part.side) for part in empty]
    return "\n".join(lines)


def _step(title, count):
    return f'<tr class="step"><td colspan="4">{title}: {count}</td></tr>'


def _row(parts, side, later=""):
    """One row for equal parts; `later` marks the tick of a part whose socket has the plain one."""
    part = parts[0]
    return _line([p.ref for p in parts], len(parts), side, part.value, f"{part.maker} {part.mpn}".strip(), part.alternatives,
                 hint(part) if part.fitted else "", part.note, later, part.fitted,
                 part.symbol.split(":")[1])


def _extra_row(refs, count, entry, side, orientation="", later=""):
    """One row for what is ordered with parts."""
    return _line(refs, count, side, entry["value"], f"{entry['maker']} {entry['mpn']}", entry["alternatives"], orientation,
                 entry.get("note", ""), later, True)


def _line(refs, count, side, value, number, alternatives, orientation, note, later, tick, kind=""):
    names = html.escape(" ".join(refs))
    box = f'<input type="checkbox" aria-label="{names}: {html.escape(value)} placed">' if tick else ""
    more = "".join(f"<small>{text}</small>" for text in (
        html.escape("or " + "; ".join(alternatives)) if alternatives else "",
        f'<span class="hint">{orientation}</span>' if orientation else "", html.escape(note)) if text)
    pieces = f"<small>{count} pieces</small>" if count > 1 else ""
    data = f'data-refs="{names}" data-side="{side}" data-later="{later}" data-kind="{html.escape(kind)}"'
    return (f'<tr class="group" tabindex="0" {data}><td>{box}</td><td class="refs">{names}{pieces}</td><td class="value">{html.escape(value)}</td>'
            f'<td class="number">{html.escape(number)}{more}</td></tr>')


def write(path, board, layout_path):
    """Write the page for a built layout."""
    layout = pcbnew.LoadBoard(str(layout_path))
    drawing = Drawing(layout, board, listed(board))
    sides = "".join(f'<button data-show="{s}">{s.capitalize()}</button>' for s in ("top", "bottom", "both"))
    path.write_text(PAGE.format(
        title=html.escape(board.title), name=board.name, revision=board.revision, date=board.date, sides=sides,
        wide=' class="wide"' if drawing.wide else "", drawings="\n".join(map(drawing.side, (pcbnew.F_Cu, pcbnew.B_Cu))),
        rows=table(board, {item.GetReference(): item for item in drawing.items}),
        style=(HERE / "assembly.css").read_text(), script=(HERE / "assembly.js").read_text()))
