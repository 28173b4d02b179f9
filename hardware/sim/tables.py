"""The tables of docs/hardware-simulation.md and docs/hardware.md."""
import re

ALL = "one setting, -20...60 C"


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


def ohm(name):
    """A name from results.json as the documents print it."""
    return name.replace("Mohm", "MΩ").replace("kohm", "kΩ")


def tables(f):
    """Marker -> table."""
    ldr = [("10 Hz", "flashes of 50 ms, 10 Hz"), ("5 Hz", "flashes of 50 ms, 5 Hz"), ("2 Hz", "flashes of 50 ms, 2 Hz"),
           ("2 Hz, flashes of 10 ms", "flashes of 10 ms, 2 Hz")]
    kinds = [(ALL, "−20…60 °C"), ("20 C", "20 °C"),
             ("one setting, -20...60 C, ambient light of 10 %", "−20…60 °C, ambient light of a tenth")]
    lux = list(f["working"]["10 Hz"][ALL])
    d, c, s = f["divider"], f["current"], f["supplies"]
    charged, original = s["jack 5 V"]["into_cells_most_uA"]["20 C"], s["original, jack 5 V, cells of 3.6 V"]["into_cells_mA"]
    return {
        "working": table(["", *(f"{x} lx" for x in lux)],
                         [[f"{name}; {kind}", *(percent(f["working"][train][key][x]) for x in lux)]
                          for train, name in ldr for key, kind in kinds if train == "10 Hz" or key == ALL or "ambient" in key]),
        "feedback": table(["feedback", "travel stuck in the dark", "off / dark at 1 MΩ", "hysteresis in light, 30 kΩ", "300 kΩ",
                           "works at 10 Hz, 3 lx", "30 lx"],
                          [[ohm(name), percent(v["stuck_percent"]), f"{v['margin_at_1M']:.1f}",
                            *(percent(v[k]) for k in ("hysteresis_light_percent_at_30k", "hysteresis_light_percent_at_300k",
                                                      "travel_10Hz_3lx_percent", "travel_10Hz_30lx_percent"))]
                           for name, v in f["feedback"].items()]),
        "choice": table(["", "3 lx", "30 lx", "300 lx", "travel stuck in the dark"],
                        [[kind + name, *(percent(v[k]) for k in ("travel_3lx_percent", "travel_30lx_percent", "travel_300lx_percent",
                                                                 "stuck_percent"))]
                         for kind, rows in (("reference ", f["references"]), ("light sensor ", f["sensors"]))
                         for name, v in rows.items()]),
        "levels": table(["trimmer", "switches on at", "off at", "on, over temperature and supply"],
                        [[ohm(name), f"{lx(v['on_lx'])} lx", f"{lx(v['off_lx'])} lx",
                         f"{lx(v['on_least_lx'])} … {lx(v['on_most_lx'])} lx"]
                         for name, v in f["levels"].items()]),
        "widths": table(["light", *(f"{x} lx" for x in f["widths"])],
                        [["pulse for a flash of 50 ms, ms",
                          *(f"{w['least_ms']:.0f} … {w['most_ms']:.0f}" for w in f["widths"].values())]]),
        "battery": table(["battery without load", *(f"{v} V" for v in f["sending"]["worst"]["mcu_V"]), "2.7 V reached at"],
                         [["MCU while sending, " + name, *(f"{v:.2f} V" for v in row["mcu_V"].values()), f"{row['cell_V_at_2.7V']:.2f} V a cell"]
                          for name, row in f["sending"].items()]),
        "rest": table(["", "ours", "original"], [
            ["sensor input, dark / 30 lx at 2 Hz",
             *(f"{c[f'{who}, dark']:.1f} / {c[f'{who}, 2 Hz, 30 lx']:.1f} µA" for who in ("ours", "original"))],
            ["jack of 5 V plugged in, cells of 3.6 V: charged with", f"{charged:.0f} mA", f"{original:.0f} mA"],
            ["battery divider: pin at 4.95 V", f"{d['pin_at_4.95V']:.2f} V", f"{d['original_pin_at_4.95V']:.2f} V"],
            ["one step against the supply, as the firmware measures / against 1.1 V", f"{d['step_supply_mV']} / {d['step_battery_mV']} mV",
             "12 / – mV"],
            ["settles to 99 % / current", f"{d['settles_99_percent_ms']} ms / {d['current_uA']} µA", "–"],
            ["error by 50 nA of leakage at the pin", f"{d['leakage_50nA_error_battery_mV']} mV", "–"]]),
        **power_tables(f),
    }


