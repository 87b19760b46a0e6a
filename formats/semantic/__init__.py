"""A class and an instance for every point, from the cuboids: SemanticKITTI's and nuScenes-lidarseg's forms."""

from formats.format import Format
from formats.semantic.lidarseg import Lidarseg
from formats.semantic.semantic_kitti import SemanticKitti

FORMATS: tuple[Format, ...] = (SemanticKitti(), Lidarseg())

__all__ = ["FORMATS", "Lidarseg", "SemanticKitti"]
