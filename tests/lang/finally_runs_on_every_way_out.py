def log(x):
    print(x, end=" ")


def ret():
    try:
        return "try"
    finally:
        log("fin")


def override():
    try:
        return "try"
    finally:
        return "fin"


def swallow():
    try:
        1 / 0
    finally:
        return "swallowed"


def loop():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                break
            log(i)
        finally:
            log(f"f{i}")
    else:
        log("else")
    return "done"


def nested():
    try:
        try:
            return 1
        finally:
            log("inner")
    finally:
        log("outer")


def raises():
    try:
        try:
            raise ValueError("a")
        finally:
            log("fin")
    except ValueError as e:
        return repr(e)


def replaced():
    try:
        try:
            raise ValueError("a")
        finally:
            raise KeyError("b")
    except KeyError as e:
        return repr(e), repr(e.__context__)


def keep_value():
    x = 1
    try:
        return x
    finally:
        x = 2
        log(x)


def break_in_finally():
    while True:
        try:
            return 1
        finally:
            break
    return 2


def continue_in_finally():
    for i in range(3):
        try:
            1 / 0
        finally:
            log(i)
            continue
    return "end"


def else_finally(n):
    try:
        if n == 0:
            raise ValueError
        if n == 1:
            return "ret"
    except ValueError:
        log("except")
        return "handler"
    else:
        log("else")
        return "else-ret"
    finally:
        log("finally")


def deep():
    for i in range(2):
        try:
            for j in range(2):
                try:
                    with_ = [i, j]
                    if i and j:
                        return with_
                    if j:
                        break
                finally:
                    log((i, j))
        finally:
            log(("o", i))


def except_in_finally():
    try:
        pass
    finally:
        try:
            raise ValueError(1)
        except ValueError as e:
            log(e)
    return 3


def gen():
    try:
        yield 1
        yield 2
    finally:
        log("closed")


def use_gen():
    for x in gen():
        return x


def use_gen2():
    try:
        for x in gen():
            return x
    finally:
        log("after")


for fn in (ret, override, swallow, loop, nested, raises, replaced, keep_value, break_in_finally,
           continue_in_finally, deep, except_in_finally, use_gen, use_gen2):
    print(fn.__name__, fn())
for n in range(3):
    print(n, else_finally(n))
