"""The promises, and the comparison of two runs."""

from experiments import megohms
from tables import ALL

# What is promised of the sensor input with one setting of the trimmer from -20 to 60 degrees C and 2.0 to 3.3 V,
# for the worst sample of the light sensor: train of flashes -> (lx -> least share of the trimmer's travel in percent)
WORKING = {
    "10 Hz": {"3": 4, "10": 2.5, "30": 1.0, "100": 0.4},
    "5 Hz": {"3": 20, "10": 20, "30": 20, "100": 10, "300": 5, "1000": 3, "3000": 1.5},
    "2 Hz": {"3": 20, "10": 20, "30": 20, "100": 20, "300": 20, "1000": 20, "3000": 20},
}
# Between runs of different versions of ngspice (39 and 44 differ in one figure, by 2.5 %): relative, and what rounding may do
TOLERANCE, ROUNDING = 0.05, {int: 1, float: 0.11}


def broken(f, values):
    """Promises not kept by the figures of these values, as sentences."""
    faults = []

    def promise(kept, text):
        if not kept:
            faults.append(text)

    for train, levels in WORKING.items():
        for lux, least in levels.items():
            share = f["working"][train][ALL][lux]
            promise(share >= least, f"{train}, {lux} lx: {share} % of the trimmer's travel work, {least} % promised")
    ours = f["feedback"][megohms(values["feedback"])]
    promise(ours["stuck_percent"] == 0 and ours["margin_at_1M"] >= 1.5, f"the comparator locks up: {ours}")
    promise(f["feedback"]["original, 10 kohm"]["stuck_percent"] > 90, "the original feedback is not seen to lock up: the simulation has lost it")
    promise(ours["hysteresis_light_percent_at_30k"] >= 1, f"hysteresis below 1 %: {ours}")
    promise(f["whole"]["pulses_as_flashes"], "sensor and comparator in one simulation: pulses are not the flashes")
    promise((f["whole"]["widths_differ_at_most_ms"] or 0) <= 3, f"sensor and comparator apart and together differ: {f['whole']}")
    for lux, w in f["widths"].items():
        promise(w["least_ms"] >= 20 and w["most_ms"] <= 69, f"{lux} lx at 10 Hz: pulses of {w}, flashes of 50 ms")
    promise(set(f["widths"]) >= {"3", "10", "30", "100"}, "a level of light without a pulse in every corner")
    promise(f["current"]["ours, dark"] <= 6, f"sensor input in the dark: {f['current']['ours, dark']} uA")
    promise(f["sending"]["worst"]["cell_V_at_2.7V"] <= 1.0, "brown-out above 1.0 V a cell")
    promise(f["sending"]["worst, RFM69HW at +20 dBm"]["cell_V_at_2.7V"] <= 1.1, "RFM69HW: brown-out above 1.1 V a cell")
    supplies_and_cells(f, promise)
    promise(all(g["drop_HW_mV"] <= 50 for g in f["floating_gate"].values()), f"leaks close the P-FET: {f['floating_gate']}")
    promise(f["sag"]["node, 3.0 V"]["after_0.1_ms"] <= 100, f"node's supply when sending begins: {f['sag']['node, 3.0 V']}")
    promise(f["sag"]["gateway"]["most_mV"] <= 150, f"gateway's supply when sending begins: {f['sag']['gateway']}")
    promise(all(w["junction_C"] <= 125 for w in f["warmth"].values()), f"regulator too warm: {f['warmth']}")
    promise(f["divider"]["pin_at_4.95V"] < 1.0, f"battery divider over the reference's least 1.0 V: {f['divider']['pin_at_4.95V']}")
    ct = f["ct"]
    promise(ct["pin_at_100A_V"][0] > 0 and ct["pin_at_100A_V"][1] < 3.3, f"current input at 100 A outside of the ADC's range: {ct}")
    low, high = ct["read_at_1A"], ct["read_at_100A"]
    promise(0.95 <= low <= 1.05 and 98 <= high <= 102, f"current input reads {low} and {high} A")
    promise(ct["overload_400A"]["supply_V"] <= 3.7, f"an overload lifts the supply to {ct['overload_400A']['supply_V']} V")
    promise(ct["overload_400A"]["supply_V_with_1k"] > 3.9, "1 kohm is not seen to let an overload through: the simulation has lost it")
    promise(f["sleep"]["sum_dark"]["typical"] <= 18, f"asleep: {f['sleep']['sum_dark']} uA")
    return faults


def supplies_and_cells(f, promise):
    """What no supply may do to the cells, and cells put in the wrong way round to the board."""
    for name, s in f["supplies"].items():
        if name.startswith("original"):
            promise(s["into_cells_mA"] > 10, "the original is not seen to charge its cells: the simulation has lost it")
            continue
        cells = s["into_cells_most_uA"]
        promise(cells["20 C"] <= 0.1 and cells["60 C"] <= 10, f"{name} charges the cells: {cells} uA")
        least = {"FTDI 3.3 V": 2.7}.get(name, 3.2)
        promise(s.get("mcu_V_without_cells_RFM69W", 9) >= least, f"{name} without cells: {s.get('mcu_V_without_cells_RFM69W')} V while sending")
        promise(s.get("back_into_a_supply_uA", 0) <= 50, f"{name}: {s.get('back_into_a_supply_uA')} uA from one into the other")
    for name, r in f["reversed_cells"].items():
        promise(r["load_V"] > -0.6 and r["cells_uA"] < 50 and r["pfet_V"] < 20, f"reversed cells, {name}: {r}")
        promise("jack" not in name and "FTDI" not in name or r["load_V"] > 3, f"reversed cells, {name}: the load has {r['load_V']} V")


def differences(kept, found, path=""):
    """Where two results differ by more than TOLERANCE, and by more than rounding does."""
    if isinstance(kept, dict) and isinstance(found, dict):
        if set(kept) != set(found):
            return [f"results.json: other keys at {path or 'top'} (run.py --write)"]
        return [line for key in kept for line in differences(kept[key], found[key], f"{path}/{key}")]
    if isinstance(kept, (int, float)) and isinstance(found, (int, float)) and not isinstance(kept, bool):
        if abs(kept - found) <= max(TOLERANCE * abs(kept), ROUNDING[type(kept)]):
            return []
    return [] if kept == found else [f"results.json: {path} is {kept}, this run gives {found} (run.py --write)"]
