#!/usr/bin/env python3
"""Simulates the sensor input and the battery path: `run.py` prints the figures as JSON.

--write    writes results.json and the tables of docs/hardware.md
--check    fails where a promise is broken, a board has other values, or results.json or the tables are not what this run gives
"""
import csv
import json
import sys
from pathlib import Path

import experiments
import power
import report

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs" / "hardware.md"
RESULTS = HERE / "results.json"


def unlike_boards(values):
    """Where a built board's list of parts has another value than was simulated."""
    parts = {}
    for row in csv.DictReader((HERE.parent / "out" / "puck" / "puck-bom.csv").open()):
        for reference in row["References"].replace(",", " ").split():
            parts[reference] = row["Value"]
    expected = {"R1": f"{values['puck_supply_resistor']:g}R", "R2": values["ldr"]}
    return [f"puck: {ref} is {parts.get(ref)}, simulated was {value}" for ref, value in expected.items() if parts.get(ref) != value]


def figures():
    values = json.loads((HERE / "values.json").read_text())
    bench = experiments.Bench()
    bench.need_tables([experiments.network(values), experiments.ORIGINAL])
    return {
        "feedback": experiments.feedback(bench, values),
        "references": experiments.references(bench, values),
        "sensors": experiments.sensors(bench, values),
        "working": experiments.working(bench, values),
        "levels": experiments.levels(bench, values),
        "widths": experiments.widths(bench, values),
        "whole": experiments.whole(bench, values),
        "current": experiments.current(values),
        "sending": power.sending(values),
        "sag": power.sag(values),
        "wrong_polarity": power.wrong_polarity(values),
        "charging": power.charging(values),
        "divider": power.divider(values),
    }


def main(arguments):
    found = figures()
    print(json.dumps(found, indent=1))
    faults = report.broken(found)
    if "--write" in arguments:
        RESULTS.write_text(json.dumps(found, indent=1) + "\n")
        DOCS.write_text(report.put(DOCS.read_text(), found))
    if "--check" in arguments:
        faults += unlike_boards(json.loads((HERE / "values.json").read_text()))
        kept = json.loads(RESULTS.read_text())
        faults += report.differences(kept, found)
        if report.put(DOCS.read_text(), kept) != DOCS.read_text():
            faults.append("docs/hardware.md: tables are not those of results.json (run.py --write)")
    for fault in faults:
        print("FAIL", fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
