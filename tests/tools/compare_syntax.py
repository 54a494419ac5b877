"""Hold apy's verdict on source files, good or not, against CPython's `compile`.

usage: python3.13 compare_syntax.py [--parse] [--time] [FOLDER]

Every `.py` file under FOLDER (default: the standard library of the Python that runs this) is
compiled with `compile(source_bytes, name, "exec")` and checked with `apy check` (APY names the
binary), or with the grammar crate's `check` example under `--parse`, which stops before scopes
are resolved and is held against `ast.parse`. Prints the files whose verdicts differ. `--time`
says how long parsing takes on both sides.
"""
import ast
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings


def reference(path, parse_only):
    with open(path, "rb") as file:
        source = file.read()
    try:
        if parse_only:
            ast.parse(source, path)
        else:
            compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"
    except (MemoryError, RecursionError) as error:
        return f"{type(error).__name__}"
    return "ok"


def parsed(paths):
    """The verdicts of the grammar crate, many files to a process."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        listing.write("\n".join(paths))
        listing.flush()
        command = os.environ.get("CHECK", "target/release/examples/check")
        result = subprocess.run([command, "@" + listing.name], capture_output=True, text=True)
    verdicts = dict(line.split("\t", 1) for line in result.stdout.splitlines() if "\t" in line)
    return [verdicts.get(path, "no answer") for path in paths]


def checked(paths):
    """The verdicts of `apy check`, halving a batch that fails until the bad files are alone."""
    apy = os.environ.get("APY", "target/release/apy")
    result = subprocess.run([apy, "check", *paths], capture_output=True, text=True, errors="replace")
    if result.returncode == 0:
        return ["ok"] * len(paths)
    if len(paths) == 1:
        words = (result.stderr or result.stdout).strip().splitlines()
        return [words[-1] if words else f"exit code {result.returncode}"]
    half = len(paths) // 2
    return checked(paths[:half]) + checked(paths[half:])


def main():
    warnings.simplefilter("ignore")
    arguments = sys.argv[1:]
    parse_only = "--parse" in arguments
    timed = "--time" in arguments
    folders = [a for a in arguments if not a.startswith("--")] or [sysconfig.get_path("stdlib")]
    paths = sorted(
        os.path.join(root, name)
        for folder in folders
        for root, _, names in os.walk(folder)
        for name in names
        if name.endswith(".py")
    )
    if timed:
        sources = [open(path, "rb").read() for path in paths]
        start = time.perf_counter()
        for path, source in zip(paths, sources):
            try:
                ast.parse(source, path)
            except (SyntaxError, ValueError):
                pass
        print(f"CPython: {len(paths)} files in {time.perf_counter() - start:.2f} s")
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
            listing.write("\n".join(paths))
            listing.flush()
            subprocess.run([os.environ.get("CHECK", "target/release/examples/check"), "--time", "@" + listing.name])
        return 0
    different = 0
    for at in range(0, len(paths), 100):
        batch = paths[at:at + 100]
        for path, ours in zip(batch, parsed(batch) if parse_only else checked(batch)):
            theirs = reference(path, parse_only)
            if (ours == "ok") != (theirs == "ok"):
                different += 1
                print(f"{path}\n  ours    {ours}\n  CPython {theirs}")
    print(f"{len(paths)} files, {different} verdicts differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
