"""Flattened device trees: written from nested dicts, read back, shown as text.

A tree is a dict: a bytes value is a property, a dict a node, in the order given; properties before nodes.
The layout is that of the Devicetree Specification 0.4, chapter 5 (version 17), as Linux' and the Pi's firmware read it.
"""
import struct

MAGIC, VERSION, COMPATIBLE = 0xD00DFEED, 17, 16
BEGIN, END, PROPERTY, NOTHING, LAST = 1, 2, 3, 4, 9
HEADER = struct.Struct(">10I")      # magic, whole, struct, strings, reserved, version, compatible, cpu, strings' size, struct's size


def text(*strings):
    """A property of one or more strings."""
    return b"".join(s.encode("ascii") + b"\0" for s in strings)


def cells(*numbers):
    """A property of 32-bit numbers."""
    return struct.pack(f">{len(numbers)}I", *numbers)


def padded(data):
    return data + bytes(-len(data) % 4)


def write(tree):
    """The blob of a tree."""
    strings = bytearray()
    offsets = {}

    def name_at(name):
        if name not in offsets:
            offsets[name] = len(strings)
            strings.extend(name.encode("ascii") + b"\0")
        return offsets[name]

    def node(name, inside):
        out = struct.pack(">I", BEGIN) + padded(name.encode("ascii") + b"\0")
        for key, value in inside.items():
            if isinstance(value, dict):
                out += node(key, value)
            else:
                out += struct.pack(">3I", PROPERTY, len(value), name_at(key)) + padded(value)
        return out + struct.pack(">I", END)

    structure = node("", tree) + struct.pack(">I", LAST)
    reserved = HEADER.size                          # one empty entry: no memory is reserved
    begin = reserved + 16
    whole = begin + len(structure) + len(strings)
    head = HEADER.pack(MAGIC, whole, begin, begin + len(structure), reserved, VERSION, COMPATIBLE, 0, len(strings), len(structure))
    return head + bytes(16) + structure + bytes(strings)


def read(blob):
    """The tree of a blob; ValueError when it is none."""
    try:
        magic, whole, begin, names, _, version, _, _, size, length = HEADER.unpack_from(blob)
        if magic != MAGIC or whole != len(blob) or version != VERSION or begin + length > whole or names + size > whole:
            raise ValueError("not a device tree")
        strings, at, stack, root = blob[names:names + size], begin, [], None
        while True:
            token, = struct.unpack_from(">I", blob, at)
            at += 4
            if token == BEGIN:
                name = blob[at:blob.index(b"\0", at)].decode("ascii")
                at += len(padded(bytes(len(name) + 1)))
                inside = {}
                if stack:
                    stack[-1][name] = inside
                else:
                    root = inside
                stack.append(inside)
            elif token == PROPERTY:
                count, name_at = struct.unpack_from(">2I", blob, at)
                name = strings[name_at:strings.index(b"\0", name_at)].decode("ascii")
                stack[-1][name] = blob[at + 8:at + 8 + count]
                at += 8 + len(padded(bytes(count)))
            elif token == END:
                stack.pop()
            elif token == LAST and not stack and root is not None and at == begin + length:
                return root
            elif token != NOTHING:
                raise ValueError("a broken device tree")
    except (struct.error, IndexError, UnicodeDecodeError) as problem:
        raise ValueError(f"a broken device tree: {problem}") from problem


def value(data):
    """A property's bytes as source text."""
    parts = data[:-1].split(b"\0")
    if data.endswith(b"\0") and all(p and all(32 <= c < 127 for c in p) for p in parts):
        return ", ".join(f'"{p.decode()}"' for p in parts)
    if len(data) % 4 == 0:
        return "<" + " ".join(f"{n:#x}" if n > 999 else str(n) for n in struct.unpack(f">{len(data) // 4}I", data)) + ">"
    return "[" + data.hex(" ") + "]"


def shown(tree, indent=""):
    """Lines of source text of a tree's inside."""
    for key, inside in tree.items():
        if isinstance(inside, dict):
            yield f"{indent}{key} {{"
            yield from shown(inside, indent + "  ")
            yield f"{indent}}};"
        else:
            yield f"{indent}{key} = {value(inside)};" if inside else f"{indent}{key};"
