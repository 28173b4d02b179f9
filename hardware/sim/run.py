#!/usr/bin/env python3
"""Simulates sensor input, supplies and current input: `run.py` prints the figures as JSON.

--write    writes results.json and the tables of the two documents
--check    fails where a promise is broken, a board has other values, or results.json or the tables are not what this run gives
"""
import json
import sys
from pathlib import Path

import boards
import ct
import experiments
import power
import report
import sleep
import tables

HERE = Path(__file__).resolve().parent
DOCS = [HERE.parents[1] / "docs" / name for name in ("hardware.md", "hardware-simulation.md")]
RESULTS = HERE / "results.json"


def figures(values):
    """All figures of these values."""
    bench = experiments.Bench()
    bench.need_tables([experiments.network(values), experiments.ORIGINAL])
    found = {
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
        "supplies": power.supplies(values),
        "reversed_cells": power.reversed_cells(values),
        "floating_gate": power.floating_gate(values),
        "warmth": power.warmth(),
        "divider": power.divider(values),
        "ct": ct.figures(values),
    }
    return {**found, "sleep": sleep.figures(values, found["current"], found["divider"], found["ct"])}


def main(arguments):
    values = json.loads((HERE / "values.json").read_text())
    found = figures(values)
    print(json.dumps(found, indent=1))
    faults = report.broken(found, values)
    texts = [path.read_text() for path in DOCS]
    if "--write" in arguments:
        RESULTS.write_text(json.dumps(found, indent=1) + "\n")
        for path, text in zip(DOCS, tables.put(texts, found)):
            path.write_text(text)
    if "--check" in arguments:
        faults += boards.unlike(values) or boards.blind(values)
        kept = json.loads(RESULTS.read_text())
        faults += report.differences(kept, found)
        if tables.put(texts, kept) != texts:
            faults.append("docs: tables are not those of results.json (run.py --write)")
    for fault in faults:
        print("FAIL", fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
