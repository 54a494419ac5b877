class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def m(v):
    match v:
        case 0:
            return "zero"
        case 1 | 2 | 3:
            return "small"
        case -1.5:
            return "float"
        case "s" | b"b":
            return "str"
        case None:
            return "none"
        case True:
            return "true"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [1, x, *rest]:
            return f"one first {x} {rest}"
        case [*_, 9]:
            return "ends in 9"
        case [a, *_, b] if a == b:
            return f"same ends {a}"
        case (x, y):
            return f"pair {x} {y}"
        case {"type": "circle", "r": r}:
            return f"circle {r}"
        case {"type": t, **rest} if rest:
            return f"{t} {rest}"
        case {}:
            return "mapping"
        case Point(x=0, y=0):
            return "origin"
        case Point(0, y) | Point(y, 0):
            return f"axis {y}"
        case Point(x, y) as p:
            return f"point {x} {y} {p is v}"
        case int() | float() as n:
            return f"number {n}"
        case str(s):
            return f"string {s}"
        case [int(a), [b, *c], {"k": [d, *_]}]:
            return f"deep {a} {b} {c} {d}"
        case _:
            return "other"


for v in [0, 2, -1.5, "s", b"b", None, True, [], [7], [1, 2, 3, 4], (5, 9), (4, 5, 4), (3, 4),
          {"type": "circle", "r": 3}, {"type": "sq", "w": 1}, {"a": 1}, Point(0, 0), Point(0, 5), Point(6, 0),
          Point(1, 2), 10, 2.5, "text", [1.5, [2, 3, 4], {"k": [5, 6]}], {1, 2}, range(3), object]:
    print(m(v))


class NS:
    A = 1
    B = "b"


def dotted(v):
    match v:
        case NS.A:
            return "A"
        case NS.B:
            return "B"
        case -1 | 1 - 2j:
            return "num"
    return "no"


print([dotted(v) for v in (1, "b", -1, 1 - 2j, 7)])


def binding(v):
    x = "old"
    match v:
        case [x, 1]:
            pass
        case [x, y] if y > 10:
            pass
        case _:
            pass
    return x


print(binding([5, 1]), binding([5, 2]), binding([5, 20]), binding(3))
match [1, [2, 3]]:
    case [a, [b, c]]:
        print(a, b, c)
match {"a": 1, "b": 2}:
    case {"a": 1, **kw}:
        print(kw)
match 5:
    case n if n > 10:
        print("big")
    case n:
        print("n", n)
try:
    match 5:
        case int(1, 2):
            pass
except TypeError as e:
    print(e)
try:
    match Point(1, 2):
        case Point(1, 2, 3):
            pass
except TypeError as e:
    print(e)
match "abc":
    case [a, b, c]:
        print("sequence")
    case str():
        print("strings are no sequences")
for cmd in ["go north", "look", "drop a b c"]:
    match cmd.split():
        case ["go", direction]:
            print("going", direction)
        case ["look"]:
            print("looking")
        case [verb, *objs]:
            print(verb, objs)
for v in [(1, (2, 3)), (1, [2])]:
    match v:
        case (1, (2, 3)) | (1, [2]) as whole:
            print(whole)


def early(v):
    for i in range(3):
        match v:
            case 1 if i == 1:
                return i
            case 2:
                break
            case _:
                continue
    return "end", i


print(early(1), early(2), early(3))
