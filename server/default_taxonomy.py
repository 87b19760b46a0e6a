"""What a new project labels until somebody says otherwise."""

from __future__ import annotations

from labels import Taxonomy

DEFAULT_FORMAT = "kitti-tracking"


def default_taxonomy() -> Taxonomy:
    """The categories of KITTI, which every road has; an import adds what it needs."""
    from formats import get_format

    return get_format(DEFAULT_FORMAT).default_taxonomy
