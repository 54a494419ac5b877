class D:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)

    def __add__(self, o):
        return D(self.name + o.name)

    def __getitem__(self, k):
        return 5

    def __call__(self, *a):
        return 1

    def __bool__(self):
        return True

    def __iter__(self):
        return iter([1, 2])

    def __enter__(self):
        return 1

    def __exit__(self, *a):
        pass

    def __lt__(self, o):
        return True

    def m(self, *a):
        return 2


def s(x):
    print("--", x)


def f():
    D("expr")
    s(1)
    D("a") + D("b")
    s(2)
    D("attr").name
    s(3)
    D("item")[D("key")]
    s(4)
    D("called")(D("arg"))
    s(5)
    D("method").m(D("arg2"))
    s(6)
    if D("cond"):
        s("in if")
    s(7)
    while D("while"):
        s("in while")
        break
    s(8)
    for x in D("iter"):
        s("in for")
    s(9)
    x = D("old")
    s(10)
    x = D("new")
    s(11)
    del x
    s(12)
    with D("with"):
        s("in with")
    s(13)
    D("l") < D("r")
    s(14)
    D("l1") < D("m1") < D("r1")
    s(15)
    [D("list"), D("list2")]
    s(16)
    D("and") and 1
    s(17)
    1 if D("test") else 2
    s(18)
    f"{D('fmt').name}"
    s(19)
    try:
        raise ValueError(D("in exc"))
    except ValueError as e:
        s("handler")
    s(20)
    try:
        D("in try").nope
    except AttributeError:
        s("attr handler")
    s(21)
    a, b = D("u1"), D("u2")
    s(22)
    a, b = b, a
    s(23)
    a = b = None
    s(24)
    [y.name for y in [D("comp")]]
    s(25)
    not D("not")
    s(26)
    print(D("printed").name, D("printed2").name)
    s(27)
    match D("subject"):
        case int():
            pass
        case D(name=n):
            s("in case")
    s(28)
    assert D("assert")
    s(29)
    D("store").z = D("stored")
    s(30)
    {D("k"): D("v")}
    s(31)
    for i in [D("e1"), D("e2")]:
        s("loop")
    s(32)
    i = 0
    s(33)
    x = D("is") is None
    s(34)
    x = D("in") in [1]
    s(35)
    lambda: D("never")
    s(36)
    g = (D("gen") for _ in [1])
    next(g)
    s(37)
    del g
    s(38)
    return D("returned")


f()
s("module")
D("m1")
x = D("m2")
x = 1
s("end")
