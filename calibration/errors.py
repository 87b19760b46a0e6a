"""What can be wrong with a calibration."""

from __future__ import annotations

from geometry.errors import DataFileError


class CalibrationError(DataFileError):
    """A calibration lacks something or holds numbers that no sensor can have."""
