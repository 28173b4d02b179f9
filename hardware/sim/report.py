"""The promises, the tables of docs/hardware.md, and the comparison of two runs."""
import re

# What is promised of the sensor input with one setting of the trimmer from -20 to 60 degrees C and 2.0 to 3.3 V,
# for the worst sample of the light sensor: train of flashes -> (lx -> least share of the trimmer's travel in percent)
WORKING = {
    "10 Hz": {"3": 4, "10": 2.5, "30": 1.0, "100": 0.4},
    "5 Hz": {"3": 20, "10": 20, "30": 20, "100": 10, "300": 5, "1000": 3, "3000": 1.5},
    "2 Hz": {"3": 20, "10": 20, "30": 20, "100": 20, "300": 20, "1000": 20, "3000": 20},
}
TOLERANCE = 0.15  # relative, between runs of different versions of ngspice
ALL = "one setting, -20...60 C"


def broken(f):
    """Promises not kept, as sentences."""
    faults = []

    def promise(kept, text):
        if not kept:
            faults.append(text)

    for train, levels in WORKING.items():
        for lux, least in levels.items():
            share = f["working"][train][ALL][lux]
            promise(share >= least, f"{train}, {lux} lx: {share} % of the trimmer's travel work, {least} % promised")
    ours = f["feedback"]["4.7 Mohm"]
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
    promise(f["wrong_polarity"]["vin_least_V"] > -0.3 and f["wrong_polarity"]["current_most_uA"] < 10, f"reversed cells: {f['wrong_polarity']}")
    promise(abs(f["charging"]["ours"]) < 0.01, f"the jack charges the cells: {f['charging']['ours']} mA")
    promise(f["charging"]["original"] > 10, "the original is not seen to charge its cells: the simulation has lost it")
    promise(f["divider"]["pin_at_4.95V"] < 1.0, f"battery divider over the reference's least 1.0 V: {f['divider']['pin_at_4.95V']}")
    return faults


def differences(kept, found, path=""):
    """Where two results differ by more than TOLERANCE, or in a small figure by more than 0.6."""
    if isinstance(kept, dict) and isinstance(found, dict):
        if set(kept) != set(found):
            return [f"results.json: other keys at {path or 'top'} (run.py --write)"]
        return [line for key in kept for line in differences(kept[key], found[key], f"{path}/{key}")]
    if isinstance(kept, (int, float)) and isinstance(found, (int, float)) and not isinstance(kept, bool):
        if abs(kept - found) <= max(TOLERANCE * abs(kept), 0.6):
            return []
    return [] if kept == found else [f"results.json: {path} is {kept}, this run gives {found} (run.py --write)"]


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def percent(value):
    if value is None:
        return "never releases"
    return f"{value:.{0 if value >= 10 or value == 0 else 1 if value >= 1 else 2}f} %"


def lx(value):
    """Three digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def tables(f):
    """Marker -> table."""
    ldr = [("10 Hz", "flashes of 50 ms, 10 Hz"), ("5 Hz", "flashes of 50 ms, 5 Hz"), ("2 Hz", "flashes of 50 ms, 2 Hz"),
           ("2 Hz, flashes of 10 ms", "flashes of 10 ms, 2 Hz")]
    kinds = [(ALL, "−20…60 °C"), ("20 C", "20 °C"), ("one setting, -20...60 C, ambient light of 10 %", "−20…60 °C, ambient light of a tenth")]
    lux = list(f["working"]["10 Hz"][ALL])
    d, c = f["divider"], f["current"]
    return {
        "working": table(["", *(f"{x} lx" for x in lux)],
                         [[f"{name}; {kind}", *(percent(f["working"][train][key][x]) for x in lux)]
                          for train, name in ldr for key, kind in kinds if train == "10 Hz" or key == ALL or "ambient" in key]),
        "feedback": table(["feedback", "travel stuck in the dark", "off / dark at 1 MΩ", "hysteresis in light, 30 kΩ", "300 kΩ", "works at 10 Hz, 3 lx", "30 lx"],
                          [[name.replace("Mohm", "MΩ").replace("kohm", "kΩ"), percent(v["stuck_percent"]), f"{v['margin_at_1M']:.1f}", percent(v["hysteresis_light_percent_at_30k"]),
                            percent(v["hysteresis_light_percent_at_300k"]), percent(v["travel_10Hz_3lx_percent"]), percent(v["travel_10Hz_30lx_percent"])]
                           for name, v in f["feedback"].items()]),
        "choice": table(["", "3 lx", "30 lx", "300 lx", "travel stuck in the dark"],
                        [[kind + name, percent(v["travel_3lx_percent"]), percent(v["travel_30lx_percent"]), percent(v["travel_300lx_percent"]), percent(v["stuck_percent"])]
                         for kind, rows in (("reference ", f["references"]), ("light sensor ", f["sensors"])) for name, v in rows.items()]),
        "levels": table(["trimmer", "switches on at", "off at", "on, over temperature and supply"],
                        [[name.replace("kohm", "kΩ"), f"{lx(v['on_lx'])} lx", f"{lx(v['off_lx'])} lx", f"{lx(v['on_least_lx'])} … {lx(v['on_most_lx'])} lx"]
                         for name, v in f["levels"].items()]),
        "widths": table(["light", *(f"{x} lx" for x in f["widths"])],
                        [["pulse for a flash of 50 ms, ms", *(f"{w['least_ms']:.0f} … {w['most_ms']:.0f}" for w in f["widths"].values())]]),
        "battery": table(["battery without load", *(f"{v} V" for v in f["sending"]["worst"]["mcu_V"]), "2.7 V reached at"],
                         [["MCU while sending, " + name, *(f"{v:.2f} V" for v in row["mcu_V"].values()), f"{row['cell_V_at_2.7V']:.2f} V a cell"]
                          for name, row in f["sending"].items()]),
        "rest": table(["", "ours", "original"], [
            ["sensor input, dark / 30 lx at 2 Hz", f"{c['ours, dark']:.1f} / {c['ours, 2 Hz, 30 lx']:.1f} µA", f"{c['original, dark']:.1f} / {c['original, 2 Hz, 30 lx']:.1f} µA"],
            ["jack plugged in, cells of 3.6 V: charged with", f"{f['charging']['ours']:.0f} mA", f"{f['charging']['original']:.0f} mA"],
            ["cells the wrong way round: at the regulator", f"{abs(f['wrong_polarity']['vin_least_V']):.1f} V", "–"],
            ["supply 0.1 ms after sending begins, battery 3.0 V", f"−{f['sag']['with 47 uF']['after_0.1_ms']} mV", f"−{f['sag']['without']['after_0.1_ms']} mV"],
            ["battery divider: pin at 4.95 V", f"{d['pin_at_4.95V']:.2f} V", f"{d['original_pin_at_4.95V']:.2f} V"],
            ["one step, with the 1.1 V reference", f"{d['step_battery_mV']} mV", "–"],
            ["settles to 99 % / current", f"{d['settles_99_percent_ms']} ms / {d['current_uA']} µA", "–"],
            ["error by 50 nA of leakage at the pin", f"{d['leakage_50nA_error_battery_mV']} mV", "–"]]),
    }


def put(text, f):
    """The document with its tables, between `<!-- sim:name -->` and `<!-- /sim -->`."""
    for name, new in tables(f).items():
        text, count = re.subn(rf"(<!-- sim:{name} -->\n).*?(<!-- /sim -->)", lambda m, n=new: m.group(1) + n + "\n" + m.group(2), text, flags=re.S)
        if count != 1:
            raise KeyError(f"docs/hardware.md: {count} places for the table {name}")
    return text
