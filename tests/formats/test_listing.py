"""Whatever bytes a file holds, a reader answers with what it could read and named problems, or one clear error."""

from __future__ import annotations

import os
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import FormatError, get_format, open_dataset
from formats.convert import prepare_conversion, write_conversion
from formats.kitti.tracklets import read_tracklets
from formats.listing import MAX_TEXT_BYTES, Listing, entries_in, read_bounded
from geometry import TrueboxError

KINDS = ("kitti-tracking", "kitti-object", "kitti-raw", "native")
SPOILT = {
    "kitti-tracking": ("label_02/0000.txt", "calib/0000.txt", "oxts/0000.txt", "velodyne/0000/000001.bin"),
    "kitti-object": ("0000/label_2/000001.txt", "0000/calib/000001.txt", "0000/image_2/000001.jpg"),
    "kitti-raw": (
        "0000/0000/tracklet_labels.xml",
        "0000/calib_cam_to_cam.txt",
        "0000/calib_velo_to_cam.txt",
        "0000/0000/image_02/timestamps.txt",
        "0000/0000/oxts/data/0000000001.txt",
        "0000/0000/oxts/timestamps.txt",
    ),
    "native": (
        "dataset.json",
        "scenes/0000/scene.json",
        "scenes/0000/labels.json",
        "scenes/0000/rotations.json",
    ),
}
FILES = [(kind, file) for kind in KINDS for file in SPOILT[kind]]
WORDS = (
    *(b"nan", b"inf", b"-inf", b"1e308", b"-1e-320", b"99999999999999999999", b"9" * 5000, b"0", b"-1", b"0x10"),
    *(b"\xff\xfe\x00", b"\x00", b"\n", b" ", b"<", b"&a;", b"]", b"{", b"[" * 3000, b"null", b"true", b'"\\ud800"'),
    *("²".encode(), "१".encode(), b"NaN", b"Infinity", b"1e5", b"2147483647", b'""'),
)


