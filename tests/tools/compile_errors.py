"""Writes what CPython 3.13 says to each case of compile_errors.cases, one per line:
number, kind, line:column-line:column, message. Run it with CPython 3.13."""

import pathlib
import sys

assert sys.version_info[:2] == (3, 13), sys.version
here = pathlib.Path(__file__).parent.parent
cases = (here / "compile_errors.cases").read_text().split("---\n")
with open(here / "compile_errors.golden", "w") as out:
    for number, case in enumerate(cases):
        try:
            compile(case, "case", "exec")
            out.write(f"{number}\tok\n")
        except SyntaxError as e:
            where = f"{e.lineno}:{e.offset}-{e.end_lineno}:{e.end_offset}"
            out.write(f"{number}\t{type(e).__name__}\t{where}\t{e.msg}\n")
