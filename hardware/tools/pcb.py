"""Builds the layout with KiCad's pcbnew: outline, footprints with their nets, printing. Routing and pours come after."""
import math

import pcbnew

import line
from library import footprint_file
from model import Fault
from schematic import fields_of

MM = pcbnew.FromMM
MASK = 0.1                       # mm: narrower bridges of solder mask are left out, and must not part two nets


def stroke(height):
    """Line width of a text in mm: what fabs print, and a sixth of the height."""
    return max(0.15, 0.16 * height)


def point(x, y):
    """A position in mm, moved so that the board lies inside the sheet."""
    return pcbnew.VECTOR2I(MM(x + ORIGIN[0]), MM(y + ORIGIN[1]))


ORIGIN = (50, 50)                # mm, the board's upper left corner on KiCad's sheet; also the drill origin
EMPTY = ('(kicad_pcb (version 20241229) (generator "pcbnew") (generator_version "9.0") (general (thickness {t}))'
         ' (paper "A4") (title_block (title "{title}") (date "{date}") (rev "{rev}"))'
         ' (layers (0 "F.Cu" signal) (2 "B.Cu" signal) (9 "F.Adhes" user) (11 "B.Adhes" user) (13 "F.Paste" user)'
         ' (15 "B.Paste" user) (5 "F.SilkS" user "F.Silkscreen") (7 "B.SilkS" user "B.Silkscreen") (1 "F.Mask" user)'
         ' (3 "B.Mask" user) (17 "Dwgs.User" user) (19 "Cmts.User" user) (25 "Edge.Cuts" user) (27 "Margin" user)'
         ' (31 "F.CrtYd" user) (29 "B.CrtYd" user) (35 "F.Fab" user) (33 "B.Fab" user))'
         ' (setup (stackup (layer "F.SilkS" (type "Top Silk Screen") (color "White"))'
         ' (layer "F.Paste" (type "Top Solder Paste"))'
         ' (layer "F.Mask" (type "Top Solder Mask") (color "Green") (thickness 0.01)) (layer "F.Cu" (type "copper") (thickness 0.035))'
         ' (layer "dielectric 1" (type "core") (color "FR4 natural") (thickness {core:g}) (material "FR4") (epsilon_r {er}) (loss_tangent 0.02))'
         ' (layer "B.Cu" (type "copper") (thickness 0.035)) (layer "B.Mask" (type "Bottom Solder Mask") (color "Green") (thickness 0.01))'
         ' (layer "B.Paste" (type "Bottom Solder Paste")) (layer "B.SilkS" (type "Bottom Silk Screen") (color "White"))'
         ' (copper_finish "HAL lead-free") (dielectric_constraints no))) (net 0 ""))\n')


def start(path, board):
    """An empty board with the project's rules loaded, ids reproducible."""
    path.write_text(EMPTY.format(t=board.thickness, core=board.thickness - 0.09, er=line.ER, title=board.title, date=board.date,
                                 rev=board.revision))
    pcbnew.KIID.SeedGenerator(20)
    layout = pcbnew.LoadBoard(str(path))
    layout.GetDesignSettings().m_SolderMaskMinWidth = MM(MASK)
    layout.GetDesignSettings().SetAuxOrigin(point(0, 0))
    layout.GetDesignSettings().SetGridOrigin(point(0, 0))
    return layout