@pytest.fixture(scope="module")
def datasets(drive_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same small drive in every format."""
    root = tmp_path_factory.mktemp("datasets")
    for kind in KINDS:
        write_conversion(prepare_conversion(drive_template, kind), root / kind)
    return root


def read_all(path: Path, kind: str) -> int:
    """Open and read everything that a conversion reads; the number of problems."""
    dataset = open_dataset(path, kind)
    readings = [get_format(kind).read_labels(scene) for scene in dataset.scenes]
    found = [len(dataset.problems), *(len(scene.problems) for scene in dataset.scenes)]
    return sum(found) + sum(len(reading.problems) for reading in readings)


def answers(path: Path, kind: str) -> None:
    """Fail where reading ends in anything but an answer or one line that names a file."""
    try:
        read_all(path, kind)
    except TrueboxError as error:
        assert "\n" not in str(error)  # noqa: PT017 - one line, whatever was found
        assert str(path.resolve()) in str(error)  # noqa: PT017


@pytest.fixture(params=FILES, ids=lambda pair: f"{pair[0]}:{pair[1]}")
def spoil(request: pytest.FixtureRequest, datasets: Path) -> Iterator[tuple[Path, str, Callable[[bytes], None], bytes]]:
    """A dataset, its format, how to write one of its files, and what that file holds; all is as before afterwards."""
    kind, file = request.param
    path = datasets / kind / file
    if not path.is_file():
        pytest.skip("this drive has no such file")
    before = path.read_bytes()

    def write(data: bytes) -> None:
        path.unlink()  # it may be a hard link to the source
        path.write_bytes(data)

    yield datasets / kind, kind, write, before
    write(before)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoilt_files_are_answered(
    spoil: tuple[Path, str, Callable[[bytes], None], bytes], data: st.DataObject
) -> None:
    path, kind, write, before = spoil
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, min(len(before), start + 40)))
    word = data.draw(st.sampled_from(WORDS) | st.binary(max_size=30))
    write(before[:start] + word + before[end:])
    answers(path, kind)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_word_may_be_any_other(
    spoil: tuple[Path, str, Callable[[bytes], None], bytes], data: st.DataObject
) -> None:
    path, kind, write, before = spoil
    words = before.split(b" ") if b" " in before else before.split(b">")
    glue = b" " if b" " in before else b">"
    index = data.draw(st.integers(0, len(words) - 1))
    words[index] = data.draw(st.sampled_from(WORDS))
    write(glue.join(words))
    answers(path, kind)


def test_files_that_break_off_are_answered(spoil: tuple[Path, str, Callable[[bytes], None], bytes]) -> None:
    path, kind, write, before = spoil
    for share in (0.0, 0.1, 0.5, 0.9, 0.99):
        write(before[: int(share * len(before))])
        answers(path, kind)


def test_a_text_file_that_is_a_folder_is_answered(datasets: Path, tmp_path: Path) -> None:
    for kind, file in FILES:
        copy = Path(shutil.copytree(datasets / kind, tmp_path / kind / file.replace("/", "-")))
        if (copy / file).exists():
            (copy / file).unlink()
            (copy / file).mkdir()
            answers(copy, kind)


ENTITIES = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
BOMB = (
    f'<!DOCTYPE boost_serialization [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>'
    "<boost_serialization><tracklets><item><objectType>&j;</objectType></item></tracklets></boost_serialization>"
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        '<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><boost_serialization>&x;</boost_serialization>',
        "<a/>",
        "<boost_serialization>" + "<item>" * 10_000,
        "<boost_serialization><tracklets>" + "<x/>" * 100_000,
        '<?xml version="1.0" encoding="klingon"?><boost_serialization/>',
        '<?xml version="1.0" encoding="utf-16"?><boost_serialization/>',
    ],
    ids=["billion laughs", "another file", "another root", "nested", "wide", "unknown encoding", "wrong encoding"],
)
def test_hostile_xml_is_refused_in_little_memory(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tracklet_labels.xml"
    path.write_text(text)
    tracemalloc.start()
    try:
        reading = read_tracklets(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert reading.tracklets == []
    assert len(reading.errors) == 1
    assert str(reading.errors[0]).startswith(str(path))
    assert peak < 20e6


def test_a_text_file_of_absurd_size_is_refused_unread(tmp_path: Path, drive_template: Path) -> None:
    root = Path(shutil.copytree(drive_template, tmp_path / "drive"))
    for file in ("label_02/0000.txt", "oxts/0000.txt"):
        with (root / "training" / file).open("r+b") as huge:
            huge.truncate(MAX_TEXT_BYTES + 10_000_000_000)
    (scene,) = open_dataset(root).scenes
    assert ("oxts/0000.txt", "expected a file of at most 64 MiB, found a larger one") in [
        (problem.path, problem.message) for problem in scene.problems
    ]
    (problem,) = get_format("kitti-tracking").read_labels(scene).problems
    assert (problem.path, problem.message[-16:]) == ("label_02/0000.txt", "found a larger one"[-16:])


def test_a_label_of_a_frame_far_out_makes_no_endless_scene(tmp_path: Path, drive_template: Path) -> None:
    root = Path(shutil.copytree(drive_template, tmp_path / "drive"))
    path = root / "training" / "label_02" / "0000.txt"
    with path.open("a") as file:
        file.write(path.read_text().splitlines()[1].replace("0 7", "99999999999999 7", 1) + "\n")
    (scene,) = open_dataset(root).scenes
    assert len(scene.frames) == 5
    problems = get_format("kitti-tracking").read_labels(scene).problems
    assert "expected a frame from 0" in problems[0].message or "number below" in problems[0].message


def test_an_error_of_a_newer_version_says_so(datasets: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(datasets / "native", tmp_path / "native"))
    head = copy / "dataset.json"
    text = head.read_text().replace('"version": 2', '"version": 3', 1)
    head.unlink()
    head.write_text(text)
    with pytest.raises(FormatError, match="expected version 1 to 2, found 3: a newer Truebox wrote it"):
        open_dataset(copy)


def test_pipes_devices_and_circles_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "000000.bin")
    (tmp_path / "000001.bin").symlink_to("000001.bin")
    (tmp_path / "000002.bin").mkdir()
    (tmp_path / "000003.bin").symlink_to("/dev/zero")
    (tmp_path / "000004.bin").write_bytes(b"")
    listing = Listing(root=tmp_path, base=tmp_path)
    assert list(listing.numbered(tmp_path, (".bin",))) == [4]
    assert [(problem.path[5:6], problem.message) for problem in listing.problems] == [
        ("0", "expected a file, found something else"),
        ("1", "a link that leads back to itself is not followed"),
        ("2", "expected a file, found something else"),
        ("3", "a link that leaves the dataset's folder is not followed: open its target instead"),
    ]
    assert listing.files(tmp_path) == ["000004.bin"]
    for name in ("000000.bin", "000002.bin", "000003.bin"):
        with pytest.raises(FormatError, match="expected a file, found something else"):
            read_bounded(tmp_path / name, 10)


def test_names_that_are_no_text_are_named(tmp_path: Path) -> None:
    for name in ("a", "b\udcff"):
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}.txt").write_text("")
    listing = Listing(root=tmp_path, base=tmp_path)
    assert (listing.files(tmp_path), listing.folders(tmp_path)) == (["a.txt"], ["a"])
    wrong = "expected a name in UTF-8, found another"
    found = [(problem.path, problem.message) for problem in listing.problems]
    assert found == [("b\\udcff.txt", wrong), ("b\\udcff", wrong)]
    assert [entry.name for entry in entries_in(tmp_path)] == ["a", "a.txt"]
    with pytest.raises(FormatError, match="expected a path in UTF-8, found another"):
        open_dataset(tmp_path / "b\udcff", "native")
