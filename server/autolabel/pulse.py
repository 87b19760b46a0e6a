"""A job's report as long work wants it: told the share that is done, and asked whether to stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server.jobs.context import JobCancelledError, JobInterruptedError, Report


class Pulse:
    """Part of a job; remembers why it must end, for the work below knows nothing of jobs."""

    def __init__(self, report: Report, first: float = 0.0, last: float = 1.0, title: str = "") -> None:
        """Report on a part of the job.

        Args:
            report: The job's.
            first: The share of the job that is done before.
            last: The share that is done after.
            title: Stands before what is said.
        """
        self._report, self._first, self._last, self._title = report, first, last, title
        self._at = (first, title)
        self._end: JobCancelledError | JobInterruptedError | None = None

    def progress(self, share: float, text: str) -> None:
        """Say how far the part is."""
        said = f"{self._title}: {text}" if self._title and text else self._title or text
        self._at = (self._first + (self._last - self._first) * share, said)
        self._beat()

    def should_stop(self) -> bool:
        """Whether somebody asked the job to stop, or the server ends."""
        self._beat()
        return self._end is not None

    @contextmanager
    def stopping(self, stopped: type[Exception]) -> Iterator[None]:
        """Turn the work's own way of stopping into the reason that the job has for it."""
        try:
            yield
        except stopped as error:
            if self._end is None:
                raise
            raise self._end from error
        if self._end is not None:
            raise self._end

    def _beat(self) -> None:
        if self._end is not None:
            return
        try:
            self._report(*self._at)
        except (JobCancelledError, JobInterruptedError) as error:
            self._end = error
