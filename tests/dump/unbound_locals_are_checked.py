def f(x):
    if x:
        y = 1
    print(y)
    print(y)
    del y
    for z in x:
        pass
    return z
