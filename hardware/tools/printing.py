"""Is the right word printed beside each pin? The words are in lib/facts/ (`printed`); a test point has its value beside it, and
the value is the name of its net. A table of jumpers on the board has its words in the order of the pins."""
import itertools
import math

import pcbnew

import pins

FAR = 5.0                # mm from the pin: further away a word belongs to something else
MM = pcbnew.ToMM


def wanted(board):
    """Part -> {pad: word}."""
    table = pins.facts()
    result = {}
    for part in board.parts:
        fact = table.get(pins.key_of(part, board.name, table), {})
        printed = fact.get("printed", {})
        if is_point(part):
            result[part.ref] = {"1": part.value}
        elif printed:
            result[part.ref] = {str(k): v for k, v in (fact["pins"] if printed is True else printed).items()}
    return result


def is_point(part):
    return part.symbol.startswith("Connector:TestPoint")


def read(path):
    """Pads {(ref, number): (layer of the printing, x, y)}, texts [(layer, words, (x0, y0, x1, y1))] of a layout, in mm. The words of
    pins that go through the board are on its upper side, where the eye looks for them."""
    layout = pcbnew.LoadBoard(str(path))
    zero, spots, texts = layout.GetDesignSettings().GetAuxOrigin(), {}, []
    for footprint in layout.GetFootprints():
        for pad in footprint.Pads():
            below = footprint.IsFlipped() and pad.GetAttribute() != pcbnew.PAD_ATTRIB_PTH
            at = pad.GetPosition() - zero
            spots[footprint.GetReference(), pad.GetNumber()] = pcbnew.B_SilkS if below else pcbnew.F_SilkS, MM(at.x), MM(at.y)
    for text in layout.GetDrawings():
        if isinstance(text, pcbnew.PCB_TEXT):
            box = text.GetBoundingBox()
            box.Move(-zero)
            texts.append((text.GetLayer(), text.GetText(), tuple(MM(v) for v in (box.GetLeft(), box.GetTop(), box.GetRight(), box.GetBottom()))))
    return spots, texts


def findings(board, path):
    """Sentences about a built layout."""
    words = wanted(board)
    return [*_points(board), *wrong(words, *read(path))]


def _points(board):
    """The value of a test point is the name of its net, or its last part; or there are facts about it."""
    for part in board.parts:
        net = part.nets.get("1") or ""
        known = pins.key_of(part, board.name, pins.facts()) != part.facts
        if is_point(part) and not known and part.value not in (net.removeprefix("+"), net.rpartition("_")[2]):
            yield f"{part.ref} is called {part.value}, it is on {net or 'no net'}"


def wrong(words, spots, texts):
    """Sentences about pads whose nearest word is another one, and about tables in another order. Only words that are wanted
    somewhere count: names of parts and boards are printed between them."""
    known = {word for pads in words.values() for word in pads.values()}
    candidates = [i for i, (_, text, _) in enumerate(texts) if text in known]
    for ref, pads in words.items():
        used = {}
        for pad, word in pads.items():
            spot = spots[ref, pad]
            far, i = min(((_away(spot, texts[i]), i) for i in candidates), default=(FAR, None))
            have = texts[i][1] if far < FAR else "nothing"
            if have != word:
                yield f"{ref}: beside pad {pad} is printed {have}, must be {word}"
            elif i in used:
                yield f"{ref}: pads {used[i]} and {pad} have one word {word}, each must have its own"
            used[i] = pad
        yield from _row(ref, list(pads.values()), texts)


def _away(spot, text):
    """mm from a pad's middle to the box round a text; endless on another layer."""
    (layer, x, y), (its, _, (x0, y0, x1, y1)) = spot, text
    return math.hypot(max(x0 - x, 0, x - x1), max(y0 - y, 0, y - y1)) if layer == its else math.inf


def _row(ref, words, texts):
    """A line of a table begins with "JP1 "; the words behind it follow the pins."""
    for layer, text, box in texts:
        if ref.startswith("JP") and text.startswith(f"{ref} "):
            row = sorted((b[0], t) for its, t, b in texts if its == layer and t in words and abs(b[1] - box[1]) < .2 and b[0] > box[0])
            have = [t for _, t in row]
            if have != [w for w in words if w in have] or len(have) < 2:
                yield f"{ref}: the table says {' '.join(have) or 'nothing'}, the pins are {' '.join(words)}"


def exchanges(board, path):
    """(what, found?): two words of a part or of two test points exchanged, two of a table, a word missing. For mutations.py."""
    words = wanted(board)
    spots, texts = read(path)
    known = {word for pads in words.values() for word in pads.values()}
    before = set(wrong(words, spots, texts))

    def found(changed):
        return bool(set(wrong(words, spots, changed)) - before)

    groups = {}                                        # title -> groups of texts that may be taken for each other
    for ref, pads in words.items():
        near = [min((i for i, t in enumerate(texts) if t[1] in known), key=lambda i: _away(spots[ref, pad], texts[i])) for pad in pads]
        groups.setdefault("test points" if is_point(board.part(ref)) else ref, []).extend(near)
        for i in near:
            yield f"{ref}: no {texts[i][1]}", found(texts[:i] + texts[i + 1:])
        for _, text, box in texts:
            if ref.startswith("JP") and text.startswith(f"{ref} "):
                groups[text] = [i for i, t in enumerate(texts) if t[1] in pads.values() and abs(t[2][1] - box[1]) < .2]
    for title, group in groups.items():
        for a, b in itertools.combinations(group, 2):
            if texts[a][1] != texts[b][1]:
                other = list(texts)
                other[a], other[b] = ((texts[i][0], texts[j][1], texts[i][2]) for i, j in ((a, b), (b, a)))
                yield f"{title}: {texts[a][1]} and {texts[b][1]} exchanged", found(other)
