"""What to compute on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

import torch

MOST_THREADS = 8
BF16 = ("avx512_bf16", "amx_bf16")


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


def free_cores() -> int:
    """How many of the cores that this process may use are idle; at least one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return min(max(cores - round(load), 1), MOST_THREADS)
