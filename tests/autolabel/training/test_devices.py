"""What to compute on."""

from __future__ import annotations

import os

import pytest
import torch

from autolabel.training.devices import MOST_THREADS, Device, free_cores


@pytest.mark.parametrize(
    ("cores", "load", "free"), [(8, 0.0, 8), (8, 5.2, 3), (8, 30.0, 1), (1, 0.0, 1), (64, 2.0, MOST_THREADS)]
)
def test_busy_cores_are_left_alone(monkeypatch, cores, load, free):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    assert free_cores() == free


def test_where_nobody_knows_the_load_all_cores_are_used(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(os, "getloadavg", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert free_cores() == 3


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
