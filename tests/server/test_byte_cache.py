"""Caches that stay within their bounds."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from server.byte_cache import MAX_UNWRITTEN, ByteCache, DiskCache, MemoryCache


def test_memory_lets_the_oldest_go() -> None:
    cache = MemoryCache(100)
    for key in "abc":
        cache.put(key, bytes(30))
    assert cache.get("a") is not None
    cache.put("d", bytes(30))
    assert [key for key in "abcd" if cache.get(key) is not None] == ["a", "c", "d"]
    cache.put("a", bytes(10))
    assert cache.byte_count == 70
    cache.put("large", bytes(101))
    assert (cache.get("large"), cache.byte_count) == (None, 0)


def test_disk_lets_the_oldest_go_and_survives_a_restart(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "points", 100)
    for age, key in enumerate("abcd"):
        cache.put(key, bytes(24))
        os.utime(tmp_path / "points" / key, (age, age))
    assert cache.get("a") == bytes(24)
    again = DiskCache(tmp_path / "points", 100)
    again.put("e", bytes(24))
    assert [key for key in "abcde" if again.get(key) is not None] == ["a", "d", "e"]
    again.put("large", bytes(101))
    assert again.get("large") is None


def test_nothing_is_kept_where_nothing_may_be(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "points", 0)
    cache.put("a", b"1")
    assert cache.get("a") is None
    assert not (tmp_path / "points").exists()


def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "points").write_text("a file")
    cache = DiskCache(tmp_path / "points", 100)
    cache.put("a", b"1")
    assert cache.get("a") is None


def test_what_one_has_is_not_made_again(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> bytes:
        made.append("")
        return b"data"

    for _ in range(2):  # the second with an empty memory
        cache = ByteCache(MemoryCache(100), DiskCache(tmp_path, 100))
        assert [cache.get_or_make("key", make) for _ in range(3)] == [b"data"] * 3
        cache.close()
    assert len(made) == 1


def test_nobody_waits_for_a_slow_disk(tmp_path: Path) -> None:
    may_write = threading.Event()
    written: list[str] = []

    class SlowDisk(DiskCache):
        def put(self, key: str, data: bytes) -> None:
            may_write.wait(timeout=60)
            written.append(key)
            super().put(key, data)

    cache = ByteCache(MemoryCache(100), SlowDisk(tmp_path, 100))
    for number in range(2 * MAX_UNWRITTEN):
        assert cache.get_or_make(str(number), lambda: b"data") == b"data"
    assert written == []
    may_write.set()
    cache.close()
    assert written == [str(number) for number in range(MAX_UNWRITTEN)]
