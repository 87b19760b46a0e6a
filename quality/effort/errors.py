"""What can be wrong with a file of unit costs."""

from __future__ import annotations

from geometry import DataFileError


class CostFileError(DataFileError):
    """A file of unit costs and tolerances cannot be used."""
