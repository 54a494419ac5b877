"""Hold apy's syntax trees, with the places of their nodes, against CPython's.

usage: python3.13 compare_trees.py FOLDER [COMMAND]

COMMAND (default: the `trees` example of the grammar crate) gets the path of a file that lists
source files, and prints one line for each.
"""
import ast
import os
import subprocess
import sys
import tempfile
import warnings

OPERATORS = (ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


def number(value):
    """As the other side prints floats."""
    if value == float("inf"):
        return "1e309"
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    if e:
        return f"{mantissa}e{int(exponent)}"
    return text


def constant(value):
    if isinstance(value, str):
        return ascii(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, complex):
        return number(value.imag) + "j"
    return repr(value) if value is not ... else "Ellipsis"


def write(node, out, place=True):
    if isinstance(node, OPERATORS):
        out.append(type(node).__name__ + "()")
    elif isinstance(node, ast.AST):
        out.append(type(node).__name__ + "(")
        for field in node._fields:
            value = getattr(node, field)
            if isinstance(node, ast.Constant) and field == "kind" or field in ("ctx", "type_comment", "type_ignores"):
                continue
            if isinstance(node, (ast.Constant, ast.MatchSingleton)) and field == "value":
                out.append(f"value={constant(value)},")
                continue
            if value is None or value == []:
                continue
            out.append(field + "=")
            write(value, out, field != "format_spec")
            out.append(",")
        out.append(")")
        if place and hasattr(node, "end_lineno"):
            out.append(f"@{node.lineno}:{node.col_offset}-{node.end_lineno}:{node.end_col_offset}")
    elif isinstance(node, list):
        out.append("[")
        for item in node:
            write(item, out)
            out.append(",")
        out.append("]")
    elif isinstance(node, str):
        out.append(ascii(node))
    else:
        out.append(repr(node))


def main():
    sys.setrecursionlimit(20000)
    sys.set_int_max_str_digits(0)
    warnings.simplefilter("ignore")
    folder = sys.argv[1]
    command = sys.argv[2:] or ["target/release/examples/trees"]
    paths = [folder] if os.path.isfile(folder) else sorted(
        os.path.join(root, name)
        for root, _, names in os.walk(folder)
        for name in names
        if name.endswith(".py")
    )
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        listing.write("\n".join(paths))
        listing.flush()
        process = subprocess.Popen([*command, listing.name], stdout=subprocess.PIPE, text=True)
        same = different = 0
        for line in process.stdout:
            path, _, ours = line.rstrip("\n").partition("\t")
            with open(path, "rb") as file:
                tree = ast.parse(file.read(), path)
            out = []
            write(tree, out)
            theirs = "".join(out)
            if ours == theirs:
                same += 1
                continue
            different += 1
            at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
            print(path)
            print("  ours  ", ours[max(0, at - 90):at + 60])
            print("  theirs", theirs[max(0, at - 90):at + 60])
        process.wait()
    print(f"{same} the same, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
