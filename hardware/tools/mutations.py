"""Damages a sound board in small ways and reports what the checks do not see: a check that never fails proves nothing.
The same files, written again without a damage, must pass: else every damage would be found."""
import collections
import contextlib
import dataclasses
import itertools
import re
import shutil
import tempfile
from copy import deepcopy
from pathlib import Path

import copper
import fork
import netlist
import printing
import swaps
from sexpr import dump, find, find_all, parse


ALWAYS = ("tracks deleted", "a track moved", "a net renamed on the board", "a footprint removed", "a net renamed in the schematic",
          "the schematic missing", "a wire deleted", "words beside pins", "printing beside the board")
SOME = ("a via deleted", "antenna or supply made narrow", "a hole beside its place", "a pin beside its place", "the antenna's fork")


def missed(board, folder, erc, drc):
    """Sentences about damages that no check found, about findings where nothing is damaged, and about damages that could not be
    tried, though every board has such things. Prints how many of each kind were tried."""
    said, tried = _undamaged(board, folder, erc, drc), collections.Counter()
    damages = (_files(board, folder, drc), _wires(board, folder, erc), _copper(board, folder), _fork(board, folder),
               (("words beside pins", *one) for one in printing.exchanges(board, folder / f"{board.name}.kicad_pcb")))
    for title, what, found in itertools.chain(*damages):
        tried[title] += 1
        if not found:
            said.append(f"{board.name}: not found: {title}: {what}")
    print(f"{board.name}: damages tried: {', '.join(f'{n} {title}' for title, n in tried.items())}; no such things here:"
          f" {', '.join(title for title in SOME if not tried[title]) or 'none'}", flush=True)
    said += [f"{board.name}: nothing was tried: {title}" for title in ALWAYS if not tried[title]]
    return said + swaps.missed(board)


def _files(board, folder, drc):
    """(title, what, found?) of damages in the files that DRC must see."""
    for title, suffix, damage in (
            ("tracks deleted", ".kicad_pcb", _tracks), ("a track moved", ".kicad_pcb", _track_moved),
            ("a net renamed on the board", ".kicad_pcb", _net_renamed), ("a via deleted", ".kicad_pcb", _via),
            ("a footprint removed", ".kicad_pcb", _footprint_removed), ("a net renamed in the schematic", ".kicad_sch", _label_renamed)):
        text = (folder / f"{board.name}{suffix}").read_text()
        for what, changed in damage(text):
            with _copy(board, folder, {suffix: changed}) as copy:
                yield title, what, bool(drc(copy, board.name))
    with _copy(board, folder, {}) as copy:
        (copy / f"{board.name}.kicad_sch").unlink()
        yield "the schematic missing", "", bool(drc(copy, board.name))


