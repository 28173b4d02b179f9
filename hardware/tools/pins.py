"""Pin tables: what the data sheet says of each pin against symbol, footprint and net. Facts are in lib/facts/, explained there."""
import functools
import math
import tomllib
from fnmatch import fnmatchcase

import library
from sexpr import find, find_all, parse


@functools.lru_cache(None)
def facts():
    """Key -> facts, `like` resolved."""
    table = {}
    for path in sorted((library.OWN / "facts").glob("*.toml")):
        for key, entry in tomllib.loads(path.read_text()).items():
            if key in table:
                raise ValueError(f"facts '{key}' are there twice, the second time in {path.name}")
            table[key] = entry
    return {key: {**table.get(entry.get("like"), {}), **entry} for key, entry in table.items()}


@functools.lru_cache(None)
def pads(footprint):
    """Numbered pads of a footprint: number -> [(x, y)] in mm."""
    tree = parse(library.footprint_file(footprint).read_text())
    result = {}
    for pad in find_all(tree, "pad"):
        if pad[1]:
            at = find(pad, "at")
            result.setdefault(str(pad[1]), []).append((float(at[1]), float(at[2])))
    return result


def findings(board, table=None):
    """Sentences about every pin that is not as the data sheet has it, and about parts without facts."""
    table, said = table or facts(), []
    for part in board.parts:
        said += [f"{part.ref}: {s}" for s in of_part(part, board.name, table)]
        if key_of(part, board.name, table) == "header":
            said.append(f"{part.ref}: no facts '{board.name}.{part.ref}' of what each of its pins carries")
    here = {f"{board.name}.{p.ref}" for p in board.parts}
    said += [f"facts {key}: no such part" for key in table if key.startswith(f"{board.name}.") and key not in here]
    return said


def key_of(part, board_name, table):
    """Key of a part's facts: its own ("gateway.J4") before those of its kind."""
    own = f"{board_name}.{part.ref}"
    return own if own in table else part.facts


def of_part(part, board_name, table):
    """The same for one part."""
    symbol, copper = library.pins(part.symbol), pads(part.footprint)
    yield from (f"pin {p} has no pad" for p in sorted(set(symbol) - set(copper)))
    yield from (f"pad {p} has no pin" for p in sorted(set(copper) - set(symbol)))
    key = key_of(part, board_name, table)
    if key not in table:
        if part.mpn or part.facts:
            yield f"no facts '{part.facts}'"
        return
    yield from _against(part, board_name, table[key], symbol, copper, part.facts in ("header", ""))


def _against(part, board_name, fact, symbol, copper, unnamed):
    """`unnamed`: the pins are a header's and have no names of their own."""
    if fact.get("any"):
        return
    known = {str(k): v for k, v in fact["pins"].items()}
    for pad in sorted(set(known) ^ set(copper)):
        yield f"pad {pad} is {'only in the facts' if pad in known else 'not in the facts'}"
    names = {str(k): v for k, v in fact.get("symbol", {}).items()}
    wanted = {**fact.get("nets", {}), **fact.get("boards", {}).get(board_name, {})}
    on = {}
    for pad, entry in symbol.items():                  # KiCad joins pin and pad by their number
        function = known.get(pad, "")
        if not unnamed and not _named(entry["name"], names.get(pad, function), pad, pad in names):
            yield f"pin {pad} of the symbol is called {entry['name']}, the data sheet says {names.get(pad, function)}"
        have = part.nets.get(pad)
        on.setdefault(function, set()).add(have)
        if function in wanted and not _suits(wanted[function], have):
            yield f"{function} (pad {pad}) is on {have}, must be on {wanted[function]}"
    apart = fact.get("apart", ())
    yield from (f"pin {pad} is open" for pad in symbol if known.get(pad) in apart and part.nets.get(pad) is None)
    for n, one in enumerate(apart):
        for two in apart[n + 1:]:
            if on.get(one, set()) & on.get(two, set()) - {None}:
                yield f"{one} and {two} are both on {', '.join(on[one] & on[two])}"
    if fact.get("round") and not _counterclockwise(copper):
        yield "pads do not run counter-clockwise"
    order = fact.get("order_from_face")
    if order and order != sorted(order, key=lambda p: copper[p][0][0]):
        yield f"pads do not follow {order} from the face"


def _counterclockwise(copper):
    """Do the pads 1, 2, 3 ... run counter-clockwise round their middle, seen from above (y is downwards)?"""
    spots = [copper[n][0] for n in sorted(copper, key=int)]
    x, y = (sum(v) / len(spots) for v in zip(*spots))
    angles = [math.atan2(y - b, a - x) for a, b in spots]
    steps = [(two - one) % (2 * math.pi) for one, two in zip(angles, angles[1:] + angles[:1])]
    return abs(sum(steps) - 2 * math.pi) < 1e-6


def _named(name, wanted, pad, exactly):
    """Is the symbol's pin name what it should be? Unnamed and numbered pins pass unless the facts give a name."""
    plain = name.replace("~{", "").replace("}", "").upper()
    if wanted == "*" or not exactly and plain in ("~", "", pad):
        return True
    return plain == wanted.upper() or not exactly and wanted.upper() in plain.split("/")


def _suits(pattern, net):
    """Patterns as in a shell, or a list of which one suits; a leading ! turns it round, "open" is a pin on no net."""
    if isinstance(pattern, list):
        return any(_suits(p, net) for p in pattern)
    if net is None or pattern == "open":
        return net is None and pattern == "open"
    if pattern.startswith("!"):
        return not fnmatchcase(net, pattern[1:])
    return fnmatchcase(net, pattern)
