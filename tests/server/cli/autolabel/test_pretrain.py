"""``truebox autolabel pretrain``: what cannot be is said in one line; the recipe itself is tested in its room."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.cli.main import BAD_INPUT, BAD_USAGE, main


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--seed", "500"], BAD_INPUT, "seed must be 0 … 499, got 500"),
        (["--scenes", "5000"], BAD_INPUT, "scenes must be 1 … 1000, got 5000"),
        (["--init", "nowhere.safetensors"], BAD_INPUT, "nowhere.safetensors"),
        (["--steps", "0"], BAD_USAGE, "--steps"),
    ],
)
def test_what_cannot_be_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    out = tmp_path / "weights.safetensors"
    command = ["autolabel", "pretrain", "--out", str(out), "--work-dir", str(tmp_path / "work")]
    assert main([*command, *arguments]) == code
    assert message in capsys.readouterr().err
    assert not out.exists()
