"""Answers the benchmark's requests: one JSON object a line in, one out (see benchmarks/engine/sizes.ts)."""
import json
import sys
import time

import torch

BATCH, CHANNELS, FILTERS, FEATURES, HIDDEN, ACTIONS = 128, 9, 32, 50, 1024, 6
SIZES = {"S": (48, [2, 2, 1]), "L": (84, [2, 1, 1, 1])}


def say(message):
    print(json.dumps(message), flush=True)


def serve(make):
    """`make(size)` gives a function that does the work once; the first argument is the number of threads."""
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    say({"about": {"torch": torch.__version__, "threads": torch.get_num_threads()}})
    works = {}
    for line in sys.stdin:
        request = json.loads(line)
        size = request["size"]
        if size not in works:
            works[size] = make(size)
            for _ in range(4):
                works[size]()
        start = time.perf_counter()
        for _ in range(request["runs"]):
            works[size]()
        say({"ms": 1000 * (time.perf_counter() - start) / max(1, request["runs"])})
