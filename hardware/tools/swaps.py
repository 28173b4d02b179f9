#!/usr/bin/env python3
"""Does the pin check see exchanged pins? Every pair of pins of every part is exchanged once, in the nets and in the symbol.

Usage: swaps.py <board>...   also checks the whole catalogue: symbol, footprint, facts, alternatives, bodies; and that the facts name
only what there is."""
import dataclasses
import itertools
import re
import sys
from fnmatch import fnmatchcase
from unittest import mock

import bodies
import library
import pins
from sexpr import find_all, parse


def _functions(fact):
    return {str(pad): function for pad, function in fact.get("pins", {}).items()}


def _equal(one, two, fact):
    """May these two functions change places?"""
    return one == two or any({one, two} <= set(group) for group in fact.get("equal", ()))


def nets(board):
    """Sentences about exchanged nets that pins.findings does not see, and how many were tried."""
    table, said, tried = pins.facts(), [], 0
    for part in board.parts:
        fact = table.get(pins.key_of(part, board.name, table), {})
        function = _functions(fact)
        if not function:
            continue
        before = list(pins.of_part(part, board.name, table))
        for a, b in itertools.combinations(part.nets, 2):
            if part.nets[a] == part.nets[b] or _equal(function.get(a), function.get(b), fact):
                continue
            tried += 1
            swapped = dataclasses.replace(part, nets={**part.nets, a: part.nets[b], b: part.nets[a]})
            if list(pins.of_part(swapped, board.name, table)) == before:
                said.append(f"{board.name}: not found: {part.ref} ({part.value}) with {function.get(a)} and {function.get(b)} exchanged")
    return said, tried


def symbols(entries):
    """The same for two pins of a symbol that have changed their numbers. `entries`: Parts, one of each kind."""
    table, said, tried = pins.facts(), [], 0
    for part in entries:
        function = _functions(table.get(part.facts, {}))
        symbol = library.pins(part.symbol)
        for a, b in itertools.combinations(function, 2):
            if a not in symbol or b not in symbol or symbol[a]["name"] == symbol[b]["name"] or symbol[a]["name"] == a:
                continue
            tried += 1
            wrong = {**symbol, a: symbol[b], b: symbol[a]}
            with mock.patch.object(library, "pins", lambda _, wrong=wrong: wrong):
                seen = [s for s in pins.of_part(part, "", table) if "the data sheet says" in s]
            if not seen:
                said.append(f"catalogue: not found: {part.symbol} with pins {a} and {b} exchanged")
    return said, tried


def catalogue():
    """Sentences about entries of the catalogue that are incomplete or do not fit together."""
    import parts
    table, said, entries = pins.facts(), [], []
    for key in parts.catalogue():
        part = parts.make(key, "X1", {}, (0, 0, 0))
        entries.append(part)
        if not part.in_bom:
            continue
        said += [f"catalogue: {key}: no {what}" for what in ("maker", "mpn", "alternatives", "price", "facts") if not getattr(part, what)]
        said += [f"catalogue: {key}: {s}" for s in pins.of_part(part, "", table) if "is on None" not in s and "is open" not in s]
        said += [f"catalogue: {key}: {s}" for s in (*_filters(part), *_bodies(part))]
    return said, entries


def _filters(part):
    """KiCad's own rule: the symbol names the footprints it is meant for."""
    texts = [p[2] for p in find_all(library.symbol(part.symbol), "property") if p[1] == "ki_fp_filters"]
    patterns = [p for text in texts for p in text.split()]
    folder, name = part.footprint.split(":")
    if patterns and not any(fnmatchcase((f"{folder}:{name}" if ":" in p else name).lower(), p.lower()) for p in patterns):
        yield f"footprint {part.footprint} is not among {' '.join(patterns)}"


def _bodies(part):
    """A part without a body would be missing in pictures and STEP."""
    tree = parse(library.footprint_file(part.footprint).read_text())
    models = [str(m[1]).partition("/")[2].rpartition(".")[0] for m in find_all(tree, "model")]
    if not any(model in bodies.BODIES for model in models):
        yield f"no body for {part.footprint} in tools/bodies.py"


FIELDS = {"source", "confirmed", "pins", "symbol", "nets", "boards", "printed", "apart", "round", "order_from_face", "equal", "like", "any"}


def misnamed(table):
    """Sentences about names in the facts that mean nothing: they would check nothing, and nobody would hear of it."""
    here = {p.stem for p in (library.OWN.parent / "boards").glob("*.py")}
    for key, fact in table.items():
        pads = _functions(fact)
        functions, boards = set(pads.values()), fact.get("boards", {})
        named = {"nets": fact.get("nets", ()), "apart": fact.get("apart", ()), "equal": itertools.chain(*fact.get("equal", ())),
                 **{f"boards.{name}": nets for name, nets in boards.items()}}
        places = {"symbol": fact.get("symbol", ()), "order_from_face": fact.get("order_from_face", ()),
                  "printed": () if fact.get("printed") is True else fact.get("printed", ())}
        wrong = [f"field {field}" for field in fact.keys() - FIELDS]
        wrong += [f"function {name} in {field}" for field, names in named.items() for name in names if name not in functions]
        wrong += [f"pad {pad} in {field}" for field, names in places.items() for pad in names if str(pad) not in pads]
        wrong += [f"board {name}" for name in {*boards, *re.findall(r"^([a-z]+)\.[A-Z]+\d+$", key)} - here]
        wrong += [f"entry {fact['like']} in like"] if fact.get("like", key) not in table else []
        yield from (f"facts {key}: no {what}" for what in wrong)
        yield from (f"facts {key}: {field} is missing" for field in ("source", "confirmed") if not fact.get(field))
        if not pads and not fact.get("any"):
            yield f"facts {key}: pins are missing"


def typos():
    """Sentences about a wrong name, one at a time in every entry of the facts, that `misnamed` does not see, and how many were tried."""
    table, said, tried = pins.facts(), [], 0
    before = len(list(misnamed(table)))
    for key, fact in table.items():
        for field, wrong in (("?", 1), ("like", "?"), ("nets", {"?": "GND"}), ("apart", ["?"]), ("equal", [["?"]]), ("symbol", {"?": "A"}),
                             ("printed", {"?": "A"}), ("order_from_face", ["?"]), ("boards", {"?": {}}), ("boards", {"puck": {"?": "GND"}})):
            tried += 1
            if len(list(misnamed({**table, key: {**fact, field: wrong}}))) == before:
                said.append(f"facts {key}: not found: {wrong} in {field}")
    return said, tried


def missed(board):
    """What mutations.py asks for one board."""
    said, tried = nets(board)
    return said if tried else [f"{board.name}: no part with facts about nets"]


if __name__ == "__main__":
    import build                                          # also makes boards/ and lib/ known
    said, entries = catalogue()
    said += misnamed(pins.facts())
    more, typed = typos()
    said += more
    more, tried = symbols(entries)
    said += more
    for name in sys.argv[1:]:
        more, count = nets(build.load(name))
        said, tried = said + more, tried + count
    print("\n".join(said) or f"{len(entries)} parts of the catalogue are sound, {tried} exchanges and {typed} wrong names in the facts found")
    sys.exit(1 if said else 0)
