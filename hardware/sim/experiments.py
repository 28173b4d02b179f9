"""What is asked of the sensor input; each function returns plain figures for results.json."""
from frontend import (COMPARATORS, FINE, LOW_NEEDED, SAMPLES, SENSORS, SUPPLIES, TEMPERATURES, between, cell, flashes_of, network,
                      pulse, thresholds, travel, with_inputs)
from spice import crossings, run_all

LUX = (3, 10, 30, 100, 300, 1000, 3000)
TRAINS = {"10 Hz": (10, 0.05), "5 Hz": (5, 0.05), "2 Hz": (2, 0.05), "2 Hz, flashes of 10 ms": (2, 0.01)}
ORIGINAL = {"rf": 10e3, "reftop": 50e3, "refbottom": 50e3}
FEEDBACKS = (1e6, 2.2e6, 4.7e6, 10e6, 22e6)
REFERENCES = ((470e3, 470e3), (330e3, 680e3), (220e3, 820e3))


class Bench:
    """Threshold tables and flashes, each simulated once."""

    def __init__(self):
        self.tables, self.flashes = {}, {}

    def table(self, net, supply, comparator):
        return self.tables[tuple(sorted(net.items())), supply, comparator]

    def need_tables(self, nets):
        jobs = [(net, s, c) for net in nets for s in SUPPLIES for c in COMPARATORS]
        keys = [(tuple(sorted(net.items())), s, c) for net, s, c in jobs]
        missing = [(k, j) for k, j in dict(zip(keys, jobs)).items() if k not in self.tables]
        self.tables.update(zip([k for k, _ in missing], thresholds([j for _, j in missing])))

    def need_flashes(self, jobs):
        missing = [j for j in dict.fromkeys(jobs) if j not in self.flashes]
        self.flashes.update(zip(missing, flashes_of(missing)))

    def share(self, net, sensor, lux, train, temperatures=tuple(TEMPERATURES), ambient=0.0):
        """Working travel of the worst sample: one setting for all temperatures and supplies. (from, to, share), worst sample."""
        hertz, lit = TRAINS[train]
        jobs = {(m, c): (sensor, m, c, lux, lux * ambient, hertz, lit) for m in SAMPLES for c in temperatures}
        self.need_flashes(jobs.values())
        spans = {}
        for m in SAMPLES:
            corners = [(self.flashes[jobs[m, c]], self.table(net, s, SAMPLES[m][2])) for c in temperatures for s in SUPPLIES]
            spans[m] = travel([all(f.counts(*between(t, rt)) for f, t in corners) for rt in FINE])
        return min(spans.values(), key=lambda span: span[2]), spans


def percent(share):
    return round(100 * share, 2)


def lock_up(bench, net, sensor):
    """Where the comparator does not release in the dark at 60 degrees C: share of travel; and how far it is from that."""
    dark = 1e6 / (SENSORS[sensor]["rdark"] * TEMPERATURES[60][1])
    tables = [bench.table(net, s, c) for s in SUPPLIES for c in COMPARATORS]
    off = [min(between(t, rt)[1] for t in tables) for rt in FINE]
    stuck = [rt for rt, g in zip(FINE, off) if g <= dark]
    return {"stuck_percent": percent((FINE[-1] - min(stuck)) / FINE[-1]) if stuck else 0.0,
            "margin_at_1M": round(off[-1] / dark, 2)}


def megohms(rf):
    """Name of a feedback resistor's row."""
    return f"{rf / 1e6:g} Mohm"


def feedback(bench, values):
    """Feedback resistors against each other, ours among them, with our reference; and the original network."""
    nets = {"original, 10 kohm": ORIGINAL,
            **{megohms(rf): {**network(values), "rf": rf} for rf in sorted({*FEEDBACKS, values["feedback"]})}}
    bench.need_tables(nets.values())
    result = {}
    for name, net in nets.items():
        on, off = between(bench.table(net, 3.3, "typical"), 30e3)
        on_top, off_top = between(bench.table(net, 3.3, "typical"), 300e3)
        gamma = SENSORS[values["ldr"]]["gamma"]
        light = lambda a, b: round(100 * ((a / b) ** (1 / gamma) - 1), 1) if b > 0 else None
        result[name] = {**lock_up(bench, net, values["ldr"]), "hysteresis_light_percent_at_30k": light(on, off),
                        "hysteresis_light_percent_at_300k": light(on_top, off_top),
                        "travel_10Hz_3lx_percent": percent(bench.share(net, values["ldr"], 3, "10 Hz")[0][2]),
                        "travel_10Hz_30lx_percent": percent(bench.share(net, values["ldr"], 30, "10 Hz")[0][2])}
    return result


def references(bench, values):
    """Reference dividers: working travel at 10 Hz, all corners."""
    nets = {f"{a / 1e3:g} k / {b / 1e3:g} k": {**network(values), "reftop": a, "refbottom": b} for a, b in REFERENCES}
    bench.need_tables(nets.values())
    return {name: {**{f"travel_{lux}lx_percent": percent(bench.share(net, values["ldr"], lux, "10 Hz")[0][2]) for lux in (1, 3, 30, 300)},
                   **lock_up(bench, net, values["ldr"])} for name, net in nets.items()}


def sensors(bench, values):
    """Types of light sensors: working travel at 10 Hz, all corners, and release in the dark."""
    net = network(values)
    return {s: {**{f"travel_{lux}lx_percent": percent(bench.share(net, s, lux, "10 Hz")[0][2]) for lux in (3, 30, 300)},
                **lock_up(bench, net, s)} for s in SENSORS}


