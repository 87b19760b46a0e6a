"""What can be wrong with images, and with clouds that poses are to be made of."""

from __future__ import annotations

from geometry.errors import DataFileError, TrueboxError


class ImageFileError(DataFileError):
    """A file is no image that can be decoded."""


class RegistrationError(TrueboxError):
    """Poses cannot be made of a scene's clouds."""
