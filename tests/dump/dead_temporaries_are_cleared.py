def f(x):
    x.a + x.b
    if x.c():
        x.d = x.e[x.f]
    return g(x.h, x.i < x.j)
