import typing
from typing import (
    Annotated, Any, Callable, ClassVar, Generic, List, Literal, NamedTuple, Optional, Protocol,
    TypedDict, TypeVar, Union, get_args, get_origin, get_type_hints, overload, runtime_checkable,
)

T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, value: T):
        self.value = value


@runtime_checkable
class Closes(Protocol):
    def close(self) -> None: ...


class File:
    def close(self):
        pass


class Row(NamedTuple):
    a: int
    b: str = "x"


class Movie(TypedDict, total=False):
    title: str


print(List[int], Optional[str], Union[int, str, int], Callable[[int], str], Literal["a", 1])
print(Box[int], Box[int](3).value, Annotated[int, "m"], ClassVar[int], typing.Dict[str, Any])
print(get_origin(List[int]), get_args(Callable[[int, str], bool]), Union[int, None] == Optional[int])
print(isinstance(File(), Closes), isinstance(3, Closes), Row(1), Row.__annotations__)
print(Movie(title="t"), Movie.__total__, sorted(Movie.__optional_keys__))


def f(a: "int", b: "Optional[Box]" = None) -> "list[str]":
    pass


print(get_type_hints(f))
for attempt in (lambda: isinstance([], List[int]), lambda: List[int, int], lambda: Closes(),
                lambda: Union[()], lambda: Any(), lambda: Box[int][str], lambda: Literal[int]()):
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, error)
