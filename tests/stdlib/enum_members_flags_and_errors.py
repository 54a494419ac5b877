import enum
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, unique, verify


class Color(Enum):
    RED = 1
    GREEN = auto()
    CRIMSON = 1

    @property
    def low(self):
        return self.name.lower()

    @classmethod
    def _missing_(cls, value):
        return cls.RED if value == "red" else None


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


class Number(IntEnum):
    ONE = 1
    TWO = 2


class Word(StrEnum):
    HELLO = auto()


class Bits(IntFlag):
    A = 1
    B = 2


print(list(Color), Color.CRIMSON, Color["GREEN"], Color("red"), Color.GREEN.low)
print(repr(Color), len(Color), Color.RED in Color, 1 in Color, dict(Color.__members__))
print(Perm.R | Perm.X, repr(Perm.RW), ~Perm.R, list(Perm.RW), Perm.R in Perm.RW, Perm(0))
print(Number.ONE + 1, Number.TWO, repr(Number.TWO), f"{Number.TWO:03}", Word.HELLO, repr(Word.HELLO))
print(Bits.A | 8, repr(Bits(3)), Bits.A & 3)
Animal = Enum("Animal", "CAT DOG", start=5)
print(list(Animal), Animal.__module__)


def attempts():
    yield lambda: Color(9)
    yield lambda: Color["BLUE"]
    yield lambda: setattr(Color, "RED", 3)
    yield lambda: Perm(99)
    yield lambda: Perm.R | 1
    yield lambda: unique(Color)
    yield lambda: Enum("Twice", ["A", "A"])
    yield lambda: type("More", (Color,), {})
    yield lambda: verify(enum.CONTINUOUS)(Enum("Gap", {"A": 1, "B": 4}))


for attempt in attempts():
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, error)
