x = "outer"
print([x for x in range(3)], x)
print({x: y for x, y in zip("ab", range(2))}, x)
print({x % 2 for x in range(5)}, x)
print(list(x for x in "ab"), x)
print([[y for y in range(x)] for x in range(3)])
print([(x, y) for x in range(3) for y in range(x) if x + y > 1])
print([x for x in range(10) if x % 2 if x % 3])
print([x for x in [1, 2, 3] for x in [x, x * 10]])


def f():
    x = "f"
    a = [x for x in range(2)]
    b = [lambda: x for x in range(2)]
    return x, a, [g() for g in b], [x for _ in range(1)]


print(f())


def g(items):
    out = [i for i in items if (last := i) > 0]
    return out, last


print(g([1, -2]))


def nested(n):
    return [[(i, j, n) for j in range(i)] for i in range(n)]


print(nested(3))


def closure(n):
    fs = [[lambda: (i, j, n) for j in range(2)] for i in range(2)]
    return [f() for row in fs for f in row]


print(closure(9))


def shadow():
    i = 100
    r = [i for i in range(3) if [i for i in range(2)]]
    return r, i


print(shadow())


def failing():
    y = "kept"
    try:
        [1 // y for y in (1, 0)]
    except ZeroDivisionError:
        pass
    return y


print(failing())


def unbound():
    try:
        return [a for a in [1] for c in b for b in [1]]
    except UnboundLocalError as e:
        return str(e)


print(unbound())


class C:
    items = [1, 2]
    doubled = [i * 2 for i in items]
    pairs = [(a, b) for a in items for b in [a]]
    gen = list(i for i in items)
    print(doubled, pairs, gen)


print([*(i for i in range(3)), *[i for i in "xy"]])
print(sum(i * i for i in range(4)), max((i for i in [3, 1]), default=0))
print(dict(sorted({k: v for k, v in {"b": 1, "a": 2}.items()}.items())))


def gen_first():
    def boom():
        print("evaluated now")
        return [1]
    it = (i for i in boom())
    print("created")
    return list(it)


print(gen_first())
try:
    (i for i in 5)
except TypeError as e:
    print(e)
print([i for i, in [(1,), (2,)]], [a + b for a, *b in ([[1], 2],) for a in [a]] if False else [])
print([(yes, no) for yes, no in [(1, 2)] if yes if not no - 2])
print([x if x else "zero" for x in range(2)], [not x for x in (0, 1)])
print([d[k] for d in [{"k": 1}] for k in d])
