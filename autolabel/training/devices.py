"""What to compute on."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import torch

MOST_THREADS = 8
BF16 = ("avx512_bf16", "amx_bf16")
PROC_STAT, WATCHED_S = Path("/proc/stat"), 0.1
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
"""Of ``mallopt`` (glibc, ``malloc.h``)."""
KEPT_BYTES, LARGEST_KEPT_BYTES = 512 << 20, 32 << 20


@dataclass(frozen=True)
class Device:
    """A place to compute.

    Attributes:
        name: As torch calls it: ``cpu`` or ``cuda``.
        threads: How many threads of the CPU take part.
        is_bf16: Whether convolutions run in bfloat16.
    """

    name: str
    threads: int
    is_bf16: bool

    @classmethod
    def best(cls) -> Device:
        """The GPU if there is one, else the cores that have nothing else to do.

        Threads on busy cores wait for each other: two were three times slower than one.
        """
        if torch.cuda.is_available():
            return cls("cuda", 1, torch.cuda.is_bf16_supported())
        able = torch.cpu.get_capabilities()
        return cls("cpu", free_cores(), any(able.get(name, False) for name in BF16))

    def with_threads(self, threads: int) -> Device:
        """The same for each of several that work side by side; with one thread, none waits for another."""
        return replace(self, threads=threads)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Compute with so many threads, and as many as before afterwards."""
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def autocast(self) -> torch.autocast:
        """In which the network runs."""
        return torch.autocast(self.name, torch.bfloat16, enabled=self.is_bf16)


@cache
def keep_freed_memory() -> None:
    """Have glibc keep what tensors free for the next ones, up to ``KEPT_BYTES``, until this process ends.

    Else each layer's answer is given back to the system and asked for again, page by page: an eighth of a look's time.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if libc is not None and hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT_BYTES)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        libc.mallopt(M_TOP_PAD, KEPT_BYTES // 8)


def usable_cores() -> int:
    """How many cores this process may use, whoever else does, and will."""
    return min(len(_cores()), MOST_THREADS)


def free_cores() -> int:
    """How many of the cores that this process may use are idle; at least one."""
    cores = _cores()
    return min(max(len(cores) - round(_busy_cores(cores)), 1), MOST_THREADS)


def _cores() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


def _busy_cores(cores: set[int]) -> float:
    """How many of the cores work for others.

    They are watched for a moment while this thread sleeps. Threads of its own that still wait, spinning, for more to
    add up after what they did last are not others. The load average, which must do where the system tells no more,
    counts what this process itself did a minute ago.
    """
    if not PROC_STAT.is_file():
        return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    before, own_s = _core_times(), time.process_time()
    time.sleep(WATCHED_S)
    after, busy = _core_times(), (own_s - time.process_time()) / WATCHED_S
    for core in cores & before.keys() & after.keys():
        worked, passed = (now - then for now, then in zip(after[core], before[core], strict=True))
        busy += worked / max(passed, 1)
    return max(busy, 0.0)


def _core_times() -> dict[int, tuple[int, int]]:
    """By core, for how many ticks it worked, and how many there were (``proc_stat(5)``)."""
    found = {}
    for line in PROC_STAT.read_text(encoding="ascii").splitlines():
        name, *fields = line.split()
        if name.startswith("cpu") and name != "cpu":
            # User and nice, system, idle, waiting for disks, interrupts, and what a virtual machine was denied.
            ticks = [int(field) for field in fields[:8]]
            found[int(name[3:])] = sum(ticks) - ticks[3] - ticks[4], sum(ticks)
    return found
