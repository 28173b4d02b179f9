"""What the sleeping node draws, part by part (uA from the cells at 4.5 V, 25 degrees C).

Radio, processor, clock and comparator as in docs/firmware.md; the sensor input from the simulation; the rest from Ohm's law."""


def budget(values, sensor, battery, ct):
    """{part: {"typical", "most"}}; `sensor`, `battery`, `ct`: figures of experiments.current, power.divider and ct.figures."""
    reference = 3.3e6 / (values["reference_top"] + values["reference_bottom"])
    comparator = 0.31
    rows = {
        "MCU, power-down with watchdog (ATmega328P, 3 V)": (4.2, 8.0),
        "radio asleep (RFM69)": (0.1, 1.0),
        "clock PCF2123, CLKOUT off": (0.1, 0.25),
        "regulator MCP1700": (1.6, 4.0),
        "reference 330 k + 680 k": (reference, reference * 1.02),
        "comparator TS881": (0.21, comparator),
        "light sensor and trimmer, dark": (sensor["ours, dark"] - reference - comparator, sensor["ours, dark"] - reference - comparator + 0.3),
        "bias of the current input 470 k + 470 k": (ct["bias_current_uA"], ct["bias_current_uA"] * 1.02),
        "battery divider 4.7 M + 1 M": (battery["current_uA"] * 4.5 / 4.95, battery["current_uA"]),
        "leaks: four BAT54 to jack and FTDI": (0.5, 2.0),
        "leaks: 47 uF, 10 uF, TVS at the cable": (0.3, 2.0),
    }
    return {name: {"typical": round(a, 2), "most": round(b, 2)} for name, (a, b) in rows.items()}


def figures(values, sensor, battery, ct):
    rows = budget(values, sensor, battery, ct)
    dark = sum(r["typical"] for r in rows.values())
    light = dark + sensor["ours, 2 Hz, 30 lx"] - sensor["ours, dark"]
    return {"parts": rows, "sum_dark": {"typical": round(dark, 1), "most": round(sum(r["most"] for r in rows.values()), 1)},
            "sum_light": round(light, 1)}
