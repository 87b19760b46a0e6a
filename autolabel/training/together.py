"""Several trainings at once, of which one thread tells the progress and asks whether to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from threading import Event

from autolabel.stopping import Progress, ShouldStop, Stopped, part_of
from autolabel.training.fit import FitResult

Training = Callable[[Progress, ShouldStop], FitResult]
News = tuple[int, float, str]


def train_together(
    trainings: Sequence[Training], at_once: int, progress: Progress, should_stop: ShouldStop
) -> list[FitResult]:
    """What comes of each training.

    Args:
        trainings: Are called in threads of their own, or here one after the other.
        at_once: How many are under way at once.
        progress: Told how far they are together; called in this thread only.
        should_stop: Asked before the first step, and after each; called in this thread only.

    Raises:
        Stopped: ``should_stop`` said so; each training was told, and kept what it keeps.
        Exception: What the first training that failed raised; the others were stopped.
    """
    count = len(trainings)
    if at_once == 1:
        parts = [part_of(progress, number / count, (number + 1) / count) for number in range(count)]
        return [training(part, should_stop) for training, part in zip(trainings, parts, strict=True)]
    news: SimpleQueue[News | None] = SimpleQueue()
    shares = [0.0] * count
    stop = Event()

    def tell(number: int, share: float, what: str) -> None:
        news.put((number, share, what))

    with ThreadPoolExecutor(at_once, "trainings") as workers:
        try:
            if should_stop():
                raise Stopped
            under_way = [
                workers.submit(training, partial(tell, number), stop.is_set)
                for number, training in enumerate(trainings)
            ]
            for each in under_way:
                each.add_done_callback(lambda _done: news.put(None))
            left = count
            while left:
                told = news.get()
                if told is None:
                    left -= 1
                else:
                    shares[told[0]] = told[1]
                    progress(sum(shares) / count, told[2])
                if should_stop() or _failed(under_way):
                    stop.set()
        finally:
            stop.set()
    if failed := _failed(under_way):
        raise failed[0]
    return [each.result() for each in under_way]


def _failed(trainings: Sequence[Future[FitResult]]) -> list[BaseException]:
    """What the trainings raised, those that were only stopped last."""
    raised = [error for each in trainings if each.done() and (error := each.exception()) is not None]
    return sorted(raised, key=lambda error: isinstance(error, Stopped))
