"""Points of the frames used last, of all recordings together, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict, deque
from itertools import count
from threading import Lock
from weakref import finalize

from geometry.arrays import Float32Array

MOST_BYTES = 512 << 20


class PointCache:
    """Arrays by their owner and frame; an owner that is gone leaves nothing behind. Several threads may ask."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Keep at most that many bytes, or one array."""
        self._most_bytes, self._numbers = most_bytes, count()
        self._kept: OrderedDict[tuple[int, int], Float32Array] = OrderedDict()
        self._gone: deque[int] = deque()
        self._lock = Lock()
        self.byte_count = 0

    def join(self, owner: object) -> int:
        """The number by which an owner asks from now on."""
        number = next(self._numbers)
        finalize(owner, self._leave, number)
        return number

    def get(self, owner_number: int, frame_index: int) -> Float32Array | None:
        """What is kept, which counts as used now."""
        with self._lock:
            points = self._kept.get((owner_number, frame_index))
            if points is not None:
                self._kept.move_to_end((owner_number, frame_index))
            return points

    def put(self, owner_number: int, frame_index: int, points: Float32Array) -> None:
        """Keep an array that is not kept yet, and let those go that were not used for the longest time."""
        with self._lock:
            self._forget_gone()
            self._kept[owner_number, frame_index] = points
            self.byte_count += points.nbytes
            while self.byte_count > self._most_bytes and len(self._kept) > 1:
                self.byte_count -= self._kept.popitem(last=False)[1].nbytes

    def _leave(self, owner_number: int) -> None:
        self._gone.append(owner_number)
        # Garbage may be collected while this very thread is in here; whoever comes next forgets it then.
        if self._lock.acquire(blocking=False):
            try:
                self._forget_gone()
            finally:
                self._lock.release()

    def _forget_gone(self) -> None:
        while self._gone:
            gone = self._gone.popleft()
            for key in [key for key in self._kept if key[0] == gone]:
                self.byte_count -= self._kept.pop(key).nbytes


SHARED = PointCache()
