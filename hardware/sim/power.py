"""The battery path and the divider of the battery's voltage; figures for results.json."""
from spice import deck, run, run_all

TYPICAL = {"rcell": 0.45, "rfuse": 0.3, "rdrop": 0.7}
WORST = {"rcell": 0.9, "rfuse": 1.0, "rdrop": 1.4}  # cells nearly empty, resettable fuse after a trip, the regulator's limit
BATTERY = tuple(round(2.4 + 0.1 * i, 1) for i in range(25))
BROWN_OUT = 2.7  # extended fuse FD: typical


def lowest(rows, start=5e-3, end=104e-3):
    return min(r[1] for r in rows if start <= r[0] <= end)


def sending(values):
    """Voltage at MCU and radio while 52 mA flow (radio 45 mA), over the battery's voltage without load; and where it falls to 2.7 V."""
    result = {}
    for name, mode, parts in (("typical", 0, TYPICAL), ("worst", 0, WORST), ("worst, a Schottky diode in the battery's way", 1, WORST)):
        rows = run_all([deck("battery.cir", {**parts, "mode": mode, "vbat": v, "cradio": values["radio_capacitor"],
                                             "cout": values["output_capacitor"]}) for v in BATTERY])
        volts = [lowest(r) for r in rows]
        i = next(i for i, v in enumerate(volts) if v >= BROWN_OUT)
        at = BATTERY[i - 1] + (BATTERY[i] - BATTERY[i - 1]) * (BROWN_OUT - volts[i - 1]) / (volts[i] - volts[i - 1])
        result[name] = {"mcu_V": {str(b): round(v, 2) for b, v in zip(BATTERY, volts) if b in (2.8, 3.0, 3.3, 3.6, 4.0, 4.5, 4.8)},
                        "cell_V_at_2.7V": round(at / 3, 3)}
    return result


def sag(values):
    """mV the supply has fallen 0.1 and 1 ms after the radio begins to send, at a battery of 3.0 V, with and without the capacitor at the radio."""
    result = {}
    for name, capacitor in (("with 47 uF", values["radio_capacitor"]), ("without", 1e-9)):
        rows = run(deck("battery.cir", {**WORST, "vbat": 3.0, "cradio": capacitor, "cout": values["output_capacitor"]},
                        ((r"^tran .*?$", "tran 1u 8m 0 2u"),)))
        rest = [r[1] for r in rows if r[0] < 4.99e-3][-1]
        at = lambda t: round(1e3 * (rest - [r[1] for r in rows if r[0] <= t][-1]))
        result[name] = {"after_0.1_ms": at(5.12e-3), "after_1_ms": at(6.02e-3)}
    return result


def wrong_polarity(values):
    """Cells put in the wrong way round: voltage behind the P-FET and current from the cells."""
    rows = run(deck("battery.cir", {**TYPICAL, "vbat": -4.8, "idle": 0, "tx": 0}))
    return {"vin_least_V": round(min(r[3] for r in rows), 3), "current_most_uA": round(1e6 * max(abs(r[2]) for r in rows[10:]), 2)}


def charging(values):
    """Jack of 5 V plugged in with cells of 3.6 V: current into the cells (mA)."""
    result = {}
    for name, mode in (("ours", 0), ("original", 2)):
        rows = run(deck("battery.cir", {**TYPICAL, "vbat": 3.6, "jack": 5.0, "mode": mode, "idle": 0, "tx": 0}))
        result[name] = round(1e3 * rows[-1][2], 4)
    return result


def divider(values):
    """Divider for the 1.1 V reference (1.0 to 1.2 V): voltage at the pin, settling, error by sampling and by 50 nA of leakage."""
    parts = {"top": values["battery_divider_top"], "bottom": values["battery_divider_bottom"], "c": values["battery_divider_capacitor"]}
    fresh, low, leaky = run_all([deck("divider.cir", {**parts, "vbat": v, "leak": i}) for v, i in ((4.95, 0), (2.7, 0), (2.7, 50e-9))])
    ratio = (parts["top"] + parts["bottom"]) / parts["bottom"]
    before = [r for r in fresh if r[0] < 0.999][-1]
    sampled = min(r[1] for r in fresh if r[0] > 0.9999)
    settled = next(r[0] for r in fresh if r[1] > 0.99 * before[1])
    return {"ratio": ratio, "pin_at_4.95V": round(before[1], 3), "settles_99_percent_ms": round(1e3 * settled),
            "sampling_error_battery_mV": round(1e3 * (before[1] - sampled) * ratio, 2), "current_uA": round(-1e6 * before[2], 2),
            "leakage_50nA_error_battery_mV": round(1e3 * (leaky[-400][1] - low[-400][1]) * ratio),
            "step_battery_mV": round(1100 / 1023 * ratio, 1), "original_pin_at_4.95V": round(4.95 / 3.7, 3)}
