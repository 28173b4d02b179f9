"""Battery path, other supplies, regulator and the divider of the battery's voltage; figures for results.json.

Columns of battery.cir: time, MCU's supply, current into the cells, load, gate, cells behind the fuse, jack, minus what the jack and
what the FTDI adapter give."""
from spice import deck, run, run_all

TYPICAL = {"rcell": 0.45, "rfuse": 0.3, "rdrop": 0.7}
WORST = {"rcell": 0.9, "rfuse": 1.0, "rdrop": 1.4}  # cells nearly empty, resettable fuse after a trip (1812L050: 1 ohm), the regulator's limit
# Leaks as ohms. Warm: P-FET 1 uA at 20 V and 25 degrees C in the sheet, ten times that at 60; BAT54 20 uA each (2 uA at 25 V and
# 25 degrees C is the sheet's limit; assumed ten times that); threshold 0.5 V less 0.1 V.
COOL = {"vth": 0.7, "swing": 0.09, "pleak": 100e6, "dleak": 20e6, "tleak": 1e6}
WARM = {"vth": 0.4, "swing": 0.1, "pleak": 500e3, "dleak": 240e3, "tleak": 1e9}
CLOSED = {**WARM, "vth": 0.9}  # the P-FET that is hardest to switch on, with leaks that lift its gate
BATTERY = tuple(round(2.4 + 0.1 * i, 1) for i in range(25))
CELLS = (3.0, 3.3, 3.6, 4.0, 4.5, 4.8)
SUPPLIES = {"none": (0, 0), "jack 5 V": (5.0, 0), "FTDI 5 V": (0, 5.0), "FTDI 3.3 V": (0, 3.3), "jack and FTDI 5 V": (5.0, 5.0),
            "jack 5 V and FTDI 3.3 V": (5.0, 3.3)}
W, HW = 45e-3, 130e-3  # RFM69W at +13 dBm, RFM69HW at +20 dBm
BROWN_OUT = 2.7  # extended fuse FD: typical
THETA = {"SOT-23": 336, "SOT-89": 153}  # K/W, MCP1700's sheet, little copper


def lowest(rows, start=5e-3, end=104e-3):
    return min(r[1] for r in rows if start <= r[0] <= end)


def capacitors(values):
    return {"cradio": values["radio_capacitor"], "rradio": values["radio_bulk_resistor"], "cout": values["output_capacitor"]}


def sending(values):
    """Voltage at MCU and radio while the radio sends, over the battery's voltage without load; and where it falls to 2.7 V."""
    result = {}
    for name, mode, parts, tx in (("typical", 0, TYPICAL, W), ("worst", 0, WORST, W), ("worst, a Schottky diode in the battery's way", 1, WORST, W),
                                  ("typical, RFM69HW at +20 dBm", 0, TYPICAL, HW), ("worst, RFM69HW at +20 dBm", 0, WORST, HW)):
        rows = run_all([deck("battery.cir", {**parts, **capacitors(values), "mode": mode, "vbat": v, "tx": tx}) for v in BATTERY])
        volts = [lowest(r) for r in rows]
        i = next(i for i, v in enumerate(volts) if v >= BROWN_OUT)
        at = BATTERY[i - 1] + (BATTERY[i] - BATTERY[i - 1]) * (BROWN_OUT - volts[i - 1]) / (volts[i] - volts[i - 1]) if i else BATTERY[0]
        result[name] = {"mcu_V": {str(b): round(v, 2) for b, v in zip(BATTERY, volts) if b in (2.8, 3.0, 3.3, 3.6, 4.0, 4.5, 4.8)},
                        "cell_V_at_2.7V": round(at / 3, 3)}
    return result


def supplies(values):
    """Each supply with cells from 3.0 to 4.8 V: most current into the cells at 20 and 60 degrees C, at rest and sending; the MCU's
    voltage while sending without cells, with an RFM69W and an HW; what the other supply gets back."""
    result = {}
    for name, (jack, ftdi) in SUPPLIES.items():
        plugged = {"jack": jack, "ftdi": ftdi, "rgate": values["gate_resistor"], **capacitors(values)}
        into = {}
        for what, leaks in (("20 C", COOL), ("60 C", WARM)):
            decks = [deck("battery.cir", {**TYPICAL, **plugged, **leaks, "vbat": v, "idle": i, "tx": t})
                     for v in CELLS for i, t in ((0, 0), (7e-3, W))]
            into[what] = round(1e6 * max(r[2] for rows in run_all(decks) for r in rows if r[0] > 1e-3), 2)
        row = {"into_cells_most_uA": into}
        if jack or ftdi:
            for radio, tx in (("RFM69W", W), ("RFM69HW", HW)):
                rows = run(deck("battery.cir", {**WORST, **plugged, "vbat": 0, "rcell": 1e9, "tx": tx}))
                row[f"mcu_V_without_cells_{radio}"] = round(lowest(rows), 2)
        if jack and ftdi:
            rows = run(deck("battery.cir", {**TYPICAL, **plugged, **WARM, "vbat": 4.5, "idle": 0, "tx": 0}))
            row["back_into_a_supply_uA"] = round(1e6 * max(max(r[7], r[8], 0) for r in rows if r[0] > 1e-3), 1)
        result[name] = row
    original = run(deck("battery.cir", {**TYPICAL, "vbat": 3.6, "jack": 5.0, "mode": 2, "idle": 0, "tx": 0}))
    result["original, jack 5 V, cells of 3.6 V"] = {"into_cells_mA": round(1e3 * original[-1][2])}
    return result


