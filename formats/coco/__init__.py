"""COCO's detection annotations: 2D boxes in every camera, derived from the cuboids; written, not read."""

from formats.coco.coco import Coco
from formats.format import Format

FORMATS: tuple[Format, ...] = (Coco(),)

__all__ = ["FORMATS", "Coco"]
