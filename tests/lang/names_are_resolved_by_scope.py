x = "global"


def outer():
    x = "outer"

    def read():
        return x

    def write():
        nonlocal x
        x = "written"

    def glob():
        global x
        return x

    def local():
        x = "local"
        return x

    class C:
        y = x
        x = "class"
        z = x

        def m(self):
            return x

    print(read(), glob(), local(), C.y, C.z, C().m())
    write()
    print(read(), x)


outer()


def counter():
    n = 0

    def inc(by=1):
        nonlocal n
        n += by
        return n

    return inc


c, d = counter(), counter()
print(c(), c(), d(), c(5))


def late():
    fs = []
    for i in range(3):
        def f():
            return i
        fs.append(f)
    return [f() for f in fs], [(lambda: j)() for j in range(3)], [f() for f in [lambda: k for k in range(3)]]


print(late())


def unbound():
    try:
        print(v)
    except UnboundLocalError as e:
        print(e)
    v = 1

    def inner():
        return w

    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    w = 2
    print(inner())
    del w
    try:
        inner()
    except NameError as e:
        print(type(e).__name__, e)
    try:
        print(w)
    except UnboundLocalError as e:
        print(e)
    if v > 5:
        u = 1
    try:
        u
    except UnboundLocalError as e:
        print(e)
    del v
    try:
        del v
    except UnboundLocalError as e:
        print(e)


unbound()


def params(a, b=x, *args, c, d=x, **kw):
    def inner():
        return a, b, args, c, d, kw
    a += 1
    return inner()


print(params(1, c=2))
print(params(1, 2, 3, 4, c=5, d=6, e=7))


class Private:
    __x = 1

    def __m(self):
        return self.__x

    def call(self):
        __local = 3
        return self.__m(), __local

    def kw(self, *, __k=2):
        return __k


print(Private().call(), sorted(k for k in vars(Private) if "Private" in k), Private().kw(_Private__k=4))


class Meta:
    a = 1
    b = [a for a in range(3)]
    c = [i * 2 for i in b]
    print(a, b, c)
    try:
        d = [a + q for q in range(2)]
    except NameError as e:
        print(e)
    else:
        print(d)


def g():
    global newglobal
    newglobal = 5

    class K:
        global inclass
        inclass = 6
        newglobal = 7
    return K.__dict__.get("newglobal")


print(g(), newglobal, inclass)
del newglobal
try:
    newglobal
except NameError as e:
    print(e)
try:
    del newglobal
except NameError as e:
    print(e)


def free_in_class(v):
    class C:
        v = v if False else "own"
    return C.v


try:
    free_in_class(1)
except NameError as e:
    print(type(e).__name__, e)


def free_in_class2(v):
    class C:
        w = v
        def m(self):
            return v
        u = [v for _ in range(2)]
        t = list(v for _ in range(2))
    return C.w, C().m(), C.u, C.t


print(free_in_class2("V"))


def deep(a):
    def one():
        def two():
            def three():
                nonlocal a
                a += 1
                return a
            return three
        return two
    return one()()(), a


print(deep(1))
print((lambda x, *y, z=3, **w: (x, y, z, w))(1, 2, z=4, q=5))
