"""What can be wrong with points."""

from __future__ import annotations

from geometry.errors import DataFileError


class PointFileError(DataFileError):
    """A file of points cannot be read, or bytes are not the points' wire form."""
