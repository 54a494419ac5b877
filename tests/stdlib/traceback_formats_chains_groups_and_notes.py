import traceback


def inner():
    return {}["key"]


def outer():
    try:
        inner()
    except KeyError as error:
        raise ValueError("outer") from error


def lines(error, **how):
    text = "".join(traceback.format_exception(error, **how))
    print("\n".join(line for line in text.splitlines() if "File" not in line))


try:
    outer()
except ValueError as error:
    error.add_note("a note")
    lines(error)
    lines(error, chain=False)
    print(traceback.format_exception_only(error))
    print([frame.name for frame in traceback.extract_tb(error.__traceback__)])
lines(ExceptionGroup("many", [ValueError(1), ExceptionGroup("in", [TypeError("t")])]))
try:
    compile("a = (1,\nb = 2", "<text>", "exec")
except SyntaxError as error:
    print(type(error).__name__, error.msg)
try:
    [].apend
except AttributeError as error:
    print(traceback.format_exception_only(error))
print(traceback.format_list([("f.py", 3, "fn", "x = 1")]))
