from __future__ import annotations

import pytest

from formats.kitti.make_rows import track_numbers, truncation_level
from labels import Track


def test_track_numbers_are_kept_or_the_smallest_free() -> None:
    tracks = [
        Track("a", "Car", 5, 5, external_id="1"),
        Track("b", "Car", 3, 3, external_id="a token"),
        Track("c", "Car", 1, 1),
        Track("d", "Car", 0, 0, external_id="0"),
        Track("e", "Car", 9, 9, external_id="01"),
    ]
    assert track_numbers(tracks) == {"d": 0, "a": 1, "c": 2, "b": 3, "e": 4}
    assert track_numbers(tracks[::-1]) == track_numbers(tracks)
    assert track_numbers([]) == {}


@pytest.mark.parametrize(("share", "level"), [(0.0, 0), (0.49, 0), (0.5, 1), (0.98, 1), (0.99, 2), (1.0, 2)])
def test_truncation_levels(share: float, level: int) -> None:
    assert truncation_level(share) == level
