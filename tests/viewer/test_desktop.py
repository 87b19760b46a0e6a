"""The window opens, steps and closes; where it cannot, one line says why."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from viewer import LabeledScene, WindowError, show_window
from viewer.desktop import _error, check_display

only_on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux names its display")


@only_on_linux
def test_without_a_display_one_line_says_what_to_do(labeled: LabeledScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(WindowError, match=r"DISPLAY is not set; `truebox render` makes pictures without one"):
        show_window(labeled, 0)


@only_on_linux
def test_a_display_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":64999")
    with pytest.raises(WindowError, match="DISPLAY=:64999 does not answer"):
        check_display()


def test_a_wrong_frame_opens_no_window(labeled: LabeledScene) -> None:
    with pytest.raises(ValueError, match="frame_index must lie in 0 … 2, got 3"):
        show_window(labeled, 3)


def test_missing_drivers_are_told_from_what_should_not_happen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("FEngine created\nreason: Unable to create Vulkan instance. error=-9\n")
    assert isinstance(_error(-6, log), WindowError)
    assert "Unable to create Vulkan instance" in str(_error(-6, log))
    log.write_text("Traceback\nImportError: libusb-1.0.so.0: cannot open shared object file\n")
    assert isinstance(_error(1, log), WindowError)
    log.write_text("Traceback\nKeyError: 'x'\n")
    assert isinstance(_error(1, log), RuntimeError)
    log.write_text("")
    assert "exit code -11" in str(_error(-11, log))


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("raise ImportError('libusb-1.0.so.0: cannot open shared object file')", "libusb-1.0.so.0"),
        ("import os; os.write(2, b'reason: no Vulkan, error=-9'); os.abort()", "no Vulkan"),
    ],
)
def test_drivers_that_are_missing_are_named(
    labeled: LabeledScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, message: str
) -> None:
    """With a stand-in for Open3D that fails in the window's process as Open3D itself does."""
    (tmp_path / "open3d.py").write_text(module)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("viewer.desktop.check_display", lambda: None)
    with pytest.raises(WindowError, match=rf"Open3D cannot draw here \(.*{message}.*\).*`truebox render`"):
        show_window(labeled, 0)
