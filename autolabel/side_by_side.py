"""Work on many things at once, its results in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
AHEAD = 2
"""So many results may wait to be asked for, beside those under way."""


@contextmanager
def side_by_side(work: Callable[[T], R], things: Iterable[T], threads: int) -> Iterator[Iterator[R]]:
    """What the work makes of each thing, in their order, made in other threads a little ahead of being asked for.

    Leaving it waits for what is under way, and begins no more. What the work raises is raised in its turn.

    Args:
        work: Is called from several threads.
        things: Are taken one by one, as they are needed.
        threads: How many are worked on at once.
    """
    with ThreadPoolExecutor(threads, "side-by-side") as workers:
        todo = iter(things)
        under_way: deque[Future[R]] = deque()

        def results() -> Iterator[R]:
            while True:
                under_way.extend(
                    workers.submit(work, thing) for thing in islice(todo, threads + AHEAD - len(under_way))
                )
                if not under_way:
                    return
                yield under_way.popleft().result()

        try:
            yield results()
        finally:
            workers.shutdown(wait=True, cancel_futures=True)
