"""A* over the router's grid: the cheapest way between two sets of cells on two layers."""
import heapq
import math

VIA = 12                 # price of a via in cells
TAKE_OUT = 40            # price of a cell of another routed net
STEPS = [(1, 0, 1.0), (-1, 0, 1.0), (0, 1, 1.0), (0, -1, 1.0),
         (1, 1, 1.42), (1, -1, 1.42), (-1, 1, 1.42), (-1, -1, 1.42)]


def search(grid, weight, net, width, sources, targets):
    """Cheapest path from any source to any target, both sets of (cell, layer); None if there is none.

    `weight(net)` is the price factor for crossing a routed net, which will be taken out."""
    columns = grid.columns
    rows_cols = [divmod(c, columns) for c, _ in targets]
    top, bottom = min(r for r, _ in rows_cols), max(r for r, _ in rows_cols)
    left, right = min(c for _, c in rows_cols), max(c for _, c in rows_cols)

    def ahead(cell):
        row, column = divmod(cell, columns)
        dy, dx = max(top - row, 0, row - bottom), max(left - column, 0, column - right)
        return max(dx, dy) + 0.42 * min(dx, dy)

    best = {s: 0.0 for s in sources}
    queue = [(ahead(c), c, l) for c, l in sorted(sources)]
    came, done = {}, set()
    heapq.heapify(queue)
    goal = set(targets)
    while queue:
        _, cell, layer = heapq.heappop(queue)
        here = (cell, layer)
        if here in done:
            continue
        done.add(here)
        if here in goal:
            return _trace(came, here)
        base = best[here]
        column = cell % columns
        moves = []
        for dx, dy, price in STEPS:
            if 0 <= column + dx < columns and 0 <= cell + dy * columns + dx < grid.cells:
                moves.append((cell + dy * columns + dx, layer, price))
        if all(grid.fixed_free("via", l, cell, net) for l in (0, 1)):
            extra = sum(TAKE_OUT * weight(n) for l in (0, 1) for n in grid.strangers("via", l, cell, net))
            moves.append((cell, 1 - layer, VIA + extra))
        for nxt, on, price in moves:
            if not grid.fixed_free(width, on, nxt, net) or (nxt, on) in done:
                continue
            price += sum(TAKE_OUT * weight(n) for n in grid.strangers(width, on, nxt, net))
            if base + price < best.get((nxt, on), math.inf) - 1e-9:
                best[nxt, on] = base + price
                came[nxt, on] = here
                heapq.heappush(queue, (base + price + ahead(nxt), nxt, on))
    return None


def _trace(came, here):
    path = [here]
    while here in came:
        here = came[here]
        path.append(here)
    return path[::-1]
