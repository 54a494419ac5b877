import copy
import datetime
import heapq
import json
import textwrap
from bisect import bisect, insort
from fractions import Fraction

print(textwrap.fill("The quick brown fox jumps over the lazy dog", 20))
print(repr(textwrap.dedent("  a\n    b\n")), textwrap.shorten("hello wide world", 12))
print(json.dumps({"a": [1, 2.5, None, True], "é": "\n"}, sort_keys=True))
print(json.dumps([1, {"b": []}], indent=2), json.loads('{"x": [1, -2.5e3, "\\u00e9"]}'))
for text in ("[1,]", '{"a" 1}', '"abc', "nul", "[1] x"):
    try:
        json.loads(text)
    except ValueError as error:
        print(error)
d = datetime.datetime(2024, 2, 29, 12, 30, 5, 1000)
print(repr(d), d, d + datetime.timedelta(days=1, hours=13), d.isoformat(" "), d.isocalendar())
print(d - datetime.datetime(2024, 1, 1), datetime.date(2024, 1, 31).weekday(), d.replace(year=2028))
print(datetime.datetime.fromisoformat("2024-05-06T07:08:09+02:00"), datetime.timedelta(0.5, 3))
print(datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC), datetime.timezone.utc)
print(Fraction(3, 4) + Fraction("0.5"), Fraction(1, 3) ** 2, float(Fraction(7, 8)))
heap = [5, 1, 4]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print([heapq.heappop(heap) for _ in range(4)], heapq.nlargest(2, [3, 9, 4]),
      list(heapq.merge([1, 4], [2, 3])))
sorted_list = [1, 3, 5]
insort(sorted_list, 4)
print(sorted_list, bisect(sorted_list, 3))
nested = {"a": [1, {2}]}
nested["self"] = nested
clone = copy.deepcopy(nested)
print(clone["self"] is clone, clone["a"] is not nested["a"], clone["a"])
