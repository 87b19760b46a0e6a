"""CVAT's task backups; read alone."""

from formats.cvat.cvat import Cvat
from formats.format import Format

FORMATS: tuple[Format, ...] = (Cvat(),)

__all__ = ["FORMATS", "Cvat"]
