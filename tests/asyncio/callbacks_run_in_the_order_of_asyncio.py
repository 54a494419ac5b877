import asyncio

log = []


async def worker(name, n):
    for i in range(n):
        log.append(f"{name}{i}")
        await asyncio.sleep(0)
    return name


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(log.append, "soon1")
    a = asyncio.create_task(worker("a", 3))
    loop.call_soon(log.append, "soon2")
    b = asyncio.create_task(worker("b", 2))
    a.add_done_callback(lambda t: log.append("a done"))
    b.add_done_callback(lambda t: log.append("b done"))
    fut = loop.create_future()
    fut.add_done_callback(lambda f: log.append("fut cb1"))
    fut.add_done_callback(lambda f: log.append("fut cb2"))
    loop.call_soon(fut.set_result, 1)

    async def awaits():
        log.append("await fut")
        log.append(await fut)
        log.append(await fut)

    c = asyncio.ensure_future(awaits())
    loop.call_later(0, log.append, "later0")
    log.append("gather")
    print(await asyncio.gather(a, b, c, asyncio.shield(worker("s", 1))))
    print(log)
    log.clear()
    t1 = loop.time() + 0.05
    for name in "pqrstu":
        loop.call_at(t1, log.append, name)
    done, pending = await asyncio.wait(
        [asyncio.create_task(asyncio.sleep(d, d)) for d in (0.1, 0.2)],
        return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending), log)
    for p in pending:
        print(p.cancel())
    print(await asyncio.gather(*pending, return_exceptions=True))


asyncio.run(main())


async def order():
    out = []

    async def child(n):
        out.append(f"start {n}")
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as e:
            out.append(f"cancelled {n} {e.args}")
            raise
        finally:
            out.append(f"finally {n}")

    ts = [asyncio.create_task(child(i)) for i in range(3)]
    await asyncio.sleep(0)
    ts[1].cancel("one")
    ts[0].cancel()
    g = asyncio.gather(*ts, return_exceptions=True)
    await asyncio.sleep(0)
    g.cancel("all")
    try:
        await g
    except asyncio.CancelledError as e:
        out.append(f"outer {e.args}")
    print(out)
    try:
        async with asyncio.timeout(0.01) as cm:
            await asyncio.sleep(1)
    except TimeoutError:
        print("timeout", cm.expired(), cm)
    try:
        await asyncio.wait_for(asyncio.sleep(1), 0.01)
    except TimeoutError as e:
        print(type(e), e.args, type(e.__cause__))
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(child("x"))
            tg.create_task(asyncio.sleep(0.001)).add_done_callback(lambda t: 1 / 0)

            async def fail():
                raise ValueError("boom")

            tg.create_task(fail())
    except* ValueError as eg:
        print(eg, eg.exceptions)
    print(out[-3:])


asyncio.get_event_loop_policy()
with asyncio.Runner() as runner:
    runner.get_loop().set_exception_handler(lambda loop, ctx: print("handler", ctx["message"][:22], repr(ctx.get("exception"))))
    runner.run(order())
