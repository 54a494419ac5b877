def t(x):
    print("eval", getattr(x, "__name__", x))
    return x

print(t(1) + t(2) * t(3))
print(t(1) < t(2) < t(3))
print(t(3) < t(2) < t(1))
print([t(1), *[t(2)], t(3)])
print({t("a"): t(1), **{t("b"): t(2)}, t("c"): t(3)})
print((t(1), t(2)))
print({t(1), t(2)})
print(t([1, 2, 3])[t(1)])
print(t([1, 2, 3])[t(0):t(2):t(1)])


def f(*a, **k):
    return a, k


print(t(f)(t(1), *t([2]), t(3), k=t(4), **t({"m": 5}), z=t(6)))
print(t(f)(k=t(1), *t([2])))

x = [0, 0, 0]
t(x)[t(0)] = t(5)
t(x)[t(1)] += t(7)
print(x)


class A:
    pass


t(A).y = t(1)
t(A).y += t(2)
print(A.y)
a, t(x)[0] = t(1), t(2)
print(a, x)
print(t(0) or t("") or t(3))
print(t(1) and t(0) and t(3))
print(t(1) if t(0) else t(2))
print(not t(1))
print(f"{t(1)}-{t(2):{t(5)}}-{t('x')!r}")
lambda q=t(1): 0


@t
@(lambda g: t(g) and t(g))
def deco(p=t("default"), *, q: t("ann") = t("kw")) -> t("ret"):
    pass
