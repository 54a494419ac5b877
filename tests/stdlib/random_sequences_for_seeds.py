import random

for seed in (0, 42, "text", 3.5, b"bytes"):
    r = random.Random(seed)
    print(r.random(), r.randint(1, 100), r.choice("abcdef"), r.sample(range(50), 4))
    items = list(range(8))
    r.shuffle(items)
    print(items, r.choices("xyz", weights=[1, 2, 3], k=5), r.uniform(1, 2), r.gauss(0, 1))
    print(r.expovariate(2), r.betavariate(2, 3), r.gammavariate(0.5, 1), r.triangular(0, 5, 1))
    print(r.normalvariate(), r.lognormvariate(0, 1), r.vonmisesvariate(1, 2), r.randbytes(4))
    print(r.binomialvariate(10, 0.3), r.paretovariate(2), r.weibullvariate(1, 2), r.getrandbits(70))
random.seed(7)
state = random.getstate()
first = random.random()
random.setstate(state)
print(first == random.random())
for attempt in (lambda: random.choice([]), lambda: random.randrange(5, 5), lambda: random.seed([]),
                lambda: random.sample([1], 2), lambda: random.choices([1], weights=[0])):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, error)
