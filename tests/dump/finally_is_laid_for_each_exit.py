def f(x):
    for i in x:
        try:
            if i:
                return i
            g(i)
        except E as e:
            break
        finally:
            h()
