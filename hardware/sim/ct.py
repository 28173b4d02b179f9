"""The current input: range against the ADC (reference: the supply), and what an overload does; figures for results.json."""
from math import sqrt

from spice import deck, run_all

TURNS = 2000  # 100 A : 50 mA


def network(values):
    return {"burden": values["ct_burden"], "bias": values["ct_bias"], "cbias": values["ct_bias_capacitor"], "series": values["ct_series"],
            "cvdd": values["radio_capacitor"] + values["output_capacitor"]}


def figures(values):
    """Pin at 100 A, error there, most amperes without clipping per supply; overload of 400 A for 0.1 s while the node sleeps."""
    net = network(values)
    small, full, low, over, thin = run_all([deck("ct.cir", {**net, **p}) for p in (
        {"amps": 1}, {"amps": 100}, {"amps": 100, "supply": 2.7}, {"amps": 400}, {"amps": 400, "series": 1e3})])

    def amps(rows):
        """What the firmware computes: r.m.s. of what differs from the mean, limited to the ADC's range, over the last two periods."""
        v = [max(0.0, min(r[2], r[1])) for r in rows if r[0] > 0.06]
        mean = sum(v) / len(v)
        return sqrt(sum((x - mean) ** 2 for x in v) / len(v)) / values["ct_burden"] * TURNS

    pin = [r[1] for r in full if r[0] > 0.02]
    return {"pin_at_100A_V": [round(min(pin), 2), round(max(pin), 2)], "read_at_1A": round(amps(small), 2), "read_at_100A": round(amps(full), 1),
            "read_at_100A_supply_2.7V": round(amps(low), 1),
            "most_A": {str(u): round(u / 2 / sqrt(2) / values["ct_burden"] * TURNS) for u in (3.3, 3.0, 2.7)},
            "step_A": round(3.3 / 1023 / values["ct_burden"] * TURNS, 2),
            "overload_400A": {"burden_peak_V": round(max(r[3] - r[4] for r in over), 1),
                              "clamp_peak_mA": round(1e3 * max(abs(r[3] - r[1]) for r in over) / values["ct_series"], 2),
                              "supply_V": round(max(r[2] for r in over), 2), "supply_V_with_1k": round(max(r[2] for r in thin), 2)},
            "bias_settles_s": round(4.6 * values["ct_bias"] / 2 * values["ct_bias_capacitor"], 1),
            "bias_current_uA": round(1e6 * 3.3 / 2 / values["ct_bias"], 2)}
