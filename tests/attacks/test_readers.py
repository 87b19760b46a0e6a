"""Whatever somebody puts into a dataset's folder: what can be read is read, the rest is named, in bounds."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import FormatError, all_formats, get_format, open_dataset
from tests.attacks.bombs import BOMBS
from tests.attacks.reading import Answers, bounded, noted, read_everything
from tests.attacks.samples import SAMPLES
from tests.attacks.spoil import changed, cut, revalued

pytestmark = [
    # Pillow and pickletools warn of what they are given; neither is an error for who reads.
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
    pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning"),
]
EXAMPLES = 25
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
DIGITS = re.compile(r"\d+")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One small dataset of every format in every shape; who spoils one puts it right again."""
    root = tmp_path_factory.mktemp("attacks")
    return {name: make(root / name.replace(":", "-")) for name, make in SAMPLES.items()}


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest, samples: dict[str, Path]) -> tuple[str, Path]:
    """A format and a dataset of it."""
    return request.param.split(":")[0], samples[request.param]


def files_of(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def kinds_of(path: Path) -> list[Path]:
    """One file and one folder of each kind: those whose names differ by more than digits."""
    found = {DIGITS.sub("0", str(entry.relative_to(path))): entry for entry in sorted(path.rglob("*"), reverse=True)}
    return sorted(found.values())


@contextmanager
def put_aside(path: Path, away: Path) -> Iterator[Path]:
    """A file or folder elsewhere while something else takes its place."""
    kept = away / f"kept-{path.name}"
    path.rename(kept)
    try:
        yield kept
    finally:
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path)
        kept.rename(path)


def read(sample: tuple[str, Path]) -> Answers:
    name, path = sample
    with bounded():
        return read_everything(path, name)


def test_every_format_that_reads_has_a_sample() -> None:
    reading = {item.name for item in all_formats() if item.can_read_scenes or item.can_read_labels}
    assert {name.split(":")[0] for name in SAMPLES} == reading


@pytest.mark.parametrize("name", [item.name for item in all_formats() if not item.can_read_scenes])
def test_what_is_written_alone_is_never_read(name: str, tmp_path: Path) -> None:
    if get_format(name).can_read_labels:
        return
    with pytest.raises(FormatError, match="expected a format that can be read"):
        get_format(name).open_dataset(tmp_path)


def test_samples_are_whole(sample: tuple[str, Path]) -> None:
    answers = read(sample)
    # A folder of zip files says too little to be found by itself.
    assert [error for error in answers.errors if sample[0] != "cvat" or "found none of" not in error] == []
    assert len(answers.contents) > 1


@settings(max_examples=EXAMPLES, suppress_health_check=SLOW)
@given(data=st.data())
def test_spoilt_files_are_answered(sample: tuple[str, Path], data: st.DataObject) -> None:
    """Cut off, with bytes changed, with values of any type; one file at a time."""
    path = data.draw(st.sampled_from(files_of(sample[1])))
    good = path.read_bytes()
    how = data.draw(st.sampled_from([cut, changed, None, None]))
    bad = revalued(data.draw, path, good) if how is None else how(data.draw, good)
    try:
        path.write_bytes(bad)
        read(sample)
    finally:
        path.write_bytes(good)


def test_links_out_of_a_dataset_are_not_followed(sample: tuple[str, Path], tmp_path: Path) -> None:
    """Nothing outside is opened, whichever file or folder is a link to its like outside."""
    for entry in kinds_of(sample[1]):
        with put_aside(entry, tmp_path) as secret:
            entry.symlink_to(secret)
            with noted() as names:
                read(sample)
            outside = str(tmp_path.resolve())
            leaked = [name for name in names if os.path.realpath(name).startswith(outside)]
            assert leaked == [], entry


def test_what_is_no_file_hangs_nobody(sample: tuple[str, Path], tmp_path: Path) -> None:
    for entry in kinds_of(sample[1]):
        with put_aside(entry, tmp_path):
            os.mkfifo(entry)
            read(sample)
            entry.unlink()
            entry.symlink_to("/dev/zero")
            read(sample)
            entry.unlink()
            entry.symlink_to(entry.name)
            read(sample)
            entry.unlink()
            if len(str(entry)) < 100:
                with socket.socket(socket.AF_UNIX) as listener:
                    listener.bind(str(entry))
                    read(sample)
                entry.unlink()
            entry.mkdir()
            read(sample)
            entry.rmdir()
            read(sample)
            entry.write_bytes(b"")
            read(sample)


