from __future__ import annotations

from formats.scene_names import as_file_name, is_file_name


def test_names_become_names_of_files_that_differ() -> None:
    odd = ["../../x", "a/b", "a\\b", "", ".", "x" * 300, "x" * 299 + "y", "전방/wide", "\0"]
    made = [as_file_name(name) for name in odd]
    assert all(map(is_file_name, made))
    assert len(set(made)) == len(odd)
    assert as_file_name("CAM_FRONT") == "CAM_FRONT"
