def f(*a, **k):
    return a, k


def local():
    x = 1
    print(x + (x := 5), x)
    x = 1
    print(f(x, (x := 2), x, k=(x := 3), z=x))
    x = 1
    print([x, (x := 2), x], (x, (x := 3), x))
    x = 1
    print(x < (x := 2) < (x := 3), x)
    x = 1
    print({x: (x := 2), x: (x := 3)}, {x, (x := 9)})
    x = [1, 2]
    print(x[(x := 1)])
    x = [1, 2]
    x[(y := 0)] = (x := [9])
    print(x, y)
    x = 1
    x += (x := 10)
    print(x)
    x = 1
    print(f"{x}{(x := 2)}{x}")
    x = 5
    print([x for i in range(2) if (x := i) >= 0], x)
    x = 3
    print(x + [x := 7 for _ in [0]][0], x)
    x = 4
    print(x if (x := 0) else x)
    x = 4
    print(x and (x := 0) or x)
    x = "s"
    print(x.join((x := "t", x)))
    a = b = (x := 1)
    print(a, b, x)
    x = 2
    print(-x + (x := 3) - x)
    x = [3]
    x = x + (x := [1])
    print(x)
    while (n := x.pop()) != 3:
        print(n)


local()
x = 1
print(x + (x := 5), x)
y = [y := 1, y + 1]
print(y)
print([last := i for i in range(5)], last)
