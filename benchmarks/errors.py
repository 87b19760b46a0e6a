"""Error of the benchmarks."""

from __future__ import annotations

from geometry.errors import TrueboxError


class BenchmarkError(TrueboxError):
    """What a benchmark stands on (a server, a browser, a job) did not work; the message says what and why."""
