def f(x):
    match x:
        case [1, y, *rest] if rest:
            return y
        case {"k": v} | P(v=v):
            return v
