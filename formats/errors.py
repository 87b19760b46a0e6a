"""What can be wrong with a dataset's folder."""

from __future__ import annotations

from geometry.errors import DataFileError


class FormatError(DataFileError):
    """A folder or file is not what the format says."""