def working(bench, values):
    """Share of the trimmer's travel that counts every flash, for the worst sample of the light sensor."""
    net, result = network(values), {}
    for train in TRAINS:
        for what, temperatures, ambient in (("one setting, -20...60 C", tuple(TEMPERATURES), 0.0), ("20 C", (20,), 0.0),
                                            ("one setting, -20...60 C, ambient light of 10 %", tuple(TEMPERATURES), 0.1)):
            row = {str(lux): percent(bench.share(net, values["ldr"], lux, train, temperatures, ambient)[0][2]) for lux in LUX}
            result.setdefault(train, {})[what] = row
    return result


def levels(bench, values):
    """Light (lx) at which a typical sample switches, per trimmer setting: typical, and over temperature and supply."""
    result = {}
    for rt in (3e3, 10e3, 30e3, 100e3, 300e3, 1e6):
        def lux(celsius, supply, which):
            part = cell(values["ldr"], "typical", celsius)
            g = between(bench.table(network(values), supply, "typical"), rt)[which] - 1e6 / part["rdark"]
            return 10 * (max(g, 0) * part["r10"] / 1e6) ** (1 / part["gamma"])
        every = [lux(c, s, 0) for c in TEMPERATURES for s in SUPPLIES]
        result[f"{rt / 1e3:g} kohm"] = {"on_lx": round(lux(20, 3.3, 0), 3), "off_lx": round(lux(20, 3.3, 1), 3),
                                        "on_least_lx": round(min(every), 3), "on_most_lx": round(max(every), 3)}
    return result


def widths(bench, values):
    """Width of the comparator's pulse for flashes of 50 ms at 10 Hz, trimmer in the middle of its working travel, all corners."""
    net, result = network(values), {}
    for lux in LUX[:5]:
        _worst, spans = bench.share(net, values["ldr"], lux, "10 Hz")
        found = []
        for m, (low, high, _share) in spans.items():
            for c in TEMPERATURES:
                flash = bench.flashes[values["ldr"], m, c, lux, 0.0, 10, 0.05]
                found += [flash.width(*between(bench.table(net, s, SAMPLES[m][2]), (low * high) ** 0.5 or 1e3)) for s in SUPPLIES]
        if None not in found:
            result[str(lux)] = {"least_ms": round(1e3 * min(found), 1), "most_ms": round(1e3 * max(found), 1)}
    return result


def as_counted(edges):
    """Widths (s) of the pulses the firmware counts: a rise counts after LOW_NEEDED of low; what chatters in between is one pulse."""
    pulses, fell = [], -1.0
    for t, up in edges:
        if up and t - fell >= LOW_NEEDED:
            pulses.append([t, t])
        if not up:
            fell = t
            if pulses:
                pulses[-1][1] = t
    return [b - a for a, b in pulses]


def whole(bench, values):
    """Light sensor and comparator in one simulation at 10 Hz: pulses and widths against the two apart; mean supply current."""
    net, rt, checked = network(values), {}, []
    for m in SAMPLES:
        for lux in (3, 30, 300):
            low, high, _ = bench.share(net, values["ldr"], lux, "10 Hz")[1][m]
            rt[m, lux] = (low * high) ** 0.5
    jobs = [(m, lux, c, s) for (m, lux), r in rt.items() if r for c in (-20, 60) for s in SUPPLIES]
    decks = []
    for m, lux, c, s in jobs:
        vos, vhyst = COMPARATORS[SAMPLES[m][2]]
        params = {**net, **cell(values["ldr"], m, c), "supply": s, "vos": vos, "vhyst": vhyst}
        decks.append(with_inputs("comparator.cir", params, (rt[m, lux],), (
            (r"^Vlight light 0 .*?$", f"Vlight light 0 {pulse(lux, 0.0, 10, 0.05)}"), (r"^tran .*?$", "tran 1m 405m 0 0.5m"))))
    for (m, lux, c, s), rows in zip(jobs, run_all(decks)):
        counted = as_counted(crossings([r[0] for r in rows], [r[2] for r in rows], s / 2))
        apart = bench.flashes[values["ldr"], m, c, lux, 0.0, 10, 0.05].width(*between(bench.table(net, s, SAMPLES[m][2]), rt[m, lux]))
        checked.append({"pulses": len(counted), "flashes": 4, "differs_ms": round(1e3 * abs(counted[-1] - (apart or 1)), 2)})
    return {"runs": len(checked), "pulses_as_flashes": bool(checked) and all(r["pulses"] == r["flashes"] for r in checked),
            "widths_differ_at_most_ms": max((r["differs_ms"] for r in checked), default=None)}


def current(values):
    """Mean supply current (uA) of sensor, reference and comparator at 3.3 V, 20 C, typical sample."""
    result = {}
    for name, net, rt in (("ours", network(values), 60e3), ("original", ORIGINAL, 80e3)):
        for what, lux in (("dark", 0.0), ("2 Hz, 30 lx", 30.0)):
            text = with_inputs("comparator.cir", {**net, **cell(values["ldr"], "typical", 20), "supply": 3.3}, (rt,), (
                (r"^Vlight light 0 .*?$", f"Vlight light 0 {pulse(lux, 0.0, 2, 0.05)}"), (r"^tran .*?$", "tran 1m 1.505 0.505 1m")))
            rows = run_all([text])[0]
            area = sum((b[0] - a[0]) * -(a[3] + b[3]) / 2 for a, b in zip(rows, rows[1:]))
            result[f"{name}, {what}"] = round(1e6 * area / (rows[-1][0] - rows[0][0]), 2)
    return result