@pytest.mark.parametrize("name", sorted({name.split(":")[0] for name in SAMPLES}))
@pytest.mark.parametrize(
    "made", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(path.name)]
)
def test_what_is_no_folder_is_no_dataset(name: str, made: str, tmp_path: Path) -> None:
    for suffix in ("", ".bag", ".mcap", ".db3", ".zip", ".json"):
        path = tmp_path / f"set{suffix}"
        if made == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero" if made == "device" else path.name)
        with pytest.raises(FormatError), bounded():
            open_dataset(path, name)


HOSTILE = (
    *("../secret.bin", "../../secret.bin", "/etc/passwd", "/dev/zero", "a\nb", "a\x00b", "x" * 300, "..", ".", "", "/"),
    *("\udcff", "\x1b[31m", "a/" * 600, "~root", "s3://bucket/key", "file:///etc/passwd", "\\\\host\\share", "CON"),
)


def test_references_to_files_lead_nowhere_else(sample: tuple[str, Path], tmp_path: Path) -> None:
    """Every text of a file that names another, replaced: by ways out, by names that are none."""
    _, root = sample
    secret = root.parent / "secret.bin"
    texts = [path for path in kinds_of(root) if path.suffix in (".json", ".jsonl", ".yaml", ".txt", ".feather")]
    known = sorted(
        {re.escape(path.name) for path in files_of(root)} | {re.escape(path.stem) for path in files_of(root)}
    )
    pattern = re.compile(rf'"[^"\n]*(?:{"|".join(known)})[^"\n]*"')
    for path in texts:
        good = path.read_bytes()
        if path.suffix == ".feather" or not pattern.search(good.decode()):
            continue
        for hostile in (str(secret), *HOSTILE):
            spoilt = json.dumps(hostile).join(pattern.split(good.decode()))
            secret.write_bytes(b"\x00\x00\x80?" * 40)
            with put_aside(path, tmp_path):
                path.write_text(spoilt)
                with noted() as names:
                    read(sample)
            secret.unlink()
            outside = {str(secret), "/etc/passwd", "/dev/zero"}
            assert not [opened for opened in names if os.path.realpath(opened) in outside], (path, hostile)


@pytest.mark.parametrize("ending", ["\n\x1b[31m\u2028 '%s{x}", "\udcff", "x" * 180])
def test_files_and_folders_of_any_name(sample: tuple[str, Path], ending: str) -> None:
    for entry in kinds_of(sample[1]):
        renamed = entry.with_name(f"{entry.stem}{ending}{entry.suffix}")
        entry.rename(renamed)
        try:
            read(sample)
        finally:
            renamed.rename(entry)


class Call:
    """What a pickle makes of a call."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.made = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.made


def pandaset_files(samples: dict[str, Path]) -> list[Path]:
    return [path for path in kinds_of(samples["pandaset"]) if path.name.endswith(".pkl.gz")]


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize(
    "function",
    [os.system, eval, exec, os.mkdir, __import__, bytearray, "zeros", "range"],
    ids=lambda item: getattr(item, "__name__", item),
)
def test_pickles_that_call_are_refused(samples: dict[str, Path], function: Any, protocol: int, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    calls = {
        os.system: (f"touch {mark}",),
        eval: (f"open({str(mark)!r}, 'w')",),
        exec: (f"open({str(mark)!r}, 'w')",),
        os.mkdir: (str(mark),),
        __import__: ("antigravity",),
        bytearray: (10**10,),
    }
    value: Any = Call(function, *calls[function]) if callable(function) else Call(range, 10**10)
    if function == "zeros":
        value = Call(np.zeros, 10**10)
    for path in pandaset_files(samples):
        good = path.read_bytes()
        try:
            for made in (value, {"x": value}, [value] * 3):
                path.write_bytes(gzip.compress(pickle.dumps(made, protocol)))
                answers = read(("pandaset", samples["pandaset"]))
                assert [
                    message for message in answers.messages if "expected a pickle of a plain pandas table" in message
                ]
        finally:
            path.write_bytes(good)
    assert not mark.exists()


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_go_off_within_bounds(samples: dict[str, Path], bomb: str) -> None:
    name, part, make = BOMBS[bomb]
    sample = name.split(":")[0], samples[name]
    data = make()
    named = [(path, str(path.relative_to(samples[name]))) for path in kinds_of(samples[name]) if path.is_file()]
    for path in [path for path, shown in named if part in shown]:
        good = path.read_bytes()
        try:
            path.write_bytes(data)
            read(sample)
        finally:
            path.write_bytes(good)
