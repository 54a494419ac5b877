"""Hold apy's syntax errors (type, message, place) against CPython's.

usage: python3.13 compare_errors.py [--mutate FOLDER COUNT SEED] [--golden] FILE...

Each FILE holds snippets, one a line, escaped as `grammar/examples/errors.rs` says; in a `.tsv`
they are the first column. `--mutate`
makes snippets by taking tokens out of, into and around in functions of real source files.
`--golden` prints the table that `grammar/tests/messages.rs` reads instead of comparing.
"""
import ast
import io
import os
import random
import subprocess
import sys
import tokenize
import warnings


def escape(text):
    for old, new in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r"), ("\f", "\\f"), ("\0", "\\0")):
        text = text.replace(old, new)
    return text


def unescape(line):
    out, chars = [], iter(line)
    for c in chars:
        if c == "\\":
            c = next(chars, "\\")
            c = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "0": "\0"}.get(c, c)
        out.append(c)
    return "".join(out)


def reference(line):
    mode = "exec"
    if line.startswith(("eval:", "single:")):
        mode, _, line = line.partition(":")
    source = unescape(line)
    try:
        compile(source, "f.py", mode, ast.PyCF_ONLY_AST)
    except SyntaxError as error:
        return [type(error).__name__, error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset]
    except (MemoryError, RecursionError) as error:
        return [type(error).__name__]
    except ValueError as error:
        return ["SyntaxError", str(error), 1, 1, 1, 1]
    return ["ok"]


def pieces(folder, rng):
    """Functions and statements of source files, as text."""
    paths = [os.path.join(r, n) for r, _, ns in os.walk(folder) for n in ns if n.endswith(".py")]
    while True:
        path = rng.choice(paths)
        try:
            with tokenize.open(path) as file:
                text = file.read()
            tree = ast.parse(text)
        except (SyntaxError, UnicodeDecodeError):
            continue
        nodes = [n for n in ast.walk(tree) if isinstance(n, ast.stmt) and 0 < n.end_lineno - n.lineno < 12]
        lines = text.splitlines(keepends=True)
        for node in rng.sample(nodes, min(len(nodes), 12)):
            first = lines[node.lineno - 1]
            indent = len(first) - len(first.lstrip())
            yield "".join(line[indent:] if line[:indent].isspace() or not indent else line
                          for line in lines[node.lineno - 1:node.end_lineno])


EXTRA = """( ) [ ] { } , : ; = == := + - * ** / // % @ . ... -> ! ' " if else elif for in not and or is lambda
def class return yield await async with as try except finally raise from import del pass match case type
None True x 1 "s" f"{x}" print _ $ ? 0x 1_ 012 \\ \n \t\n""".split(" ")


CHARACTERS = "()[]{}'\"\\\n\t #:;,.=+-*/%@!$?`~^&|<>_019aefrbuxXjJ\x0c\r\u00e9\u20ac\u200b"


def scramble(text, rng):
    """One or two characters go, come or change."""
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(text) + 1)
        keep = rng.choice((0, 1, 1))
        text = text[:at] + rng.choice(("", rng.choice(CHARACTERS), rng.choice(CHARACTERS))) + text[at + keep:]
    return text


def mutate(text, rng):
    if rng.randrange(3) == 0:
        return scramble(text, rng)
    words = []
    try:
        last = (1, 0)
        lines = text.splitlines(keepends=True)
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT):
                continue
            gap = ""
            if token.start[0] == last[0]:
                gap = lines[token.start[0] - 1][last[1]:token.start[1]]
            elif token.start[0] <= len(lines):
                gap = lines[token.start[0] - 1][:token.start[1]]
            words.append(gap)
            words.append(token.string)
            last = token.end
    except (tokenize.TokenError, IndentationError, IndexError):
        words = text.split(" ")
    if not words:
        return text
    for _ in range(rng.choice((1, 1, 1, 2))):
        at = rng.randrange(len(words))
        kind = rng.randrange(4)
        if kind == 0:
            words[at] = ""
        elif kind == 1:
            words.insert(at, rng.choice(EXTRA))
        elif kind == 2:
            words[at] = rng.choice(EXTRA)
        else:
            other = rng.randrange(len(words))
            words[at], words[other] = words[other], words[at]
    return "".join(words)


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    arguments = sys.argv[1:]
    snippets = []
    if arguments[:1] == ["--mutate"]:
        folder, count, seed = arguments[1], int(arguments[2]), int(arguments[3])
        arguments = arguments[4:]
        rng = random.Random(seed)
        source = pieces(folder, rng)
        modes = ("", "", "", "", "eval:", "single:")
        snippets = [rng.choice(modes) + escape(mutate(next(source), rng)) for _ in range(count)]
    golden = arguments[:1] == ["--golden"]
    if golden:
        arguments = arguments[1:]
    for path in arguments:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        if path.endswith(".tsv"):
            lines = [line.partition("\t")[0] for line in lines]
        snippets += [line for line in lines if line and not line.startswith("##")]
    snippets = [s for s in snippets if not any(0xD800 <= ord(c) < 0xE000 for c in s)]
    if golden:
        for snippet in snippets:
            print(snippet, *map(escape, map(str, reference(snippet))), sep="\t")
        return 0
    command = os.environ.get("ERRORS", "target/release/examples/errors")
    result = subprocess.run([command], input="\n".join(snippets) + "\n", capture_output=True, text=True)
    if result.returncode:
        print(result.stderr[-2000:])
    ours = result.stdout.split("\n")
    verdicts = messages = places = ends = 0
    for snippet, line in zip(snippets, ours):
        mine, theirs = line.split("\t"), [str(part) for part in reference(snippet)]
        if mine == theirs or theirs[0] in ("MemoryError", "RecursionError"):
            continue
        kind = None
        if (mine[0] == "ok") != (theirs[0] == "ok"):
            verdicts += 1
            kind = "VERDICT"
        elif mine[:2] != theirs[:2]:
            messages += 1
            kind = "MESSAGE"
        elif mine[2:4] != theirs[2:4]:
            places += 1
            kind = "PLACE"
        else:
            ends += 1
            kind = "END"
        print(f"{kind} {snippet}\n   ours   {mine}\n   theirs {theirs}")
    total = len(snippets)
    print(f"{total} snippets: {verdicts} verdicts, {messages} messages, {places} places, {ends} ends differ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
