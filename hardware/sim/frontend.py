"""The sensor input: thresholds, lock-up, the trimmer's working travel, widths of pulses at 10 Hz, current."""
from spice import crossings, deck, run, run_all

# Samples of light sensors: kOhm at 10 lx (least, typical, most), gamma, least MOhm in the dark. GL55 series data sheet; gamma is +-0.1.
SENSORS = {
    "GL5528": {"r10": (10e3, 15e3, 20e3), "gamma": 0.6, "rdark": 1e6},
    "GL5537": {"r10": (20e3, 25e3, 30e3), "gamma": 0.7, "rdark": 2e6},
    "GL5539": {"r10": (50e3, 75e3, 100e3), "gamma": 0.8, "rdark": 5e6},
    "GL5549": {"r10": (100e3, 150e3, 200e3), "gamma": 0.9, "rdark": 10e6},
}
# Assumed, as the data sheet has no figures: resistance at 10 lx, in the dark, and time constant against 20 degrees C.
TEMPERATURES = {-20: (0.8, 4.0, 1.5), 20: (1.0, 1.0, 1.0), 60: (1.3, 0.25, 0.8)}
SUPPLIES = (2.0, 3.3)
TRIMMER_MAX = 1e6
TAU = 25e-3
PERIOD, LIT = 100e-3, 50e-3
LOW_NEEDED = 31e-3  # firmware/common/impulses.h: a rise counts after 16 to 31 ms of low
PER_DECADE = 16


def positions(low=1e3, high=TRIMMER_MAX):
    """Trimmer settings in ohms, logarithmic, both ends included."""
    count, value = 0, []
    while low * 10 ** (count / PER_DECADE) < high * 0.999:
        value.append(low * 10 ** (count / PER_DECADE))
        count += 1
    return value + [high]


def samples(sensor):
    """Three parts of one type: as sensitive as may be, typical, as dull as may be; with the comparator's offset against them."""
    s = SENSORS[sensor]
    low, mid, high = s["r10"]
    return {
        "sensitive": {"r10": low, "gamma": s["gamma"] + 0.1, "rdark": s["rdark"], "vos": -6e-3, "vhyst": 4.2e-3},
        "typical": {"r10": mid, "gamma": s["gamma"], "rdark": 2 * s["rdark"], "vos": 0.0, "vhyst": 2.7e-3},
        "dull": {"r10": high, "gamma": s["gamma"] - 0.1, "rdark": s["rdark"], "vos": 6e-3, "vhyst": 1.6e-3},
    }


def at(sample, celsius):
    """Parameters of a sample at a temperature."""
    r10, rdark, tau = TEMPERATURES[celsius]
    return {**sample, "r10": sample["r10"] * r10, "rdark": sample["rdark"] * rdark, "tau": TAU * tau}


def inputs_deck(params, network, trims, light, tran, supply, extra=""):
    """Deck with one input per trimmer setting under one light. light: text of the source. tran: its arguments."""
    line = ("X{i} o{i} light vcc input r10={{r10}} gamma={{gamma}} rdark={{rdark}} tau={{tau}} vos={{vos}} vhyst={{vhyst}}"
            " rf={{rf}} reftop={{reftop}} refbottom={{refbottom}} rt={rt:.6g}")
    inputs = "\n".join(line.format(i=i, rt=rt) for i, rt in enumerate(trims))
    outs = " ".join(f"v(o{i})" for i in range(len(trims)))
    return deck("comparator.cir", {"supply": supply, **params, **network}, (
        (r"^Vlight light 0 .*?$", f"Vlight light 0 {light}"),
        (r"^X1 .*?(?=^\* end of inputs)", inputs + "\n"),
        (r"^tran .*?$", f"tran {tran}"),
        (r"^wrdata .*?$", f"wrdata out {outs} {extra}".rstrip()),
    ))


def network(rf=10e6, top=470e3, bottom=470e3):
    return {"rf": rf, "reftop": top, "refbottom": bottom}


def pulses_deck(params, net, trims, lux, ambient, supply):
    """Flashes of 10 Hz on ambient light: 50 ms lit, 50 ms dark; the last five periods count."""
    light = f"PULSE({ambient:.6g} {lux + ambient:.6g} 95m 0.2m 0.2m {LIT - 0.2e-3:.6g} {PERIOD:.6g})"
    return inputs_deck(params, net, trims, light, "1m 705m 0 1m", supply)


def judge_pulses(rows, column, supply, first=0.19, periods=5):
    """Widths of the pulses in one column: {'counts', 'width_min_ms', 'width_max_ms', 'low_min_ms'}."""
    times = [r[0] for r in rows]
    edges = [e for e in crossings(times, [r[column] for r in rows], supply / 2) if e[0] > first]
    rises = [t for t, up in edges if up]
    highs = [b[0] - a[0] for a, b in zip(edges, edges[1:]) if a[1]]
    lows = [b[0] - a[0] for a, b in zip(edges, edges[1:]) if not a[1]]
    if len(rises) != periods or not highs or not lows:
        return {"counts": False}
    return {"counts": min(lows) >= LOW_NEEDED and min(highs) >= 1e-3, "width_min_ms": min(highs) * 1e3,
            "width_max_ms": max(highs) * 1e3, "low_min_ms": min(lows) * 1e3}


def corner_decks(sample, net, trims, lux, ambient, temperatures=TEMPERATURES, supplies=SUPPLIES):
    return [(supply, pulses_deck(at(sample, c), net, trims, lux, ambient, supply)) for c in temperatures for supply in supplies]


def working(sensor, net, luxes, ambient_share=0.0, temperatures=TEMPERATURES, supplies=SUPPLIES):
    """For each illuminance the trimmer settings (ohms) that count every flash of 10 Hz at all given corners, per sample."""
    trims = positions()
    parts = samples(sensor)
    jobs = [(lux, name, c, s) for lux in luxes for name in parts for c in temperatures for s in supplies]
    rows = run_all([pulses_deck(at(parts[name], c), net, trims, lux, lux * ambient_share, s) for lux, name, c, s in jobs])
    result = {}
    for (lux, name, _c, supply), table in zip(jobs, rows):
        good = {i for i in range(len(trims)) if judge_pulses(table, i + 1, supply)["counts"]}
        key = (lux, name)
        result[key] = result.get(key, set(range(len(trims)))) & good
    return {key: [trims[i] for i in sorted(good)] for key, good in result.items()}
