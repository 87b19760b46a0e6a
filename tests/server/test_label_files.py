"""Finding and pairing label files, and one clear line where that cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from formats import FormatError
from server.label_files import find_label_files, pair_label_files, shorten

OBJECT = "Car 0.00 0 -1.57 599 156 629 189 2.85 2.63 12.34 0.47 1.49 69.44 -1.56"
TRACKING = f"0 3 {OBJECT}"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.lstrip('f')}.txt").write_text(text)
    return folder


@pytest.mark.parametrize("inside", ["", "label_2", "training/label_02", "data"])
def test_finds_files_bare_or_in_a_dataset(tmp_path: Path, inside: str) -> None:
    write(tmp_path / inside, f000001=OBJECT, f000000="", README="no labels here")
    found = find_label_files(tmp_path)
    assert list(found.by_stem) == ["000000", "000001"]
    assert found.has_tracks is False


def test_tells_the_two_kinds_apart(tmp_path: Path) -> None:
    assert find_label_files(write(tmp_path / "t", f0001="", f0002=TRACKING)).has_tracks is True
    assert find_label_files(write(tmp_path / "e", f0001="\n")).has_tracks is None
    assert find_label_files(write(tmp_path / "s", f0001=f"{OBJECT} 0.5") / "0001.txt").has_tracks is False


def test_says_what_is_missing_and_what_is_left_over(tmp_path: Path) -> None:
    truth = write(tmp_path / "truth", f0=OBJECT, f1=OBJECT, f2=OBJECT)
    prediction = write(tmp_path / "prediction", f1="", f3="")
    files = pair_label_files(truth, prediction)
    assert (files.missing, files.extra, files.has_tracks) == (("0", "2"), ("3",), False)


def test_two_single_files_are_a_pair_whatever_their_names(tmp_path: Path) -> None:
    truth, prediction = write(tmp_path / "a", f0=TRACKING) / "0.txt", write(tmp_path / "b", f7=TRACKING) / "7.txt"
    files = pair_label_files(truth, prediction)
    assert (files.missing, files.extra, files.prediction.by_stem) == ((), (), {"0": prediction})


def test_refuses_what_cannot_be_compared(tmp_path: Path) -> None:
    truth = write(tmp_path / "truth", f0=OBJECT)
    with pytest.raises(FormatError, match="found nothing"):
        pair_label_files(truth, tmp_path / "nowhere")
    with pytest.raises(FormatError, match=r"such as 000000\.txt"):
        find_label_files(write(tmp_path / "empty", notes="hello"))
    with pytest.raises(FormatError, match=r"expected object labels as in .*found tracking labels"):
        pair_label_files(truth, write(tmp_path / "tracks", f0=TRACKING))
    with pytest.raises(FormatError, match="expected files named as in"):
        pair_label_files(truth, write(tmp_path / "others", f9=OBJECT))
    with pytest.raises(FormatError, match=r"0\.txt:2: expected 15 fields .* found 3"):
        find_label_files(write(tmp_path / "short", f0="\nCar 1 2"))
    (tmp_path / "empty" / "1.txt").write_bytes(b"Car \xff")
    with pytest.raises(FormatError, match="expected text, found byte 0xff"):
        find_label_files(tmp_path / "empty")


def test_long_lists_of_names_are_shortened() -> None:
    assert shorten(["a", "b"]) == "a, b"
    assert shorten([str(i) for i in range(9)]) == "0, 1, 2, 3, 4 and 4 more"
