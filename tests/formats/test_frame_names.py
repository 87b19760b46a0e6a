from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from formats.frame_names import file_names, in_order, track_names
from labels import Track
from tests.formats.box_scenes import made_scene


def test_numbers_sort_by_value_and_others_as_texts() -> None:
    assert in_order(["10", "9", "009"]) == ["009", "9", "10"]
    assert in_order(["b10", "b9"]) == ["b10", "b9"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["9", "10", "11", "12"], ["9", "10", "11", "12"]),
        (["b", "a", "c", "d"], ["000000", "000001", "000002", "000003"]),
        (["a", "a", "b", "c"], ["000000", "000001", "000002", "000003"]),
        (["a", "a/b", "b", "c"], ["000000", "000001", "000002", "000003"]),
        (["a", "a.x", "b", "c"], ["000000", "000001", "000002", "000003"]),
        (["", "a", "b", "c"], ["000000", "000001", "000002", "000003"]),
    ],
)
def test_frames_keep_their_names_where_files_can_have_them(
    tmp_path: Path, names: list[str], expected: list[str]
) -> None:
    scene = made_scene(tmp_path)
    frames = tuple(replace(frame, name=name) for frame, name in zip(scene.frames, names, strict=True))
    assert file_names(replace(scene, frames=frames)) == expected


def test_tracks_without_an_id_of_their_own_get_the_next_free_number() -> None:
    externals = ["2", None, "x", "x", "007", None]
    tracks = [Track(f"t{index}", "Car", 0, 0, external) for index, external in enumerate(externals)]
    assert list(track_names(tracks).values()) == ["2", "1", "3", "4", "007", "5"]
    assert list(track_names(tracks, numbers_only=True).values()) == ["2", "1", "3", "4", "5", "6"]
