import types


@types.coroutine
def step(x):
    got = yield x
    return got


def run(coro):
    log = []
    value = None
    try:
        while True:
            y = coro.send(value)
            log.append(y)
            value = y * 10
    except StopIteration as e:
        return e.value, log


class CM:
    def __init__(self, n, sup=False):
        self.n, self.sup = n, sup

    async def __aenter__(self):
        await step(self.n)
        return self.n

    async def __aexit__(self, t, v, tb):
        print("aexit", self.n, t and t.__name__)
        await step(-self.n)
        return self.sup


class It:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return await step(self.n)


async def agen(n):
    try:
        for i in range(n):
            x = await step(i)
            got = yield x
            if got:
                print("agen got", got)
    finally:
        print("agen closed")


async def exprs():
    a = (await step(1)) + (await step(2))
    b = [await step(3), await step(4)]
    c = {await step(5): await step(6)}
    d = f"{await step(7)}"
    return a, b, c, d


print(run(exprs()))


async def loops():
    out = []
    async for x in It(3):
        if x == 10:
            continue
        out.append(x)
    else:
        out.append("else")
    async for x in It(5):
        break
    else:
        out.append("never")
    return out


print(run(loops()))


async def withs():
    async with CM(1) as a, CM(2) as b:
        print(a, b)
    async with CM(3, True):
        raise ValueError
    try:
        async with CM(4):
            raise KeyError("k")
    except KeyError as e:
        print(repr(e))
    async with CM(5):
        return "returned"


print(run(withs()))


async def comps():
    a = [x async for x in It(3)]
    b = [await step(x) for x in range(2)]
    c = {x: y async for x in It(1) for y in range(2)}
    d = {x async for x in It(2) if x or await step(1)}
    e = [y async for y in (await step(x) for x in range(2))]
    f = [[y async for y in It(x)] for x in range(2)]
    g = [x async for x in (x async for x in It(2))]
    return a, b, c, d, e, f, g


print(run(comps()))


async def use_agen():
    out = []
    async for x in agen(3):
        out.append(x)
    g = agen(3)
    out.append(await g.__anext__())
    out.append(await g.asend("hi"))
    await g.aclose()
    return out


print(run(use_agen()))


async def finally_await():
    try:
        return await step(1)
    finally:
        print("fin", await step(2))


print(run(finally_await()))


async def bad():
    try:
        await 5
    except TypeError as e:
        print(e)
    try:
        async for x in 5:
            pass
    except TypeError as e:
        print(e)
    try:
        async with 5:
            pass
    except TypeError as e:
        print(e)


run(bad())
c = exprs()
print(next(iter([c.send(None)])))
try:
    c.throw(ValueError("into"))
except ValueError as e:
    print(e)
