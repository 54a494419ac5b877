class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, bases, kw)
        return {"prepared": 1}

    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")), kw)
        return super().__new__(mcs, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)


class A(metaclass=Meta, opt=3):
    "docstring"
    a = 1

    def who(self):
        return __class__.__name__, super().__repr__()[:1]


print(A.__doc__, A.__module__, A.__qualname__, A.prepared, A().who())


class B(A):
    def who(self):
        return "B", super().who()

    @staticmethod
    def s(x):
        return x

    @classmethod
    def c(cls):
        return cls.__name__

    @property
    def p(self):
        return self._p

    @p.setter
    def p(self, v):
        self._p = v * 2

    class Inner:
        def m(self):
            pass


b = B()
b.p = 4
print(b.who(), B.s(1), B.c(), b.p, B.Inner.m.__qualname__)


class Init:
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag


class Sub(Init, tag="t"):
    pass


print(Sub.tag)
bases = (dict,)
kw = {"metaclass": type}


class Star(*bases, **kw):
    x = [i for i in range(3)]
    if x:
        y = len(x)
    for z in x:
        pass
    del z


print(Star.__mro__[1].__name__, Star.y, hasattr(Star, "z"))


def deco(n):
    def d(c):
        print("deco", n, c.__name__)
        return c
    return d


@deco(1)
@deco(2)
class Decorated:
    pass


class Ann:
    x: int = 1
    y: "str"
    if True:
        z: list[int]

    def f(self, a: int, *b: str, c: float = 1.0, **d: dict) -> None:
        q: unknown = 3
        return q


print(Ann.__annotations__, Ann.f.__annotations__, Ann().f(1))


class Diamond1:
    def m(self):
        return ["1"]


class Diamond2(Diamond1):
    def m(self):
        return ["2"] + super().m()


class Diamond3(Diamond1):
    def m(self):
        return ["3"] + super(Diamond3, self).m()


class Diamond4(Diamond2, Diamond3):
    def m(self):
        f = lambda: super(Diamond4, self).m()
        g = [super(Diamond4, self).m() for _ in [0]][0]
        return ["4"] + f() + g

    def n(self):
        return [super().m() for _ in [0]]


print(Diamond4().m(), Diamond4().n())


class SuperAttr(Diamond1):
    m = None

    def get(self):
        return super().m


print(SuperAttr().get()())
x: int = 5
print(__annotations__)
print(sorted(k for k in vars(Decorated)))
print(B.who.__code__.co_freevars, sorted(Ann.__static_attributes__), B.__static_attributes__, Ann.__firstlineno__)
def local_class():
    v = 1
    class L:
        nonlocal v
        v = 2
        w = v
    return v, L.w, L.__qualname__
print(local_class())