def power_tables(f):
    """Supplies, reversed cells, gate, start of sending, warmth, current input, sleep."""
    s = f["sleep"]
    volt = lambda row, radio: f"{row[f'mcu_V_without_cells_{radio}']:.2f} V" if f"mcu_V_without_cells_{radio}" in row else "–"
    ct, over = f["ct"], f["ct"]["overload_400A"]
    return {
        "supplies": table(["plugged in", "into the cells at most, 20 °C", "60 °C", "no cells, sending: MCU, RFM69W", "RFM69HW",
                           "cells reversed: load", "from the cells"],
                          [[name, *(f"{max(v, 0):.1f} µA" for v in row["into_cells_most_uA"].values()),
                            volt(row, "RFM69W"), volt(row, "RFM69HW"),
                            f"{f['reversed_cells'][name]['load_V']:.1f} V".replace("-", "−"), f"{f['reversed_cells'][name]['cells_uA']:.0f} µA"]
                           for name, row in f["supplies"].items() if not name.startswith("original")]),
        "gate": table(["battery", *(f"{v} V" for v in f["floating_gate"])],
                      [["gate, lifted by leaks", *(f"{g['gate_V']:.2f} V" for g in f["floating_gate"].values())],
                       ["P-FET drops with an RFM69HW sending", *(f"{g['drop_HW_mV']} mV" for g in f["floating_gate"].values())],
                       ["leaks from the cells", *(f"{g['leakage_uA']:.0f} µA" for g in f["floating_gate"].values())]]),
        "sag": table(["supply below its rest", "0.1 ms after sending begins", "1 ms", "at most"],
                     [[name.replace("uF", "µF"), *(f"{r[k]} mV" for k in ("after_0.1_ms", "after_1_ms", "most_mV"))]
                      for name, r in f["sag"].items()]),
        "warmth": table(["regulator, 60 °C around it, sending without end", "heat", "chip"],
                        [[name, f"{w['W']:.2f} W", f"{w['junction_C']} °C"] for name, w in f["warmth"].items()]),
        "ct": table(["", ""], [
            ["pin at 100 A, supply 3.3 V", f"{ct['pin_at_100A_V'][0]:.2f} … {ct['pin_at_100A_V'][1]:.2f} V"],
            ["most current, supply 3.3 / 3.0 / 2.7 V", " / ".join(f"{a}" for a in ct["most_A"].values()) + " A"],
            ["one step of the ADC", f"{ct['step_A']} A"],
            ["400 A for 0.1 s, clamp not saturating: at the burden / through the diodes", f"{over['burden_peak_V']} V / {over['clamp_peak_mA']} mA"],
            ["… supply of the sleeping node: 10 kΩ / the original's 1 kΩ with diodes",
             f"{over['supply_V']} V / {over['supply_V_with_1k']} V (radio: at most 3.9 V)"],
            ["bias settles in", f"{ct['bias_settles_s']} s"]]),
        "sleep": table(["asleep, 25 °C, battery 4.5 V", "typical", "most"],
                       [[name.replace("uF", "µF"), f"{r['typical']:.1f} µA", f"{r['most']:.1f} µA"] for name, r in s["parts"].items()]
                       + [["**sum, dark**", f"**{s['sum_dark']['typical']:.1f} µA**", f"**{s['sum_dark']['most']:.1f} µA**"],
                          ["sum, meter flashing twice a second with 30 lx", f"{s['sum_light']:.1f} µA", ""]]),
    }


def put(texts, f):
    """The documents with their tables, between `<!-- sim:name -->` and `<!-- /sim -->`; each table has one place in one of them."""
    for name, new in tables(f).items():
        count = 0
        for i, text in enumerate(texts):
            text, n = re.subn(rf"(<!-- sim:{name} -->\n).*?(<!-- /sim -->)", lambda m, n=new: m.group(1) + n + "\n" + m.group(2), text, flags=re.S)
            texts = [*texts[:i], text, *texts[i + 1:]]
            count += n
        if count != 1:
            raise KeyError(f"{count} places for the table {name}")
    return texts
