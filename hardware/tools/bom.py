"""Bill of materials as csv: one line per ordered part, with alternatives and an estimate of the cost."""
import csv
import re


def natural(ref):
    """Sort key: R2 before R10."""
    return [int(t) if t.isdigit() else t for t in re.split(r"(\d+)", ref)]


def write(path, board):
    """Parts that are fitted and ordered, grouped by manufacturer's number; the sum is a line of its own. Prices in euro."""
    groups = {}
    for part in sorted(board.parts, key=lambda p: natural(p.ref)):
        if part.in_bom and part.fitted:
            if not part.mpn:
                raise ValueError(f"{part.ref} has no manufacturer's number")
            groups.setdefault((part.maker, part.mpn), []).append(part)
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["References", "Quantity", "Value", "Footprint", "Manufacturer", "Part number", "Alternatives",
                      "Each (EUR, estimate)", "Sum (EUR)", "Note"])
        total = 0.0
        for (maker, number), parts in groups.items():
            first, cost = parts[0], sum(p.price for p in parts)
            total += cost
            out.writerow([" ".join(p.ref for p in parts), len(parts), first.value, first.footprint.split(":")[1], maker,
                          number, "; ".join(first.alternatives), f"{first.price:.2f}", f"{cost:.2f}", first.note])
        out.writerow(["", sum(len(p) for p in groups.values()), "", "", "", "", "", "all parts", f"{total:.2f}",
                      "estimate at a quantity of 10, without board and shipping"])
