"""Writes a .kicad_sch a person can read: framed blocks, wires inside a block, flags between blocks, power symbols.

The nets of the parts are the truth; what is drawn is compared with them after KiCad has read the drawing (netlist.py)."""
import uuid

from geometry import (OUTWARD, STEP, clusters, corners, junctions, mm, on_segment, origin, placed_body, placed_pins,
                      split)
from library import body, pins, symbol
from model import Fault
from sexpr import Quoted as Q, dump

SPACE = uuid.UUID("8f3d1f0e-6f50-4b3a-9c63-5a1f1c0d7e11")
COMPASS = ["up", "left", "down", "right"]      # counter-clockwise
FONT = ["effects", ["font", ["size", 1.27, 1.27]]]


class Sheet:
    """One schematic sheet under construction."""

    def __init__(self, board):
        self.board = board
        self.items = []
        self.used = {}
        self.powers = 0
        self.root = self.identifier("root")

    def identifier(self, *names):
        """The same names give the same UUID in every build."""
        return str(uuid.uuid5(SPACE, "/".join([self.board.name, *map(str, names)])))

    def add(self, kind, *body_, key):
        """An item with a UUID from its kind and `key`."""
        self.items.append([kind, *body_, ["uuid", Q(self.identifier(kind, *key))]])

    def symbol_uuid(self, ref, unit=1):
        """The UUID of a part's symbol, by which the layout knows it."""
        return self.identifier("symbol", ref, unit)

    # -- drawing -----------------------------------------------------------

    def part(self, block, place):
        """A symbol with reference and value beside it and all its data as fields."""
        part = self.board.part(place.ref)
        self.used.setdefault(part.symbol, symbol(part.symbol))
        x, y = origin(block, place)
        fields = [_field(n, v, x, y, hidden=True) for n, v in fields_of(part).items()]
        shown = self._captions(block, place, part)
        node = ["symbol", ["lib_id", Q(part.symbol)], ["at", x, y, place.angle]]
        if place.mirror:
            node.append(["mirror", place.mirror])
        node += [["unit", place.unit], ["exclude_from_sim", "no"], ["in_bom", "yes" if part.in_bom else "no"],
                 ["on_board", "yes"], ["dnp", "no" if part.fitted else "yes"],
                 ["uuid", Q(self.symbol_uuid(part.ref, place.unit))], *shown, *fields]
        node += [["pin", Q(n), ["uuid", Q(self.identifier("pin", part.ref, n))]] for n in pins(part.symbol)]
        self.items.append(node + [self._instance(part.ref, place.unit)])

    def _instance(self, ref, unit=1):
        return ["instances", ["project", Q(self.board.name),
                              ["path", Q("/" + self.root), ["reference", Q(ref)], ["unit", unit]]]]

    def _captions(self, block, place, part):
        x0, y0, x1, y1 = placed_body(self.board, block, place)
        sides = {d for _, d in placed_pins(self.board, block, place).values()}
        angle = 90 if place.angle in (90, 270) else 0
        middle = (x0 + x1) / 2
        if sides <= {"up", "down"}:
            anchor, rows = x1 + 1.27, ((y0 + y1) / 2 - 1.27, (y0 + y1) / 2 + 1.27)
            return [_field(n, v, anchor + _width(v) / 2, row, angle)
                    for (n, v), row in zip((("Reference", part.ref), ("Value", part.value)), rows)]
        if "down" not in sides:
            rows = [(middle, y0 - (1.6 if "up" not in sides else 3.8)), (middle, y1 + 1.6)]
        elif "up" not in sides:
            rows = [(middle, y0 - 3.8), (middle, y0 - 1.6)]
        else:                                        # pins all round: beside the upper right corner
            rows = [(x1 + 1.27 + _width(v) / 2, y0 - d) for v, d in ((part.ref, 3.8), (part.value, 1.6))]
        return [_field("Reference", part.ref, *rows[0], angle), _field("Value", part.value, *rows[1], angle)]

    def wire(self, a, b):
        """A straight wire between two points in mm."""
        self.add("wire", ["pts", ["xy", *a], ["xy", *b]], ["stroke", ["width", 0], ["type", "default"]], key=(a, b))

    def power(self, net, point, to=None):
        """A power symbol at a point: ground hangs, supplies stand, unless a pin wants it to point elsewhere."""
        lib = self.board.power[net]
        natural = "up" if body(lib)[3] > 0.5 else "down"
        self._unlisted(lib, net, point, COMPASS.index(to or natural) - COMPASS.index(natural), to or natural)

    def flag(self, net, point):
        """PWR_FLAG: tells the rule check that a supply enters here."""
        ground = body(self.board.power[net])[3] <= 0.5 if net in self.board.power else False
        self._unlisted("power:PWR_FLAG", "PWR_FLAG", point, 0 if ground else 2, "up" if ground else "down")

    def _unlisted(self, lib, value, point, quarters, to):
        """A symbol that is no part: KiCad leaves out references that begin with #."""
        angle = quarters % 4 * 90
        self.used.setdefault(lib, symbol(lib))
        self.powers += 1
        ref = ("#FLG" if lib.endswith("FLAG") else "#PWR") + f"{self.powers:03d}"
        x, y = point
        away = 3.81 if to in ("up", "down") else 4.2 + _width(value) / 2
        label = (x + away * OUTWARD[to][0], y + away * OUTWARD[to][1], 90 if angle in (90, 270) else 0)
        node = ["symbol", ["lib_id", Q(lib)], ["at", x, y, angle], ["unit", 1], ["exclude_from_sim", "no"],
                ["in_bom", "yes"], ["on_board", "yes"], ["dnp", "no"], ["uuid", Q(self.symbol_uuid(ref))],
                _field("Reference", ref, x, y, hidden=True), _field("Value", value, *label),
                _field("Footprint", "", x, y, hidden=True), _field("Datasheet", "", x, y, hidden=True)]
        node += [["pin", Q(n), ["uuid", Q(self.identifier("pin", ref, n))]] for n in pins(lib)]
        self.items.append(node + [self._instance(ref)])

    def name(self, net, point, to, local=False):
        """The name of a net: a flag (other blocks know it) or plain text on the wire."""
        angle = {"right": 0, "up": 90, "left": 180, "down": 270}[to]
        side = "right" if angle in (180, 270) else "left"
        if local:
            self.add("label", Q(net), ["at", *point, angle], FONT + [["justify", side, "bottom"]], key=(net, point))
        else:
            self.add("global_label", Q(net), ["shape", "bidirectional"], ["at", *point, angle],
                     FONT + [["justify", side]], key=(net, point))

    def text(self, words, point, size=1.27, bold=False):
        """Words; `point` is their upper left corner."""
        font = ["font", ["size", size, size]] + ([["bold", "yes"]] if bold else [])
        self.add("text", Q(words), ["exclude_from_sim", "no"], ["at", *point, 0],
                 ["effects", font, ["justify", "left", "top"]], key=(words, point))

    def frame(self, block):
        """The dashed frame of a block, and its title."""
        a, b = mm(block, (0, 0)), mm(block, block.size)
        self.add("rectangle", ["start", *a], ["end", *b], ["stroke", ["width", 0.15], ["type", "dash"]],
                 ["fill", ["type", "none"]], key=(block.title,))
        self.text(block.title, (a[0] + 1.27, a[1] + 1.27), 2.0, True)

    # -- a block -----------------------------------------------------------

    def block(self, block):
        """Draw one block: symbols, its wires, then a name at everything that has none yet."""
        self.frame(block)
        where = {}                                    # "R1.2" -> point
        pin_at = {}                                   # point -> (net, direction)
        for place in block.places:
            self.part(block, place)
            part = self.board.part(place.ref)
            for number, (point, to) in placed_pins(self.board, block, place).items():
                where[f"{part.ref}.{number}"] = point
                if number not in part.nets:
                    raise Fault(f"{self.board.name}: {part.ref} pin {number} is in no net (None = left open)")
                if point in pin_at and pin_at[point][0] == part.nets[number]:
                    continue
                pin_at[point] = (part.nets[number], to)

        def at(p):
            if p in where:
                return where[p]
            if isinstance(p, str):
                raise Fault(f"{self.board.name}: block '{block.title}' has no pin {p}")
            return mm(block, p)
        segments = []
        for wire in block.wires:
            path = corners([at(p) for p in wire.points])
            segments += list(zip(path, path[1:]))
        named = [(t.net, at(t.at)) for t in block.tags] + [(net, mm(block, (x, y))) for net, x, y in block.flags]
        for point, (net, to) in pin_at.items():       # lone pins: a short line and the name
            if net is None:
                self.add("no_connect", ["at", *point], key=(point,))
            elif not any(on_segment(point, s) for s in segments) and point not in [p for _, p in named]:
                self._stub(net, point, to, segments, named)
        for tag in block.tags:
            self._tag(tag.net, at(tag.at), tag.to)
        for net, x, y in block.flags:
            self.flag(net, mm(block, (x, y)))
            if net in self.board.power and not any(on_segment(mm(block, (x, y)), s) for s in segments):
                self.power(net, mm(block, (x, y)))           # alone: joined by the power symbol
        points = [p for p, (net, _) in pin_at.items() if net is not None]
        dots = [p for net, p in named if net in self.board.power] + [mm(block, (x, y)) for _, x, y in block.flags]
        joints = junctions(segments, points + dots)                                                # a name needs no dot
        segments = split(segments, joints)
        for a, b in segments:
            self.wire(a, b)
        for point in joints:
            self.add("junction", ["at", *point], ["diameter", 0], ["color", 0, 0, 0, 0], key=(point,))
        self._name_wires(segments, points, pin_at, {p for _, p in named})
        for words, x, y in block.notes:
            self.text(words, mm(block, (x, y)))

    def _tag(self, net, point, to):
        if net in self.board.power:
            self.power(net, point)
        else:
            self.name(net, point, to, local=not self._between(net))

    def _stub(self, net, point, to, segments, named):
        dx, dy = OUTWARD[to]
        end = (round(point[0] + 2 * STEP * dx, 4), round(point[1] + 2 * STEP * dy, 4))
        segments.append((point, end))
        named.append((net, end))
        (self.power if net in self.board.power else self._tag)(net, end, to)

    def _between(self, net):
        """Is the net used in more than one block?"""
        refs = [{p.ref for p in b.places} for b in self.board.blocks]
        return sum(any(net in self.board.part(r).nets.values() for r in block) for block in refs) > 1

    def _name_wires(self, segments, points, pin_at, named):
        """Put the name on every wire group that has neither name nor power symbol."""
        for group, pts in clusters(segments, points):
            if not group or any(on_segment(n, s) for s in group for n in named):
                continue
            if not pts:
                raise Fault(f"{self.board.name}: a wire touches no pin, at {group[0][0]} mm on the sheet")
            net = pin_at[pts[0]][0]
            if self._between(net) or net in self.board.power:
                raise Fault(f"{self.board.name}: the wires of {net} need a Tag in each block")
            (x0, y0), (x1, y1) = max(group, key=lambda s: (s[0][1] == s[1][1], abs(s[0][0] - s[1][0]), abs(s[0][1] - s[1][1])))
            point = (min(x0, x1), y0) if y0 == y1 else (x0, max(y0, y1))
            self.name(net, point, "right" if y0 == y1 else "up", local=True)


