"""Points that stay in memory."""

from __future__ import annotations

import gc

import numpy as np

from autolabel.point_cache import PointCache
from geometry.arrays import Float32Array


class Owner:
    """Somebody with points."""


def points(count: int) -> Float32Array:
    return np.zeros((count, 4), np.float32)


def test_what_was_used_last_stays_whoever_it_belongs_to() -> None:
    cache, owners = PointCache(3 * 16), (Owner(), Owner())
    one, other = (cache.join(owner) for owner in owners)
    first = points(1)
    cache.put(one, 0, first)
    cache.put(other, 0, points(1))
    cache.put(one, 1, points(1))
    assert cache.get(one, 0) is first
    cache.put(other, 1, points(1))
    assert cache.get(other, 0) is None
    assert cache.get(one, 0) is first
    assert cache.byte_count == 3 * 16


def test_what_is_larger_than_all_is_kept_until_the_next() -> None:
    cache, owner = PointCache(16), Owner()
    number = cache.join(owner)
    cache.put(number, 0, points(5))
    assert cache.get(number, 0) is not None
    cache.put(number, 1, points(1))
    assert cache.get(number, 0) is None
    assert cache.byte_count == 16


def test_an_owner_that_is_gone_leaves_nothing() -> None:
    cache, owner, stays = PointCache(), Owner(), Owner()
    number, other = cache.join(owner), cache.join(stays)
    cache.put(number, 0, points(5))
    cache.put(other, 0, points(2))
    del owner
    gc.collect()
    assert cache.get(number, 0) is None
    assert cache.byte_count == 32
