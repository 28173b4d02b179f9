"""S-expressions, the text form of every KiCad file: atoms are `str`, quoted texts are `Quoted`, lists are `list`."""
import re

TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([()])|([^\s()"]+)')


class Quoted(str):
    """A text that KiCad writes in quotation marks."""


def parse(text):
    """Return the first expression in `text`."""
    stack = [[]]
    for match in TOKEN.finditer(text):
        quoted, bracket, atom = match.groups()
        if bracket == "(":
            stack.append([])
        elif bracket == ")":
            done = stack.pop()
            stack[-1].append(done)
        elif atom is not None:
            stack[-1].append(atom)
        else:
            stack[-1].append(Quoted(quoted.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")))
    return stack[0][0]


def dump(node, depth=0):
    """Write an expression, one list per line unless it is short."""
    if isinstance(node, list):
        flat = "(" + " ".join(dump(n) for n in node) + ")"
        if len(flat) <= 100 and "\n" not in flat:
            return flat
        head = [n for n in node[:3] if not isinstance(n, list)]
        lines = ["(" + " ".join(dump(n) for n in head)]
        lines += ["\t" * (depth + 1) + dump(n, depth + 1) for n in node[len(head):]]
        return "\n".join(lines) + "\n" + "\t" * depth + ")"
    if isinstance(node, Quoted):
        return '"' + node.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(node, float):
        text = f"{node:.4f}".rstrip("0").rstrip(".")
        return "0" if text in ("-0", "") else text
    return str(node)


def find(node, key):
    """The first child list that starts with `key`, or None."""
    return next((n for n in node if isinstance(n, list) and n and n[0] == key), None)


def find_all(node, key):
    """Every child list that starts with `key`."""
    return [n for n in node if isinstance(n, list) and n and n[0] == key]
