import dataclasses
from dataclasses import KW_ONLY, InitVar, asdict, astuple, dataclass, field, fields, replace


@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Frozen:
    a: int
    b: str = "b"


@dataclass
class Base:
    scale: InitVar[int]
    _: KW_ONLY
    total: int = field(init=False)
    name: str = "n"

    def __post_init__(self, scale):
        self.total = scale * 2


p = Point(1, tags=["t"])
print(p, Point.__doc__, Point.__match_args__)
print(p < Point(1, 1), p == Point(1), replace(p, y=5), asdict(p), astuple(p))
print([f.name for f in fields(Frozen)], Frozen(1), hash(Frozen(1)) == hash(Frozen(1)))
print(Base(3, name="z"))
made = dataclasses.make_dataclass("Made", ["a", ("b", int), ("c", int, 3)])
print(made(1, 2), made.__annotations__)
for attempt in (
        lambda: setattr(Frozen(1), "a", 2),
        lambda: Point(),
        lambda: fields(3),
        lambda: asdict(Point),
        lambda: field(default=1, default_factory=list),
        lambda: dataclass(type("Bad", (), {"__annotations__": {"x": list}, "x": []})),
        lambda: dataclass(type("Bad", (), {"__annotations__": {"x": int, "y": int}, "x": 1})),
        lambda: replace(Base(1), total=3)):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, error)
