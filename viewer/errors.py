"""What can keep people from looking."""

from __future__ import annotations

from geometry.errors import TrueboxError


class WindowError(TrueboxError):
    """No window can be opened here; the message says what is missing and what works instead."""
