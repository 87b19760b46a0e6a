"""Short names for contents, made of what is cheap to know: size and time of change of each file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint_of(paths: Iterable[Path], texts: Iterable[str] = ()) -> str:
    """16 hexadecimal digits that change when a file is written anew, comes or goes, or a text differs."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            stat = path.stat()
            state = f"{stat.st_size} {stat.st_mtime_ns}"
        except OSError:
            state = "missing"
        digest.update(f"{path}\0{state}\0".encode())
    for text in texts:
        digest.update(f"{text}\0".encode())
    return digest.hexdigest()[:16]
