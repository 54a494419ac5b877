"""A plain .py file: no top-level await, everything else."""
from dataclasses import dataclass


@dataclass(order=True)
class Point:
    x: int
    y: int = 0

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


def describe(value):
    match value:
        case Point(x=0, y=0):
            return "origin"
        case Point(x, 0):
            return f"on the x axis at {x}"
        case Point():
            return "somewhere"


for p in sorted([Point(3), Point(1, 2), Point(0)]):
    print(p, describe(p))
print(Point(1) + Point(2, 5))
