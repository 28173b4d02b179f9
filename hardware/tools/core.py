"""Compiles route.c with the machine's C compiler (CC, default cc) and calls it: the router's inner loops, in whole numbers.

The library is kept in hardware/build under a name made from its source."""
import ctypes
import functools
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("route.c")
FLAGS = ["-O2", "-std=c11", "-shared", "-fPIC"]
I16, U16, I32, I64 = (ctypes.POINTER(t) for t in (ctypes.c_int16, ctypes.c_uint16, ctypes.c_int32, ctypes.c_int64))


class Map(ctypes.Structure):
    """Size of the grid (pitch in nm) and prices in hundredths of a millimetre of track."""
    _fields_ = [(n, ctypes.c_int32) for n in ("columns", "rows", "pitch", "step", "diagonal", "via", "cross", "turn")]


class Rules(ctypes.Structure):
    """What one search may use: maps for each width from wide to narrow, and for vias."""
    _fields_ = [("levels", ctypes.c_int32), ("net", ctypes.c_int32), ("fixed", I16 * 8), ("counts", U16 * 8),
                ("factor", ctypes.c_int32 * 4), ("via_fixed", I16 * 2), ("via_counts", U16 * 2), ("holes", U16),
                ("history", U16 * 2)]


@functools.lru_cache(None)
def library():
    """The compiled route.c."""
    compiler = os.environ.get("CC") or next((c for c in ("cc", "gcc", "clang") if shutil.which(c)), None)
    if not compiler:
        raise SystemExit("the router needs a C compiler (cc, gcc or clang)")
    folder = SOURCE.parent.parent / "build"
    folder.mkdir(exist_ok=True)
    path = folder / f"route-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]}.so"
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        subprocess.run([compiler, *FLAGS, "-o", fresh, SOURCE], check=True)
        fresh.replace(path)
    lib = ctypes.CDLL(str(path))
    lib.stamp.argtypes = [ctypes.POINTER(Map), U16, I64, ctypes.c_int64, ctypes.c_int32]
    lib.stamp.restype = None
    lib.touches.argtypes = [ctypes.POINTER(Map), I32, I64, ctypes.c_int32, I64]
    lib.claim.argtypes = [I16, I32, ctypes.c_int32, ctypes.c_int32]
    lib.claim.restype = None
    lib.search.argtypes = [ctypes.POINTER(Map), ctypes.POINTER(Rules), I32, ctypes.c_int32, I32, ctypes.c_int32, I32,
                           ctypes.c_int32]
    return lib


def numbers(values, kind=ctypes.c_int32):
    """A C array of whole numbers."""
    return (kind * len(values))(*values)