def outline(layout, board):
    """Edge.Cuts: straight edges and rounded corners."""
    corners = [(c[0], c[1], c[2] if len(c) > 2 else 0) for c in board.outline]
    starts, ends = [], []
    for i, (x, y, r) in enumerate(corners):
        (px, py, _), (nx, ny, _) = corners[i - 1], corners[(i + 1) % len(corners)]
        into, out = math.dist((px, py), (x, y)), math.dist((nx, ny), (x, y))
        ends.append((x + (px - x) * r / into, y + (py - y) * r / into))
        starts.append((x + (nx - x) * r / out, y + (ny - y) * r / out))
        if r:
            centre = (ends[-1][0] + starts[-1][0] - x, ends[-1][1] + starts[-1][1] - y)
            towards = math.dist(centre, (x, y))
            middle = (centre[0] + (x - centre[0]) * r / towards, centre[1] + (y - centre[1]) * r / towards)
            arc = pcbnew.PCB_SHAPE(layout, pcbnew.SHAPE_T_ARC)
            arc.SetArcGeometry(point(*ends[-1]), point(*middle), point(*starts[-1]))
            _edge(layout, arc)
    for i in range(len(corners)):
        straight = pcbnew.PCB_SHAPE(layout, pcbnew.SHAPE_T_SEGMENT)
        straight.SetStart(point(*starts[i - 1]))
        straight.SetEnd(point(*ends[i]))
        _edge(layout, straight)


def _edge(layout, shape):
    shape.SetLayer(pcbnew.Edge_Cuts)
    shape.SetWidth(MM(0.1))
    layout.Add(shape)


def footprints(layout, board, symbols, root, nets):
    """Place every part; `nets` maps (reference, pin) to KiCad's net name, `symbols` a reference to its symbol's UUID."""
    table = {}
    for name in sorted(set(nets.values())):
        table[name] = pcbnew.NETINFO_ITEM(layout, name)
        layout.Add(table[name])
    for part in board.parts:
        file = footprint_file(part.footprint)
        library, name = file.parent.stem, file.stem
        item = pcbnew.FootprintLoad(str(file.parent), name)
        item.SetFPID(pcbnew.LIB_ID(library, name))
        layout.Add(item)                                   # before Flip
        item.SetReference(part.ref)
        item.SetValue(part.value)
        item.SetPosition(point(part.at[0], part.at[1]))
        if part.side == "bottom":
            item.Flip(item.GetPosition(), pcbnew.FLIP_DIRECTION_LEFT_RIGHT)
        item.SetOrientationDegrees(part.at[2])
        item.SetPath(pcbnew.KIID_PATH(f"/{symbols[part.ref]}"))
        item.SetSheetname("/")
        item.SetSheetfile(f"{board.name}.kicad_sch")
        item.SetExcludedFromBOM(not part.in_bom)
        item.SetDNP(not part.fitted)
        for field, value in fields_of(part).items():
            if field != "Footprint":
                item.SetField(field, value)
                item.GetFieldByName(field).SetVisible(False)
        for pad in item.Pads():
            if (part.ref, pad.GetNumber()) in nets:
                pad.SetNet(table[nets[part.ref, pad.GetNumber()]])
        missing = set(part.nets) - {p.GetNumber() for p in item.Pads()}
        if missing:
            raise Fault(f"{part.ref}: no pad {sorted(missing)} in {part.footprint}")
        item.Reference().SetVisible(part.show_ref)
        item.Value().SetVisible(False)


def printing(layout, board):
    """Texts of the board file."""
    for words in board.texts:
        text = pcbnew.PCB_TEXT(layout)
        text.SetText(words.text)
        text.SetLayer(layout.GetLayerID(words.layer))
        text.SetPosition(point(words.x, words.y))
        text.SetTextSize(pcbnew.VECTOR2I(MM(words.size), MM(words.size)))
        text.SetTextThickness(MM(stroke(words.size)))
        text.SetTextAngleDegrees(words.angle)
        text.SetMirrored(words.layer.startswith("B."))
        text.SetHorizJustify({"left": pcbnew.GR_TEXT_H_ALIGN_LEFT, "right": pcbnew.GR_TEXT_H_ALIGN_RIGHT,
                              "center": pcbnew.GR_TEXT_H_ALIGN_CENTER}[words.justify])
        layout.Add(text)


def save(layout, path):
    pcbnew.SaveBoard(str(path), layout, True)
