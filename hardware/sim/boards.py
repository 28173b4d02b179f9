"""Compares the boards' parts with what was simulated: by the nets they join, whatever they are called."""
import importlib
import sys
from pathlib import Path

HARDWARE = Path(__file__).resolve().parents[1]
TOP, DIRECT_LEAST, DIRECT_MOST = "+3V3", 10e-6, 22e-6  # what hangs on the regulator without a resistor

# board -> (nets of a two-pole part, key in values.json); a third pin of the trimmer is tied to one of them
RESISTORS = {
    "meternode": ((TOP, "SENSOR_3V3", "node_supply_resistor"), ("SENSE", "GND", "trimmer"), ("SENSE", "VPLUS", "input_resistor"),
                  ("VPLUS", "IMPULSE", "feedback"), (TOP, "VREF", "reference_top"), ("VREF", "GND", "reference_bottom"),
                  ("VBAT", "BATT_ADC", "battery_divider_top"), ("BATT_ADC", "GND", "battery_divider_bottom"), ("GATE", "GND", "gate_resistor"),
                  ("LED", "PUCK_LED", "led_resistor"), ("CT_IN", "CT_BIAS", "ct_burden"), (TOP, "CT_BIAS", "ct_bias"),
                  ("CT_BIAS", "GND", "ct_bias"), ("CT_IN", "CT", "ct_series"), (TOP, "BULK", "radio_bulk_resistor")),
    "gateway": ((TOP, "BULK", "radio_bulk_resistor"),),
    "puck": ((TOP, "LDR_SUPPLY", "puck_supply_resistor"),),
}
CAPACITORS = {
    "meternode": (("VPLUS", "IMPULSE", "feedback_capacitor"), ("VREF", "GND", "reference_capacitor"),
                  ("BATT_ADC", "GND", "battery_divider_capacitor"), ("CT_BIAS", "GND", "ct_bias_capacitor"), ("BULK", "GND", "radio_capacitor")),
    "gateway": (("BULK", "GND", "radio_capacitor"),),
    "puck": (),
}
# other parts: what its value begins with -> pin -> net
SILICON = {
    "meternode": (("DMG2305UX", {"1": "GATE", "2": "LOAD", "3": "VBAT"}), ("BAT54C", {"1": "JACK", "2": "FTDI_VCC", "3": "LOAD"}),
                  ("BAT54C", {"1": "JACK", "2": "FTDI_VCC", "3": "GATE"}), ("MCP1700", {"1": "GND", "2": TOP, "3": "LOAD"}),
                  ("BAV99", {"1": "GND", "2": TOP, "3": "CT"}), ("TS881", {"1": "IMPULSE", "2": "GND", "3": "VPLUS", "4": "VREF", "5": TOP}),
                  ("SMAJ5.0A", {"1": "JACK", "2": "GND"})),
    "gateway": (("MCP1700", {"1": "GND", "2": "+5V", "3": TOP}),),
    "puck": (),
}


def parts_of(name):
    """The parts of boards/<name>.py that are fitted."""
    for folder in ("boards", "lib", "tools"):
        if str(HARDWARE / folder) not in sys.path:
            sys.path.insert(0, str(HARDWARE / folder))
    return [p for p in importlib.import_module(name).board.parts if p.fitted]


def number(value):
    """Ohms or farads of a value as printed: "4M7", "100n"; None for anything else."""
    passives = importlib.import_module("passives")
    value = value.removesuffix("ohm").strip()
    try:
        return passives.number(value + "R" if value.isdigit() else value)
    except passives.Fault:
        return None


def printed(number):
    """The value as boards print it: 4.7e6 -> "4M7"."""
    unit, size = max(((u, s) for u, s in importlib.import_module("passives").UNITS.items() if s <= number * 1.000001), key=lambda pair: pair[1])
    whole, _, part = f"{number / size:g}".partition(".")
    return whole + unit + part


def between(parts, a, b, letter):
    """Parts whose pins are on these two nets only, with a reference of that kind (R, C; a trimmer counts as R)."""
    kinds = {"R": ("Device:R",), "C": ("Device:C",)}[letter]
    return [p for p in parts if p.symbol.startswith(kinds) and {n for n in p.nets.values() if n} == {a, b}]


def matches(part, value, nets):
    """Whether a part is of this kind and on these nets; the two anodes of a BAT54C are the same."""
    same = [dict(nets)]
    if value == "BAT54C":
        same.append({**nets, "1": nets["2"], "2": nets["1"]})
    return part.value.startswith(value) and any(all(part.nets.get(pin) == net for pin, net in way.items()) for way in same)


def unlike(values, load=parts_of):
    """Sentences about every part that is not what was simulated."""
    faults = []
    for board in RESISTORS:
        parts = load(board)
        for letter, wanted in (("R", RESISTORS[board]), ("C", CAPACITORS[board])):
            for a, b, key in wanted:
                found = between(parts, a, b, letter)
                if len(found) != 1:
                    faults.append(f"{board}: {len(found)} parts {letter} between {a} and {b}, simulated was one ({key} in sim/values.json)")
                elif (n := number(found[0].value)) is None or abs(n / values[key] - 1) > 1e-6:
                    faults.append(f"{board}: {found[0].ref} is {found[0].value}, simulated was {printed(values[key])} ({key} in sim/values.json)")
        for value, nets in SILICON[board]:
            if not any(matches(p, value, nets) for p in parts):
                faults.append(f"{board}: no {value} with {', '.join(f'{pin} on {net}' for pin, net in nets.items())}, as simulated")
        if board != "puck":
            direct = sum(number(p.value) or 0 for p in between(parts, TOP, "GND", "C"))
            if not DIRECT_LEAST <= direct <= DIRECT_MOST:
                faults.append(f"{board}: {1e6 * direct:.1f} uF directly at the regulator, {1e6 * DIRECT_LEAST:g} to {1e6 * DIRECT_MOST:g} wanted")
    if not any(p.value == values["ldr"] for p in load("puck")):
        faults.append(f"puck: no light sensor {values['ldr']}")
    return faults


def blind(values):
    """Changes every compared part in turn; sentences about changes that `unlike` does not see."""
    from dataclasses import replace
    faults = []
    for board in RESISTORS:
        parts = parts_of(board)

        def seen(old, new, board=board, parts=parts):
            changed = [new if p is old else p for p in parts]
            return unlike(values, lambda name: changed if name == board else parts_of(name)) != unlike(values)

        for letter, wanted, other in (("R", RESISTORS[board], "1k5"), ("C", CAPACITORS[board], "15p")):
            for a, b, key in wanted:
                for part in between(parts, a, b, letter):
                    if not seen(part, replace(part, value=other)):
                        faults.append(f"{board}: {part.ref} of {other} goes unnoticed ({key})")
        for value, nets in SILICON[board]:
            for part in (p for p in parts if matches(p, value, nets)):
                one, two = list(nets)[0], list(nets)[-1]
                if not seen(part, replace(part, nets={**part.nets, one: part.nets[two], two: part.nets[one]})):
                    faults.append(f"{board}: {part.ref} with pins {one} and {two} exchanged goes unnoticed")
    return faults
