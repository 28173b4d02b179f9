"""Where things are on the sheet: pins of placed symbols, points of wires, junctions. Sheet coordinates in mm, y downwards."""
from library import body, pins

STEP = 1.27
OUTWARD = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def turn(x, y, angle, mirror):
    """Symbol coordinates (y up) to sheet offsets (y down) for a placed symbol."""
    for _ in range(angle // 90 % 4):
        x, y = -y, x
    if mirror == "x":
        y = -y
    if mirror == "y":
        x = -x
    return round(x, 4), round(-y, 4)


def direction(angle, place):
    """Side to which a pin leaves the body."""
    dx, dy = {0: (-1, 0), 90: (0, -1), 180: (1, 0), 270: (0, 1)}[angle]
    x, y = turn(dx, dy, place.angle, place.mirror)
    return next(name for name, v in OUTWARD.items() if v == (round(x), round(y)))


def origin(block, place):
    """Position of a placed symbol on the sheet in mm."""
    return mm(block, (place.x, place.y))


def mm(block, point):
    """Steps relative to a block to mm on the sheet."""
    return round((block.at[0] + point[0]) * STEP, 4), round((block.at[1] + point[1]) * STEP, 4)


def placed_pins(board, block, place):
    """Pins of one placed symbol: number -> ((x, y), direction)."""
    part = board.part(place.ref)
    ox, oy = origin(block, place)
    result = {}
    for number, pin in pins(part.symbol).items():
        if pin["unit"] not in (0, place.unit):
            continue
        dx, dy = turn(pin["x"], pin["y"], place.angle, place.mirror)
        result[number] = ((round(ox + dx, 4), round(oy + dy, 4)), direction(pin["angle"], place))
    return result


def placed_body(board, block, place):
    """Box (x0, y0, x1, y1) of a placed body on the sheet."""
    ox, oy = origin(block, place)
    x0, y0, x1, y1 = body(board.part(place.ref).symbol, place.unit)
    a, b = turn(x0, y0, place.angle, place.mirror), turn(x1, y1, place.angle, place.mirror)
    return (ox + min(a[0], b[0]), oy + min(a[1], b[1]), ox + max(a[0], b[0]), oy + max(a[1], b[1]))


def corners(points):
    """A polyline through `points` with a corner put in where two are not in line: horizontal part first."""
    path = [points[0]]
    for x, y in points[1:]:
        px, py = path[-1]
        if px != x and py != y:
            path.append((x, py))
        if path[-1] != (x, y):
            path.append((x, y))
    return path


def on_segment(point, segment):
    """Is the point on the segment, its ends included?"""
    (x0, y0), (x1, y1) = segment
    x, y = point
    return min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1) and (x0 == x1 == x or y0 == y1 == y)


def junctions(segments, pin_points):
    """Points where three or more ends meet, or an end or pin touches the middle of a wire."""
    points = {p for s in segments for p in s} | set(pin_points)
    found = []
    for point in sorted(points):
        ends = sum(point in s for s in segments) + (point in pin_points)
        through = sum(point not in s and on_segment(point, s) for s in segments)
        if ends >= 3 or (through and ends):
            found.append(point)
    return found


def split(segments, points):
    """Cut the segments at the points: KiCad joins wires at their ends only."""
    result = []
    for a, b in segments:
        cuts = sorted({p for p in points if on_segment(p, (a, b))} | {a, b})
        result += [pair for pair in zip(cuts, cuts[1:])]
    return sorted(set(result))


def clusters(segments, points):
    """Group points and segments that touch: list of (segments, points)."""
    groups = []
    items = [("s", s) for s in segments] + [("p", p) for p in points]
    for kind, item in items:
        mine = [g for g in groups if _touches(g, kind, item)]
        merged = ([], [])
        for g in mine:
            groups.remove(g)
            merged[0].extend(g[0])
            merged[1].extend(g[1])
        merged[0 if kind == "s" else 1].append(item)
        groups.append(merged)
    return groups


def _touches(group, kind, item):
    segments, points = group
    if kind == "p":
        return item in points or any(on_segment(item, s) for s in segments)
    return (any(on_segment(p, item) for p in points) or
            any(on_segment(p, item) for s in segments for p in s) or any(on_segment(p, s) for s in segments for p in item))