def _width(text):
    return 1.1 * len(text)


def _field(name, value, x, y, angle=0, hidden=False):
    effects = ["effects", ["font", ["size", 1.27, 1.27]]] + ([["hide", "yes"]] if hidden else [])
    return ["property", Q(name), Q(value), ["at", round(x, 3), round(y, 3), angle], effects]


def fields_of(part):
    """Fields a part carries on schematic and board (KiCad compares both)."""
    fields = {"Footprint": part.footprint, "Datasheet": "", "Description": part.note}
    if part.mpn:
        fields |= {"Manufacturer": part.maker, "MPN": part.mpn, "Alternatives": "; ".join(part.alternatives)}
    return fields


def write(path, board):
    """Write the schematic; returns reference -> symbol UUID, which the layout needs."""
    sheet = Sheet(board)
    drawn = {p.ref for b in board.blocks for p in b.places}
    missing = [p.ref for p in board.parts if p.ref not in drawn]
    if missing:
        raise Fault(f"{board.name}: {', '.join(missing)} in no block: each part needs a Place")
    for block in board.blocks:
        sheet.block(block)
    comments = [["comment", n + 1, Q(c)] for n, c in enumerate(board.comments)]
    tree = ["kicad_sch", ["version", 20250114], ["generator", Q("eeschema")], ["generator_version", Q("9.0")],
            ["uuid", Q(sheet.root)], ["paper", Q(board.paper)],
            ["title_block", ["title", Q(board.title)], ["date", Q(board.date)], ["rev", Q(board.revision)], *comments],
            ["lib_symbols", *[sheet.used[k] for k in sorted(sheet.used)]], *sheet.items,
            ["sheet_instances", ["path", Q("/"), ["page", Q("1")]]], ["embedded_fonts", "no"]]
    path.write_text(dump(tree) + "\n")
    return {p.ref: sheet.symbol_uuid(p.ref) for p in board.parts}, sheet.root
