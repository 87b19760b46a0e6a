"""Argoverse 2's sensor logs: Feather tables of poses, calibration and annotations beside sweeps and images."""

from formats.av2.av2 import Av2
from formats.format import Format

FORMATS: tuple[Format, ...] = (Av2(),)

__all__ = ["FORMATS", "Av2"]
