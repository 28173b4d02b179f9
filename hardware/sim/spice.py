"""Runs ngspice decks with other parameters and reads what they write.

A deck stays runnable by hand; here its .param values, marked lines and output file are replaced.
"""
import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent


class SpiceError(RuntimeError):
    """ngspice did not finish; the text is its log."""


def deck(name, params=(), replace=()):
    """Text of deck `name` with .param values set and whole-line patterns replaced.

    params: name -> value; each must occur in a .param line.  replace: (regular expression, text) pairs, each must match once.
    """
    text = (HERE / name).read_text()
    text = text.replace(".include models.lib", f".include {HERE / 'models.lib'}")
    for key, value in dict(params).items():
        pattern = re.compile(rf"^(\.param\b.*?\b{key}=)\S+", re.M)
        text, count = pattern.subn(lambda m, v=value: f"{m.group(1)}{v:.6g}", text)
        if count != 1:
            raise KeyError(f"{name}: {count} parameters {key}")
    for pattern, new in replace:
        text, count = re.subn(pattern, lambda _m, n=new: n, text, flags=re.M | re.S)
        if count != 1:
            raise KeyError(f"{name}: {count} places for {pattern}")
    return text


def run(text, timeout=120):
    """Rows of numbers written by the deck's one `wrdata` (single scale): first column time or sweep."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        text, count = re.subn(r"^wrdata \S+", f"wrdata {out}", text, flags=re.M)
        if count != 1:
            raise KeyError(f"{count} wrdata lines")
        deck_file = Path(folder, "deck.cir")
        deck_file.write_text(text)
        done = subprocess.run(["ngspice", "-b", str(deck_file)], capture_output=True, text=True, timeout=timeout, cwd=folder)
        if not out.exists():
            raise SpiceError(done.stdout[-2000:] + done.stderr[-2000:])
        rows = [[float(word) for word in line.split()] for line in out.read_text().splitlines()]
    if "aborted" in done.stdout + done.stderr or "Timestep too small" in done.stdout + done.stderr:
        raise SpiceError(done.stderr[-2000:])
    return rows


def run_all(texts):
    """`run` of several decks, as many at once as there are cores, in order."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(run, texts))


def crossings(times, values, level):
    """(time, rises) at which `values` cross `level`, between samples by straight line."""
    found = []
    for i in range(1, len(times)):
        a, b = values[i - 1], values[i]
        if (a < level) != (b < level):
            found.append((times[i - 1] + (times[i] - times[i - 1]) * (level - a) / (b - a), b > a))
    return found
