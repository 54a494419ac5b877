def t(x):
    print(x)
    return x


def f():
    a, b = 1, 2
    a, b = b, a
    print(a, b)
    a, b = b, a + b
    print(a, b)
    i, L = 1, [0, 0, 0]
    i, L[i] = 2, 5
    print(i, L)
    a = b = c = []
    print(a is b is c)
    (a, b), c = [1, 2], 3
    print(a, b, c)
    a, *b, c = 1, 2, 3, 4
    print(a, b, c)
    *a, = "xyz"
    print(a)
    a, (b, *c), d = 1, "hello", 2
    print(a, b, c, d)
    x = y, z = 1, 2
    print(x, y, z)
    (x, y) = z = (3, 4)
    print(x, y, z)
    x = x, y = y, 7
    print(x, y)
    [a, b] = {1: 2, 3: 4}
    print(a, b)
    a, a = 1, 2
    print(a)
    for a, (b, *c) in [(1, "ab"), (2, "xyz")]:
        print(a, b, c)
    a, b, c = c, a, b
    print(a, b, c)
    try:
        a, b = 1, 2, 3
    except ValueError as e:
        print(e)
    try:
        a, b, *c = 1,
    except ValueError as e:
        print(e)
    try:
        a, b = 5
    except TypeError as e:
        print(e)
    x = 10
    x -= 3; x *= 2; x //= 3; x **= 3; x %= 50; x <<= 2; x |= 1; x ^= 3; x &= 0xff; x >>= 1; x /= 2
    print(x)
    s = [1]
    u = s
    s += [2]
    print(u is s, u)
    s = s + [3]
    print(u is s, u)


f()
d = {}
d[t("k")] = d[t("k2")] = t("v")
print(d)