@contextlib.contextmanager
def _copy(board, folder, texts):
    """A folder as deep as `folder` with the board's project, the files of these suffixes with other texts."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as there:
        copy = Path(there)
        for file in [*folder.glob(f"{board.name}.kicad_*"), *folder.glob("*-table")]:
            shutil.copy(file, copy / file.name)
        for suffix, text in texts.items():
            (copy / f"{board.name}{suffix}").write_text(text)
        yield copy


def _undamaged(board, folder, erc, drc):
    """What the checks say of files that went through sexpr.py and nothing else."""
    texts = {s: dump(parse((folder / f"{board.name}{s}").read_text())) + "\n" for s in (".kicad_pcb", ".kicad_sch")}
    with _copy(board, folder, texts) as copy:
        layout = copy / f"{board.name}.kicad_pcb"
        words = [erc(copy, board.name), drc(copy, board.name), "\n".join(copper.findings(board, layout)), "\n".join(fork.findings(board, layout)),
                 "\n".join(printing.findings(board, layout))]
    return [f"{board.name}: found without a damage: {w}" for w in words if w]


def _without(tree, nodes):
    gone = {id(n) for n in nodes}
    return dump([n for n in tree if id(n) not in gone]) + "\n"


def _tracks(text):
    """One net at a time, a few of the board's, loses all its tracks, then its longest."""
    tree = parse(text)
    poured = {find(z, "net")[1] for z in find_all(tree, "zone")}
    nets = sorted({find(s, "net")[1] for s in find_all(tree, "segment")} - poured, key=int)
    for net in nets[::-(-len(nets) // 4)]:
        tracks = [s for s in find_all(tree, "segment") if find(s, "net")[1] == net]
        yield f"tracks of net {net}", _without(tree, tracks)
        yield f"one track of net {net}", _without(tree, [max(tracks, key=_length)])


def _length(track):
    a, b = find(track, "start"), find(track, "end")
    return abs(float(a[1]) - float(b[1])) + abs(float(a[2]) - float(b[2]))


def _track_moved(text):
    """The longest track moves sideways by 0.35 mm: too near to something, or off its pad."""
    tree = parse(text)
    poured = {find(z, "net")[1] for z in find_all(tree, "zone")}
    track = max((s for s in find_all(tree, "segment") if find(s, "net")[1] not in poured), key=_length)
    for end in ("start", "end"):
        node = find(track, end)
        node[1], node[2] = f"{float(node[1]) + .35:.4f}", f"{float(node[2]) + .35:.4f}"
    yield "the longest", dump(tree) + "\n"


def _via(text):
    """The first via of a net that is not poured."""
    tree = parse(text)
    poured = {find(z, "net")[1] for z in find_all(tree, "zone")}
    for via in [v for v in find_all(tree, "via") if find(v, "net")[1] not in poured][:1]:
        yield str(find(via, "at")[1:]), _without(tree, [via])


def _copper(board, folder):
    """Antenna lines and power tracks made narrower, holes and pins asked for elsewhere, printing moved off the board: copper.py
    must say so."""
    layout = folder / f"{board.name}.kicad_pcb"
    text = layout.read_text()
    names = dict(re.findall(r'\(net (\d+) "/?([^"]+)"\)', text))
    for net in [*board.lines, *[n for n in board.widths if n != board.pour][:1]]:
        tree = parse(text)
        for track in find_all(tree, "segment"):
            if names.get(str(find(track, "net")[1])) == net:
                find(track, "width")[1] = "0.2"
        yield "antenna or supply made narrow", net, any(s.startswith(f"{net}: ") for s in _layout_findings(board, folder, tree))
    tree = parse(text)
    for words in [t for t in find_all(tree, "gr_text") if find(t, "layer")[1] == "F.SilkS"][:1]:
        find(words, "at")[1] = "0"
        yield "printing beside the board", words[1], any("is not on the board" in s for s in _layout_findings(board, folder, tree))
    for x, y, drill in board.holes[:1]:
        other = dataclasses.replace(board, holes=[(x + 0.1, y, drill)])
        yield "a hole beside its place", "0.1 mm", any("no hole" in s for s in copper.findings(other, layout))
    for name, (x, y) in list(board.fixed.items())[:1]:
        other = dataclasses.replace(board, fixed={name: (x + 0.1, y)})
        yield "a pin beside its place", f"{name}, 0.1 mm", any("the drawing has" in s for s in copper.findings(other, layout))


def _fork(board, folder):
    """A dead end of 10 mm where the antenna's line parts, or the longest track there missing: fork.py must say so."""
    if not fork.is_on(board):
        return
    text = (folder / f"{board.name}.kicad_pcb").read_text()
    number = re.search(rf'\(net (\d+) "/?{fork.net(board)}"\)', text)[1]
    for what, words in (("10 mm more on a branch", "dB lost"), ("a branch cut off", "no track")):
        tree = parse(text)
        track = max((s for s in find_all(tree, "segment") if find(s, "net")[1] == number), key=_length)
        if words == "dB lost":
            tree.append(deepcopy(track))
            find(tree[-1], "end")[1:] = [f"{float(find(track, 'start')[1]) + 10:.4f}", find(track, "start")[2]]
        else:
            tree.remove(track)
        with _copy(board, folder, {".kicad_pcb": dump(tree) + "\n"}) as damaged:
            yield "the antenna's fork", what, any(words in s for s in fork.findings(board, damaged / f"{board.name}.kicad_pcb"))


def _layout_findings(board, folder, tree):
    with _copy(board, folder, {".kicad_pcb": dump(tree) + "\n"}) as copy:
        return copper.findings(board, copy / f"{board.name}.kicad_pcb")


def _net_renamed(text):
    name = next(n for n in re.findall(r'\(net \d+ "([^"]+)"\)', text) if not n.startswith("unconnected"))
    yield name, text.replace(f'"{name}"', f'"{name}X"')


def _footprint_removed(text):
    tree = parse(text)
    yield "the first", _without(tree, find_all(tree, "footprint")[:1])


def _label_renamed(text):
    tree = parse(text)
    label = (find_all(tree, "global_label") + find_all(tree, "label"))[0]
    old = label[1]
    for other in find_all(tree, "global_label") + find_all(tree, "label"):
        if other[1] == old:
            other[1] = type(old)(old + "_X")
    yield old, dump(tree) + "\n"


def _wires(board, folder, erc):
    """Each wire deleted alone must be found, by ERC or by comparing the drawn nets with the declared ones."""
    tree = parse((folder / f"{board.name}.kicad_sch").read_text())
    wires = find_all(tree, "wire")
    for wire in wires[::max(1, len(wires) // 12)]:
        with _copy(board, folder, {".kicad_sch": _without(tree, [wire])}) as copy:
            drawn = netlist.read(copy / f"{board.name}.kicad_sch")
            yield "a wire deleted", f"at {find(wire, 'pts')[1:]}", bool(netlist.differences(board, drawn) or erc(copy, board.name))
