"""Where a dataset lies: a folder of this machine, or one in an object store, named like ``s3://bucket/drives``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from formats.errors import FormatError

REMOTE = re.compile(r"([a-z][a-z0-9+.-]+)://", re.ASCII)
PROTOCOLS = ("s3", "gs", "gcs", "az", "abfs", "abfss")
"""Object stores; others that fsspec knows (``http``, ``ssh``) are refused: a server would fetch for anybody."""


def parse_location(text: str) -> Path:
    """A path as people write it; one in an object store behaves as a ``Path`` does, as far as readers ask.

    The store's credentials and endpoint come from its own environment variables (``AWS_ACCESS_KEY_ID``,
    ``AWS_ENDPOINT_URL`` …).

    Raises:
        FormatError: It names a store of another kind, or the package for that store is not installed.
    """
    found = REMOTE.match(text)
    if found is None:
        return Path(text).expanduser()
    if found[1] not in PROTOCOLS:
        raise FormatError(
            Path(text), f"expected a folder, or an object store ({', '.join(PROTOCOLS)}), found {found[1]}"
        )
    from upath import UPath

    try:
        # A listing that was kept from before would hide what changed meanwhile.
        location = UPath(text, use_listings_cache=True, skip_instance_cache=True)
        _ = location.fs
    except ImportError as error:
        extra = {"s3": "s3"}.get(found[1], "gcs" if found[1].startswith("g") else "azure")
        raise FormatError(
            Path(text), f"expected a package for {found[1]}, found none: pip install truebox[{extra}]"
        ) from error
    return cast(Path, location)


def is_remote(path: Path) -> bool:
    """Whether a path lies in an object store."""
    return not isinstance(path, Path)


def is_there(path: Path) -> bool:
    """Whether there is a folder or file.

    Raises:
        FormatError: The object store cannot be reached or lets nobody in.
    """
    if not is_remote(path):
        return path.exists()
    try:
        return path.exists()
    except Exception as error:  # each store's library has errors of its own, with no common root
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise FormatError(path, f"expected an object store that answers, found {reason}") from error


def location_text(path: Path) -> str:
    """Inverse of ``parse_location``: absolute, with links followed."""
    return str(path if is_remote(path) else path.resolve())
