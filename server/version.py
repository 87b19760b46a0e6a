"""The version of what is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version


def version() -> str:
    """Of the distribution ``truebox``; ``0+checkout`` where it is not installed."""
    try:
        return installed_version("truebox")
    except PackageNotFoundError:
        return "0+checkout"
