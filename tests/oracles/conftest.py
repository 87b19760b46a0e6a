"""Other people's programs as judges, each in an environment of its own below ``.oracles``."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
INSTALL_TIMEOUT_S = 1200
JUDGE_TIMEOUT_S = 600
NO_DEPENDENCIES = "# no-deps"
"""As a first line of ``requirements.txt``: the list is complete, pip adds nothing to it."""
STAMP = "installed.txt"

Judge = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """``judge("nuscenes", "command", folder, …)`` runs ``tests/oracles/nuscenes/judge.py`` and gives its JSON answer.

    The judge's packages are installed once; where they cannot be, the test is skipped and says why.
    """

    def run(name: str, *arguments: str) -> dict[str, Any]:
        python = _environment(name)
        answer = subprocess.run(
            [str(python), str(HERE / name / "judge.py"), *arguments],
            cwd=tmp_path_factory.mktemp(f"judge-{name}"),
            env=_clean_environment(),
            capture_output=True,
            text=True,
            timeout=JUDGE_TIMEOUT_S,
            check=False,
        )
        if answer.returncode != 0:
            pytest.fail(f"judge {name} {' '.join(arguments)} failed:\n{answer.stderr[-4000:]}")
        result: dict[str, Any] = json.loads(answer.stdout.strip().splitlines()[-1])
        return result

    return run


def _environment(name: str) -> Path:
    """The python of a judge's environment, made where it is not there as its requirements say."""
    requirements = HERE / name / "requirements.txt"
    text = requirements.read_text()
    digest = hashlib.sha256(f"{sys.version}\n{text}".encode()).hexdigest()
    folder = REPOSITORY / ".oracles" / name
    python = folder / "bin" / "python"
    if python.is_file() and (folder / STAMP).is_file() and (folder / STAMP).read_text() == digest:
        return python
    venv.create(folder, clear=True, with_pip=True)
    options = ["--no-deps"] if text.startswith(NO_DEPENDENCIES) else []
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
    done = subprocess.run(
        [*command, "-r", str(requirements)],
        env=_clean_environment(),
        capture_output=True,
        text=True,
        timeout=INSTALL_TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"JUDGE MISSING: the packages of {name} cannot be installed: {done.stderr[-500:]}")
    (folder / STAMP).write_text(digest)
    return python


def _clean_environment() -> dict[str, str]:
    """Nothing of this process's Python may leak into the judge's."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
