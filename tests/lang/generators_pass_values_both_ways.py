def echo():
    got = yield "start"
    while got is not None:
        got = yield got * 2
    return "end"


g = echo()
print(next(g), g.send(3), g.send("a"))
try:
    next(g)
except StopIteration as e:
    print("value", e.value)


def sub():
    x = yield 1
    print("sub got", x)
    try:
        yield 2
    except KeyError as e:
        print("sub caught", e)
        yield 3
    return "sub result"


def main():
    r = yield from sub()
    print("r =", r)
    r2 = yield from [10, 20]
    print(r2)
    return (yield)


g = main()
print(next(g), g.send("hello"), g.throw(KeyError("k")), next(g), next(g), next(g))
try:
    g.send("final")
except StopIteration as e:
    print(e.value)


def closing():
    try:
        yield 1
    except GeneratorExit:
        print("exit")
        raise
    finally:
        print("finally")


g = closing()
next(g)
g.close()


def delegating():
    try:
        yield from closing()
    finally:
        print("outer finally")


g = delegating()
next(g)
g.close()


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


from itertools import islice
print(list(islice(fib(), 10)))


def tree(t):
    if t:
        l, v, r = t
        yield from tree(l)
        yield v
        yield from tree(r)


print(list(tree(((None, 1, None), 2, (None, 3, None)))))
print([x for x in (yield_ for yield_ in range(3))])


def expr():
    x = (yield 1) + (yield 2)
    print("sum", x)
    y = [(yield 3), (yield 4)]
    print(y)
    print(f"{(yield 5)}")
    d = {(yield 6): (yield 7)}
    print(d)


g = expr()
print(next(g))
for i in range(2, 8):
    print(g.send(i * 10))
try:
    g.send(80)
except StopIteration:
    print("done")


def ret_in_finally():
    try:
        yield 1
    finally:
        return 5


g = ret_in_finally()
next(g)
try:
    g.throw(ValueError)
except StopIteration as e:
    print(e.value)
h = (lambda: (yield 1))()
print(next(h))
try:
    h.send(5)
except StopIteration as e:
    print(e.value)


def bad():
    yield 1
    raise StopIteration(2)


try:
    list(bad())
except RuntimeError as e:
    print(e)
