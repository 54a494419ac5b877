import sys


def cur():
    e = sys.exception()
    return repr(e)


def f():
    try:
        raise ValueError(1)
    except ValueError as e:
        try:
            raise KeyError(2)
        except KeyError as k:
            print(repr(k), repr(k.__context__))
        print(repr(e), e.__context__)
        try:
            raise
        except ValueError as again:
            print(again is e)
    try:
        e
    except NameError as x:
        print(x)


f()
try:
    raise
except RuntimeError as e:
    print(e)


def g():
    try:
        raise ValueError("first")
    except ValueError:
        raise KeyError("second") from None


try:
    g()
except KeyError as e:
    print(repr(e), e.__cause__, e.__suppress_context__, repr(e.__context__))


def h():
    try:
        raise ValueError("first")
    except ValueError as v:
        raise KeyError("second") from v


try:
    h()
except KeyError as e:
    print(repr(e.__cause__))


def loop():
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError as e:
            if i == 0:
                continue
            if i == 1:
                break
    try:
        print(e)
    except UnboundLocalError as u:
        print(u)


loop()


def ret():
    try:
        raise ValueError("x")
    except ValueError as e:
        return e


print(repr(ret()))


def multi(x):
    try:
        if x == 0:
            raise ValueError
        if x == 1:
            raise KeyError
        if x == 2:
            raise TypeError("t")
        if x == 3:
            raise OSError
    except ValueError:
        return "value"
    except (KeyError, IndexError) as e:
        return type(e).__name__
    except TypeError as e:
        e = 5
        del e
        return "type"
    except:
        return "bare"
    return "none"


print([multi(i) for i in range(5)])


def del_e():
    try:
        1 / 0
    except ZeroDivisionError as e:
        del e
    try:
        e
    except UnboundLocalError as x:
        print(x)


del_e()
try:
    try:
        1 / 0
    except 5:
        pass
except TypeError as e:
    print(e, repr(e.__context__))


def unmatched():
    try:
        try:
            raise KeyError(1)
        except ValueError:
            pass
    except KeyError as e:
        return e.args


print(unmatched())


def gen():
    try:
        yield 1
    except ValueError as e:
        print("caught", e)
        yield 2
    finally:
        print("gen finally")


g = gen()
print(next(g))
print(g.throw(ValueError("thrown")))
g.close()
try:
    raise TypeError("class e")
except TypeError as exc:
    class C:
        x = repr(exc)
    print(C.x)
try:
    exc
except NameError as e:
    print(e)
