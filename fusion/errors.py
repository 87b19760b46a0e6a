"""What can be wrong with images."""

from __future__ import annotations

from geometry.errors import DataFileError


class ImageFileError(DataFileError):
    """A file is no image that can be decoded."""
