"""The sensor input: switching thresholds, lock-up, the trimmer's working travel, widths of pulses, current.

The comparator's thresholds (conductance of the light sensor at which it switches, per trimmer position) and the light sensor's
conductance in flashes are simulated apart, as the comparator is a thousand times faster; `whole` simulates both together.
Conductances in uS, resistances in ohms, times in seconds.
"""
from bisect import bisect_left
from functools import lru_cache

from spice import crossings, deck, run_all

# Samples of light sensors: ohms at 10 lx (least, typical, most), gamma (+-0.1), least ohms in the dark. Sellers' tables of the
# GL55 series differ: GL5537 16-50 or 20-30 k, GL5539 30-90 or 50-100 k. The wider is taken.
SENSORS = {
    "GL5528": {"r10": (10e3, 15e3, 20e3), "gamma": 0.6, "rdark": 1e6},
    "GL5537": {"r10": (16e3, 30e3, 50e3), "gamma": 0.7, "rdark": 2e6},
    "GL5539": {"r10": (30e3, 65e3, 100e3), "gamma": 0.8, "rdark": 5e6},
}
# Assumed, the data sheet has no figures: resistance at 10 lx, resistance in the dark, time constant; against 20 degrees C.
TEMPERATURES = {-20: (0.8, 4.0, 1.5), 20: (1.0, 1.0, 1.0), 60: (1.3, 0.25, 0.8)}
SUPPLIES = (2.0, 3.3)
# Comparators: offset, own hysteresis; TS881 data sheet, least and most
COMPARATORS = {"low": (-6e-3, 4.2e-3), "typical": (0.0, 2.7e-3), "high": (6e-3, 1.6e-3)}
SAMPLES = {"sensitive": (0, 0.1, "low"), "typical": (1, 0.0, "typical"), "dull": (2, -0.1, "high")}
TRIMMER = 1e6
POSITIONS = (1e3, 2e3, 5e3, 1e4, 3e4, 1e5, 2e5, 4e5, 6e5, 8e5, 1e6)
FINE = tuple(1e3 * 10 ** (i / 100) for i in range(301))
TAU = 25e-3
LOW_NEEDED = 31e-3  # firmware/common/impulses.h: a rise counts after 16 to 31 ms of low
INPUTS = (r"^X1 .*?(?=^\* end of inputs)",
          "X{i} o{i} g vcc input vos={{vos}} vhyst={{vhyst}} rf={{rf}} reftop={{reftop}} refbottom={{refbottom}} rt={rt:.6g}\n")


def network(values):
    """The deck's parameters of a set of values.json."""
    return {"rf": values["feedback"], "reftop": values["reference_top"], "refbottom": values["reference_bottom"]}


def with_inputs(name, params, trims, replace=()):
    """Deck with one input per trimmer setting."""
    lines = "".join(INPUTS[1].format(i=i, rt=rt) for i, rt in enumerate(trims))
    columns = "v(g) " + " ".join(f"v(o{i})" for i in range(len(trims)))
    return deck(name, params, ((INPUTS[0], lines), (r"v\(g\) v\(o1\)", columns), *replace))


def thresholds(jobs):
    """[(network, supply, comparator)] -> for each a list over POSITIONS of (rises at, falls at) in uS; falls at 0: never."""
    decks = []
    for net, supply, comparator in jobs:
        vos, vhyst = COMPARATORS[comparator]
        decks.append(with_inputs("thresholds.cir", {**net, "supply": supply, "vos": vos, "vhyst": vhyst}, POSITIONS))
    answers = []
    for (_n, supply, _c), rows in zip(jobs, run_all(decks)):
        times, g = [r[0] for r in rows], [r[1] for r in rows]
        found = []
        for i in range(len(POSITIONS)):
            edges = crossings(times, [r[i + 2] for r in rows], supply / 2)
            at = {up: g[min(bisect_left(times, t), len(g) - 1)] for t, up in edges}
            found.append((at.get(True, float("inf") if rows[0][i + 2] < supply / 2 else 0.0), at.get(False, 0.0)))
        answers.append(found)
    return answers


