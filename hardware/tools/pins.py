"""Pin tables: what the data sheet says of each pin against symbol, footprint and net. Facts are in lib/facts.toml."""
import tomllib
from fnmatch import fnmatchcase

import library
from sexpr import find, find_all, parse


def facts():
    return tomllib.loads((library.OWN / "facts.toml").read_text())


def pads(footprint):
    """Numbered pads of a footprint: number -> [(x, y)] in mm."""
    folder, name = footprint.split(":")
    tree = parse((library.footprint_folder(folder) / f"{name}.kicad_mod").read_text())
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
        symbol = library.pins(part.symbol)
        copper = pads(part.footprint)
        said += [f"{part.ref}: pin {p} has no pad" for p in sorted(set(symbol) - set(copper))]
        said += [f"{part.ref}: pad {p} has no pin" for p in sorted(set(copper) - set(symbol))]
        if not part.mpn:
            continue
        if part.facts not in table:
            said.append(f"{part.ref}: no facts '{part.facts}'")
            continue
        said += [f"{part.ref}: {s}" for s in _against(part, table[part.facts], symbol, copper)]
    return said


def _against(part, fact, symbol, copper):
    known = {str(k): v for k, v in fact["pins"].items()}
    for pad in sorted(set(known) ^ set(copper)):
        yield f"pad {pad} is {'only in the facts' if pad in known else 'not in the facts'}"
    names = {str(k): v for k, v in fact.get("symbol", {}).items()}
    for pad, entry in symbol.items():                  # KiCad joins pin and pad by their number
        function = known.get(pad, "")
        name = entry["name"]
        if pad in names and name != names[pad]:
            yield f"pin {pad} of the symbol is called {name}, the pad is {names[pad]}"
        elif not names and name not in ("~", "", pad) and name.upper() != function.upper():
            yield f"pin {pad} of the symbol is called {name}, the data sheet says {function}"
        want, have = fact.get("nets", {}).get(function), part.nets.get(pad)
        if want and not _suits(want, have):
            yield f"{function} (pad {pad}) is on {have}, must be on {want}"
    order = fact.get("order_from_face")
    if order and order != sorted(order, key=lambda p: copper[p][0][0]):
        yield f"pads do not follow {order} from the face"


def _suits(pattern, net):
    """Patterns as in a shell; a leading ! turns it round."""
    if pattern.startswith("!"):
        return net is not None and not fnmatchcase(net, pattern[1:])
    return net is not None and fnmatchcase(net, pattern)
