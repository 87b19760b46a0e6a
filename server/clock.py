"""The time of day as it is stored and sent."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> str:
    """Now, ISO 8601 in UTC with microseconds: texts that sort as the times do."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
