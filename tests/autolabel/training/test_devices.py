"""What to compute on."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time

import pytest
import torch

from autolabel.training import devices
from autolabel.training.devices import MOST_THREADS, Device, free_cores, keep_freed_memory, usable_cores


@pytest.mark.parametrize(
    ("cores", "load", "free"), [(8, 0.0, 8), (8, 5.2, 3), (8, 30.0, 1), (1, 0.0, 1), (64, 2.0, MOST_THREADS)]
)
def test_busy_cores_are_left_alone(monkeypatch, tmp_path, cores, load, free):
    monkeypatch.setattr(devices, "PROC_STAT", tmp_path / "none")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    assert free_cores() == free
    assert usable_cores() == min(cores, MOST_THREADS)


@pytest.mark.parametrize(
    ("worked", "own_s", "free"),
    [
        ([0, 0, 0, 0], 0.0, 4),
        ([10, 0, 9, 0], 0.0, 2),
        ([10, 10, 10, 10], 0.0, 1),
        ([1, 1, 0, 0], 0.0, 4),
        ([10, 0, 9, 0], 0.1, 3),
        ([10, 0, 0, 0], 0.3, 4),
    ],
)
def test_cores_that_work_for_others_now_are_busy_whatever_they_did_before(monkeypatch, tmp_path, worked, own_s, free):
    stat, spent_s = tmp_path / "stat", iter([5.0, 5.0 + own_s])
    monkeypatch.setattr(time, "process_time", lambda: next(spent_s))

    def write(passed, ticks):
        rows = [f"cpu{core} {5000 + tick} 0 0 {100 + passed - tick} 0 0 0 0 0 0" for core, tick in enumerate(ticks)]
        stat.write_text("\n".join(["cpu 9 0 0 9 0 0 0 0 0 0", *rows, "intr 1 2 3"]))

    write(0, [0, 0, 0, 0, 0])
    monkeypatch.setattr(devices, "PROC_STAT", stat)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (4.0, 4.0, 4.0), raising=False)
    monkeypatch.setattr(time, "sleep", lambda _s: write(10, [*worked, 10]))  # the last is not ours
    assert free_cores() == free


def test_where_nobody_knows_the_load_all_cores_are_used(monkeypatch, tmp_path):
    monkeypatch.setattr(devices, "PROC_STAT", tmp_path / "none")
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(os, "getloadavg", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert free_cores() == usable_cores() == 3


def test_threads_are_given_back():
    before = torch.get_num_threads()
    with Device("cpu", before + 1, is_bf16=False).in_use():
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_the_best_device_works():
    device = Device.best()
    with device.in_use(), device.autocast():
        out = torch.nn.functional.conv2d(
            torch.ones(1, 1, 4, 4, device=device.name), torch.ones(1, 1, 3, 3, device=device.name)
        )
    assert out.float().cpu().flatten().tolist() == [9.0] * 4


@pytest.mark.skipif(sys.platform != "linux" or platform.libc_ver()[0] != "glibc", reason="only glibc gives memory back")
def test_memory_that_was_freed_is_used_again():
    keep_freed_memory()
    faults = []
    for _ in range(8):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        torch.ones(20 << 18)
        faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    assert min(faults) < (20 << 20) / resource.getpagesize() / 10
