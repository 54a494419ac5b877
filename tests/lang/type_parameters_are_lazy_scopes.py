def first[T](xs: list[T], default: T = None) -> T:
    return xs[0] if xs else default


print(first([1]), first([], 2), first.__type_params__, first.__name__, first.__qualname__)


class Box[T, *Ts, **P]:
    item: T

    def get[U](self, x: U) -> tuple[T, U]:
        return self, x, T, U


print(Box.__type_params__, Box.__name__, Box[int, str, [bool]])
print(Box().get(1)[1:], Box.get.__type_params__)
type Pair[A, B] = tuple[A, B]
print(Pair, Pair.__type_params__, Pair[int, str])
type Plain = int
print(Plain.__value__)


class K:
    inner = 5
    type Alias = inner

    def m[T](self, x: inner) -> T:
        return inner_global

    print(m.__annotations__)


inner_global = 1
print(K().m(0))


@(lambda f: f.__name__)
def decorated[T](x: T): pass
print(decorated)


class Child[T](Box[T, int, [str]]):
    def super_get(self):
        return super().get(3)[1]


print(Child().super_get(), Child.__orig_bases__)


def outer():
    y = 1

    def g[T](x=y, *, k=y + 1):
        return x, k, y, T

    return g()


print(outer())
