def f(a):
    b = a

    class C:
        def m(self):
            return super().m(a, __class__)

    def g():
        nonlocal b
        b += 1
        return b
    return g, C
