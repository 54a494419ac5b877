import contextlib
import functools
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque, namedtuple
from collections.abc import Hashable, Iterable, Mapping, MutableSequence


@functools.lru_cache(maxsize=2)
def square(n):
    """Square."""
    return n * n


print(square(2), square(2), square(3), square.cache_info(), square.__name__, square.__doc__)
square.cache_clear()
print(square.cache_info(), functools.reduce(lambda a, b: a * b, range(1, 6)))
print(functools.partial(int, base=2)("101"), sorted("bca", key=functools.cmp_to_key(
    lambda a, b: (a > b) - (a < b))))


@functools.total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n


print(Version(1) <= Version(2), Version(3) > Version(2), Version(2) >= Version(3))


@functools.singledispatch
def show(value):
    return "object"


@show.register
def _(value: int):
    return "int"


@show.register(list)
def _(value):
    return "list"


print(show(1), show([]), show("s"), show(True), show.dispatch(bool) is show.dispatch(int))

P = namedtuple("P", "x y", defaults=[0])
print(P(1), P(1)._replace(y=2), P._make([3, 4])._asdict(), P._fields, P.__doc__)
c = Counter("abracadabra")
print(c.most_common(2), c + Counter(a=1), c - Counter(a=9), c.total())
print(ChainMap({"a": 1}, {"b": 2}), dict(ChainMap({"a": 1}, {"a": 2, "b": 3})))
print(deque([1, 2, 3], maxlen=2), defaultdict(list, a=[1]), OrderedDict(a=1))
print(isinstance({}, Mapping), isinstance([], MutableSequence), isinstance((), Hashable),
      issubclass(str, Iterable))


@contextlib.contextmanager
def log(name):
    print("enter", name)
    try:
        yield name
    except ValueError as error:
        print("caught", error)
    finally:
        print("leave", name)


with contextlib.ExitStack() as stack:
    stack.enter_context(log("a"))
    stack.callback(print, "callback")
    stack.enter_context(log("b"))
    raise ValueError("inside")
with contextlib.suppress(KeyError):
    {}["x"]
for attempt in (lambda: namedtuple("Bad", "a a"), lambda: UserDict()["q"],
                lambda: contextlib.ExitStack().enter_context(3), lambda: P(1, 2, 3)):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, error)
