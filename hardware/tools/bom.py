"""Bill of materials as csv: one line per part number, with alternatives, an estimate of the cost, and what must stay empty."""
import csv
import re

from model import Fault

HEAD = ["References", "Quantity", "Fit", "Value", "Footprint", "Manufacturer", "Part number", "Alternatives", "Each (EUR, estimate)",
        "Sum (EUR)", "Looked up", "Note"]
CAP = dict(maker="Wurth", mpn="60900213421", alternatives=("any jumper cap, 2.54 mm",), price=0.08, value="jumper cap")


def natural(ref):
    """Sort key: R2 before R10."""
    return [int(t) if t.isdigit() else t for t in re.split(r"(\d+)", ref)]


def groups(board):
    """Parts of one order number that are treated alike, in the order of their references: [[Part, ...], ...]."""
    table = {}
    for part in sorted(board.parts, key=lambda p: natural(p.ref)):
        if part.in_bom:
            if part.fitted and not part.mpn:
                raise Fault(f"{part.ref} has no manufacturer's number")
            table.setdefault((part.fitted, part.maker, part.mpn, part.mpn or part.value, part.footprint), []).append(part)
    return [table[key] for key in sorted(table, key=lambda k: not k[0])]


def extras(board):
    """What is ordered with the parts but has no pads: [(references, pieces, entry)]; from the catalogue, and caps for jumpers JP."""
    import parts                                    # lib/ is known once a board has been loaded
    with_it = {(entry["symbol"], entry.get("mpn", "")): entry["extra"] for entry in parts.catalogue().values() if "extra" in entry}
    found = {}
    for part in sorted(board.parts, key=lambda p: natural(p.ref)):
        entry = with_it.get((part.symbol, part.mpn), CAP if part.ref.startswith("JP") else None)
        if part.fitted and entry:
            found.setdefault(entry["mpn"], (entry, []))[1].append(part.ref)
    return [(refs, len(refs) * entry.get("count", 1), entry) for entry, refs in found.values()]


def looked_up(board):
    """Order number -> where it was looked up: what a part says, or the catalogue of the same number."""
    import parts
    said = {entry["mpn"]: entry["listed"] for entry in parts.catalogue().values() if "listed" in entry}
    return said | {part.mpn: part.listed for part in board.parts if part.listed}


def rows(board):
    """Lines of the table below the head, and the sum in euro."""
    total, pieces, result, known = 0.0, 0, [], looked_up(board)
    for group in groups(board):
        first, count = group[0], len(group)
        refs, footprint = " ".join(p.ref for p in group), first.footprint.split(":")[1]
        value = ", ".join(dict.fromkeys(p.value for p in group))
        note = _note(group)
        if not first.fitted:
            result.append([refs, count, "DO NOT FIT", value, footprint, first.maker, first.mpn, "; ".join(first.alternatives), "", "",
                           known.get(first.mpn, "not yet") if first.mpn else "", note])
            continue
        cost = sum(p.price for p in group)
        total, pieces = total + cost, pieces + count
        result.append([refs, count, "yes", value, footprint, first.maker, first.mpn, "; ".join(first.alternatives),
                       f"{first.price:.2f}", f"{cost:.2f}", known.get(first.mpn, "not yet"), note])
    for refs, count, entry in extras(board):
        cost = entry["price"] * count
        total, pieces = total + cost, pieces + count
        result.append(["for " + " ".join(refs), count, "yes", entry["value"], "", entry["maker"], entry["mpn"],
                       "; ".join(entry["alternatives"]), f"{entry['price']:.2f}", f"{cost:.2f}",
                       "" if entry["maker"] == "any" else entry.get("listed", "not yet"), entry.get("note", "")])
    result.sort(key=lambda row: row[2] != "yes")
    result.append(["", pieces, "", "", "", "", "", "", "all parts", f"{total:.2f}", "",
                   "for one board; estimates at a quantity of 10 in 2026: check numbers, stock and prices; without board, shipping and tax"])
    return result


def _note(group):
    """Notes of a line; one that not all its parts share names its part."""
    notes = {}
    for part in group:
        notes.setdefault(part.note, []).append(part.ref)
    return "; ".join(text if len(notes) == 1 else f"{' '.join(refs)}: {text}" for text, refs in notes.items() if text)


def write(path, board):
    """Write the table."""
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEAD)
        out.writerows(rows(board))
