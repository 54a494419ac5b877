def f(x, y):
    while x < 10 and not y:
        if x is None or y == x:
            break
        x += 1
    else:
        return 1 if x in (1, 2) else -x
