"""Parts of the catalogue as `Part`s. Boards say only the nets and the place; symbol, footprint and order numbers come from here.

    R("R1", "10k", "+3V3", "RESET", (10, 20, 0))
    C("C1", "100n", "+3V3", "GND", (12, 20, 90), side="bottom")
    make("bav99", "D1", {"A1": "GND", "K2": "+3V3", "COM": "CT"}, (30, 20, 0))
"""
import functools
import tomllib
from pathlib import Path

import passives
from library import pins
from model import Fault, Part

HERE = Path(__file__).resolve().parent
ENTRY = ("symbol", "footprint", "value", "side", "maker", "mpn", "listed", "price", "in_bom", "facts", "note")


@functools.lru_cache(None)
def catalogue():
    """Key -> entry as in catalogue/*.toml; `like` takes over what another entry says. Headers 1xN come by themselves."""
    table = {f"header-{n}": passives.header(n) for n in range(1, 21)}
    for path in sorted((HERE / "catalogue").glob("*.toml")):
        table |= tomllib.loads(path.read_text())
    return {key: {**table.get(entry.get("like"), {}), **entry} for key, entry in table.items()}


def make(key, ref, nets, at, value=None, **more):
    """One part of the catalogue. `nets`: pin name, number, "name/number" or one of the entry's `names` -> net.
    Pins left out stay open on purpose. `more` overrides fields of Part."""
    if key not in catalogue():
        raise Fault(f"{ref}: no part '{key}' in the catalogue; there are {', '.join(sorted(catalogue()))}")
    entry = catalogue()[key]
    fields = {name: entry[name] for name in ENTRY if name in entry}
    fields["alternatives"] = tuple(entry.get("alternatives", ()))
    if value is not None:
        fields["value"] = value
        fields |= {k: tuple(v) if k == "alternatives" else v for k, v in entry.get("values", {}).get(value, {}).items()}
    if not fields.get("in_bom", True):
        fields["show_ref"] = False
    return Part(ref=ref, nets=_resolved(ref, key, entry, nets), at=tuple(at), **{**fields, **more})


def _resolved(ref, key, entry, nets):
    """Pin number -> net for every pin of the symbol."""
    symbol, result = pins(entry["symbol"]), {}
    for name, net in nets.items():
        numbers = _numbers(str(name), symbol, entry.get("names", {}))
        if not numbers:
            known = ", ".join(f"{number} {pin['name']}" for number, pin in symbol.items())
            raise Fault(f"{ref}: {key} has no pin '{name}'; it has {known}")
        for number in numbers:
            if number in result:
                raise Fault(f"{ref}: pin {number} is named twice, the second time as '{name}'")
            result[number] = net
    return {number: result.get(number) for number in symbol}


def _numbers(name, symbol, others):
    """Pin numbers meant by a name."""
    plain = {number: pin["name"].replace("~{", "").replace("}", "") for number, pin in symbol.items()}
    if name in others:
        return [others[name]]
    if name in symbol and all(n in ("~", number) for number, n in plain.items() if number == name):
        return [name]
    same = [number for number, n in plain.items() if name in (n, symbol[number]["name"]) and n != "~"]
    if same:
        return same
    front, _, number = name.rpartition("/")
    if number in symbol and front in (plain[number], symbol[number]["name"]):
        return [number]
    if name in symbol:
        return [name]
    return [number for number, n in plain.items() if name in n.split("/")]


def R(ref, value, one, two, at, **more):
    """A resistor 0805, 1 %: value as "10k", "4M7", "100R", "0R"; "DNP" are pads only."""
    return _passive(passives.resistor(value), ref, value, one, two, at, more)


def C(ref, value, one, two, at, **more):
    """A capacitor 0805 (1206 for 47 uF): value as "100n", "22p", "10u"; "DNP" are pads only."""
    return _passive(passives.capacitor(value), ref, value, one, two, at, more)


def _passive(entry, ref, value, one, two, at, more):
    if value == "DNP":
        entry = {**entry, "fitted": False}
    return Part(ref=ref, nets={"1": one, "2": two}, at=tuple(at), **{"value": value, **entry, **more})