def between(table, rt):
    """Thresholds at a trimmer setting, straight between simulated ones over 1/rt, which is exact but for the offset."""
    i = max(1, min(len(POSITIONS) - 1, bisect_left(POSITIONS, rt)))
    a, b = POSITIONS[i - 1], POSITIONS[i]
    share = (1 / rt - 1 / a) / (1 / b - 1 / a)
    (on_a, off_a), (on_b, off_b) = table[i - 1], table[i]
    if off_b == 0.0 and off_a > 0.0:  # locks up somewhere between: as if it were already here
        return on_a + share * (on_b - on_a), 0.0
    return on_a + share * (on_b - on_a), off_a + share * (off_b - off_a)


def cell(sensor, sample, celsius):
    """Parameters of a light sensor: {'r10', 'gamma', 'rdark', 'tau'}."""
    which, gamma, _c = SAMPLES[sample]
    s, (r10, rdark, tau) = SENSORS[sensor], TEMPERATURES[celsius]
    return {"r10": s["r10"][which] * r10, "gamma": s["gamma"] + gamma, "rdark": s["rdark"] * rdark, "tau": TAU * tau}


def pulse(lux, ambient, hertz, lit, lead=5e-3):
    """Text of the light's source: flashes of `lux` on `ambient`."""
    return f"PULSE({ambient:.6g} {lux + ambient:.6g} {lead:g} 0.2m 0.2m {lit - 0.2e-3:.6g} {1 / hertz:.6g})"


class Flash:
    """The conductance over the last flash of a train, in which it rises once and falls once."""

    def __init__(self, rows, hertz, lit, flashes):
        start = 5e-3 + (flashes - 1) / hertz
        end = start + 1 / hertz
        last = [(t, g) for t, g in rows if start <= t <= end]
        self.up = [(t - start, g) for t, g in last if t - start <= lit]
        self.down = [(t - start, g) for t, g in last if t - start >= lit]
        self.period = 1 / hertz
        self.first_peak = max(g for t, g in rows if t <= 5e-3 + lit)

    def width(self, on, off):
        """Seconds the output is high, or None where it does not switch."""
        if not (self.up[0][1] < min(on, off) and on < min(self.up[-1][1], self.first_peak) and self.down[-1][1] < off):
            return None
        rise = next(t for t, g in self.up if g >= on)
        return next(t for t, g in self.down if g <= off) - rise

    def counts(self, on, off):
        """Whether the firmware counts it for certain."""
        width = self.width(on, off)
        return width is not None and width >= 1e-3 and self.period - width >= LOW_NEEDED


@lru_cache(maxsize=None)
def _flash_text(sensor, sample, celsius, lux, ambient, hertz, lit, flashes):
    end = 5e-3 + flashes / hertz
    return deck("light.cir", cell(sensor, sample, celsius), (
        (r"^Vlight light 0 .*?$", f"Vlight light 0 {pulse(lux, ambient, hertz, lit)}"),
        (r"^tran .*?$", f"tran 1m {end:.6g} 0 1m")))


def flashes_of(jobs, flashes=4):
    """[(sensor, sample, celsius, lux, ambient, hertz, lit)] -> Flash of each."""
    rows = run_all([_flash_text(*job, flashes) for job in jobs])
    return [Flash(r, job[5], job[6], flashes) for job, r in zip(jobs, rows)]


def travel(good):
    """(from ohms, to ohms, share of the trimmer's travel) of the longest run of good settings of FINE."""
    best, start = (0.0, 0.0), None
    for rt, fine in zip(FINE + (0,), tuple(good) + (False,)):
        if fine:
            start = rt if start is None else start
            last = rt
        elif start is not None:
            best = max(best, (start, last), key=lambda p: p[1] - p[0])
            start = None
    return (*best, (best[1] - best[0]) / TRIMMER)
