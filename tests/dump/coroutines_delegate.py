async def f(x):
    async with x as y:
        async for z in y:
            await z
    yield [w async for w in x]
