import asyncio
import re


def clean(text):
    text = re.sub(r"0x[0-9a-f]+", "0x", str(text))
    text = re.sub(r"at [^ ]*/([^/ ]+\.py)", r"at \1", text)
    return re.sub(r"when=[0-9.]+", "when=T", text)


async def main():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    print(repr(f), type(f))
    f.set_result(1)
    for what in (lambda: f.set_result(2), lambda: f.set_exception(ValueError()),
                 lambda: asyncio.Future().result(), lambda: asyncio.Future().exception(),
                 lambda: asyncio.Future().set_exception(3)):
        try:
            print(what())
        except BaseException as e:
            print(type(e), e)
    h = loop.call_soon(print, 1, "x")
    print(clean(h))
    h2 = loop.call_later(10, main)
    print(clean(h2))
    h2.cancel()
    print(clean(h2))
    h.cancel()
    print(clean(h))
    print(f)
    g = asyncio.Future()
    g.cancel("hi")
    print(g, g._cancel_message)
    e = asyncio.Future()
    e.set_exception(ValueError(1))
    print(e, e.exception())

    def cb(f):
        pass

    p = asyncio.Future()
    p.add_done_callback(cb)
    print(clean(p))
    p.add_done_callback(print)
    print(clean(p))
    p.add_done_callback(print)
    print(clean(p))
    print(p.remove_done_callback(print), clean(p))

    async def w():
        await p

    t = asyncio.create_task(w(), name="waits")
    print(clean(t))
    await asyncio.sleep(0)
    print(clean(t))
    print(clean(p))
    p.set_result("x" * 100)
    print(p)
    await t
    print(clean(t))
    t = asyncio.create_task(asyncio.sleep(1))
    t.set_name(12)
    print(t.get_name(), t.cancel("m"), t.cancelling(), t.uncancel(), t.cancelling())
    try:
        await t
    except asyncio.CancelledError as e:
        print(e.args)
    print(loop)
    for what in (lambda: asyncio.Task(3), lambda: t.set_result(1), lambda: t.set_exception(1),
                 lambda: asyncio.run(1), lambda: loop.close()):
        try:
            print(what())
        except BaseException as e:
            print(type(e), e)
    lock, sem, ev, q = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Event(), asyncio.Queue(3)
    print(clean(lock), clean(sem), clean(ev), clean(q), str(q))
    await lock.acquire()
    q.put_nowait(1)
    ev.set()
    print(clean(lock), clean(sem), clean(ev), clean(q), asyncio.Condition(lock).locked())
    print(clean(asyncio.Barrier(2)), asyncio.TaskGroup(), asyncio.timeout(None))


asyncio.run(main())
