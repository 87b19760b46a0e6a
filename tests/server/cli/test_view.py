"""``truebox view`` where there is no display; the window itself is tested in ``tests/viewer``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from server.cli import main


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux names its display")
def test_without_a_display_one_line_says_what_to_do(
    shared_data: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["view", str(shared_data / "kitti_tracking"), "--scene", "0003", "--frame", "3"]) == 1
    message = "error: a window needs a display, and DISPLAY is not set; `truebox render` makes pictures without one\n"
    assert capfd.readouterr() == ("", message)


def test_the_help_lists_the_keys(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert main(["view", "--help"]) == 0
    assert "Page Down" in capfd.readouterr().out
