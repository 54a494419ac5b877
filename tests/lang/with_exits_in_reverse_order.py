class M:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise ValueError("enter failed")
        return self.name

    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, v, tb is not None)
        if self.fail == "exit":
            raise KeyError("exit failed")
        return self.suppress


with M("a") as a, M("b") as b:
    print(a, b)
with M("s", True):
    raise ValueError("x")
print("after")
try:
    with M("a"), M("b"):
        raise ValueError("y")
except ValueError as e:
    print("caught", e)


def ret():
    with M("r") as x:
        return x + "!"


print(ret())


def ret_sup():
    with M("r", True) as x:
        1 / 0
    return "suppressed"


print(ret_sup())
for i in range(3):
    with M(i):
        if i == 0:
            continue
        if i == 1:
            break
try:
    with M("a"), M("b", fail="enter"):
        print("never")
except ValueError as e:
    print(e)
try:
    with M("a", fail="exit"):
        raise ValueError("body")
except KeyError as e:
    print(repr(e), repr(e.__context__))
with M("outer", True), M("inner", fail="exit"):
    print("in")
try:
    with 5:
        pass
except TypeError as e:
    print(e)


class NoExit:
    def __enter__(self):
        pass


try:
    with NoExit():
        pass
except TypeError as e:
    print(e)


def in_finally():
    try:
        with M("w"):
            return 1
    finally:
        print("fin")


in_finally()


def with_tuple():
    with M((1, 2)) as (x, y):
        print(x, y)
    with (M("p") as p, M("q") as q):
        print(p, q)
    d = {}
    with M("t") as d["k"]:
        pass
    print(d)
    try:
        with M("bad") as (x, y, z):
            pass
    except ValueError as e:
        print(e)


with_tuple()


def gen():
    with M("gen"):
        yield 1
        yield 2


g = gen()
next(g)
del g
for x in gen():
    break
print("end")
