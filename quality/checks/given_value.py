"""Values that came with an imported 2D box; each format keeps them under its own name, such as ``kitti.alpha``."""

from __future__ import annotations

import math

from labels import ImageBox


def given_number(box: ImageBox, name: str) -> float | int | None:
    """The finite number under ``<format>.<name>``, or None; people may have changed attributes to anything."""
    for key in sorted(box.attributes):
        value = box.attributes[key]
        if key.rpartition(".")[2] != name or isinstance(value, bool | str) or not math.isfinite(value):
            continue
        return value
    return None
