def f(*excs):
    try:
        raise ExceptionGroup("g", list(excs))
    except* ValueError as e:
        print("value", [repr(x) for x in e.exceptions])
    except* (KeyError, TypeError) as e:
        print("key/type", [repr(x) for x in e.exceptions])
    else:
        print("else")
    finally:
        print("finally")


f(ValueError(1))
f(ValueError(1), KeyError(2), TypeError(3), ValueError(4))
try:
    f(ValueError(1), OSError("os"))
except ExceptionGroup as e:
    print("rest", e.message, e.exceptions)


def naked():
    try:
        raise ValueError("naked")
    except* ValueError as e:
        print(type(e).__name__, e.exceptions)


naked()


def none():
    try:
        pass
    except* ValueError:
        print("no")
    else:
        print("else")


none()


def raising():
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError:
        raise OSError("new")
    except* KeyError:
        print("key handled")


try:
    raising()
except BaseException as e:
    print(type(e).__name__, [type(x).__name__ for x in getattr(e, "exceptions", [e])])


def unhandled_naked():
    try:
        raise KeyError("k")
    except* ValueError:
        print("no")


try:
    unhandled_naked()
except KeyError as e:
    print("still", repr(e))


def nested():
    for i in range(2):
        try:
            try:
                raise ExceptionGroup("g", [ExceptionGroup("h", [ValueError(i)]), TypeError(i)])
            except* ValueError as e:
                for x in range(3):
                    if x == 1:
                        break
                else:
                    print("never")
                print("inner", x, e.exceptions)
        except* TypeError as e:
            print("outer", e.exceptions)


nested()
