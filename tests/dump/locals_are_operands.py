def f(a, b):
    c = a + b * 2
    c += 1
    a, b = b, a + b
    return c[a].x(b, k=c)