def reversed_cells(values):
    """Cells of 4.8 V the wrong way round: voltage at the load, current from them, voltage across the P-FET; alone and with supplies."""
    result = {}
    for name, (jack, ftdi) in SUPPLIES.items():
        rows = run(deck("battery.cir", {**TYPICAL, **WARM, "vbat": -4.8, "jack": jack, "ftdi": ftdi, "rgate": values["gate_resistor"],
                                        "idle": 0, "tx": 0}))
        rows = [r for r in rows if r[0] > 1e-3]
        result[name] = {"load_V": round(min(r[3] for r in rows), 2), "cells_uA": round(1e6 * max(abs(r[2]) for r in rows), 1),
                        "pfet_V": round(max(r[3] - r[5] for r in rows), 1)}
    return result


def floating_gate(values):
    """Nothing plugged in, all diodes leaking at 60 degrees C: how far the gate is lifted, what the P-FET then drops while sending, and
    what of the battery's current at rest is leakage."""
    result = {}
    for v in (2.4, 3.0, 4.8):
        common = {**WORST, **CLOSED, "vbat": v, "rgate": values["gate_resistor"], **capacitors(values)}
        rest, send = run_all([deck("battery.cir", {**common, "idle": 0, "tx": 0}), deck("battery.cir", {**common, "tx": HW})])
        drop = max(r[5] - r[3] for r in send if 6e-3 < r[0] < 104e-3)
        result[str(v)] = {"gate_V": round(rest[-1][4], 2), "drop_HW_mV": round(1e3 * drop), "leakage_uA": round(-1e6 * rest[-1][2] - 1.6 - 1, 1)}
    return result


def sag(values):
    """mV the supply has fallen 0.1 and 1 ms after the radio begins to send, and at most: battery of 3.0 V; Gateway at 4.75 V, 130 mA."""
    result, none = {}, {"cradio": 1e-9, "rradio": 1}
    finely = ((r"^tran .*?$", "tran 1u 8m 0 2u"),)
    for name, text in {
        "node, 3.0 V": deck("battery.cir", {**WORST, **capacitors(values), "vbat": 3.0}, finely),
        "node, 3.0 V, without 47 uF": deck("battery.cir", {**WORST, **capacitors(values), **none, "vbat": 3.0}, finely),
        "node, 3.0 V, 47 uF without its resistor": deck("battery.cir", {**WORST, **capacitors(values), "rradio": 1e-3, "vbat": 3.0}, finely),
        "gateway": deck("gateway.cir", capacitors(values)),
        "gateway, without 47 uF": deck("gateway.cir", {**capacitors(values), **none}),
    }.items():
        rows = run(text)
        rest = [r[1] for r in rows if r[0] < 4.99e-3][-1]
        at = lambda t, rows=rows, rest=rest: round(1e3 * (rest - [r[1] for r in rows if r[0] <= t][-1]))
        result[name] = {"after_0.1_ms": at(5.12e-3), "after_1_ms": at(6.02e-3),
                        "most_mV": round(1e3 * (rest - min(r[1] for r in rows if r[0] > 4.9e-3)))}
    return result


def warmth():
    """Junction temperature (degrees C at 60 around it) if the radio sent all the time; it sends a tenth of a second."""
    result = {}
    for name, case, vin, ampere in (("gateway, RFM69HW", "SOT-89", 5.1, 0.145), ("node on the jack, RFM69W", "SOT-23", 4.7, 0.052),
                                    ("node on the jack, RFM69HW", "SOT-23", 4.6, 0.137)):
        watt = (vin - 3.3 * 0.98) * ampere
        result[name] = {"W": round(watt, 2), "junction_C": round(60 + watt * THETA[case])}
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
            "step_battery_mV": round(1100 / 1023 * ratio, 1), "step_supply_mV": round(3300 / 1023 * ratio, 1),
            "original_pin_at_4.95V": round(4.95 / 3.7, 3)}
