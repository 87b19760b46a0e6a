"""Problems that come by the thousand, as one line each kind."""

from __future__ import annotations

from pathlib import Path

from formats.listing import Listing


class Tally:
    """Counts what is wrong in the same way and keeps the first case as the example."""

    def __init__(self, listing: Listing) -> None:
        """Take where the problems go in the end."""
        self._listing = listing
        self._found: dict[tuple[Path, str], tuple[int, str]] = {}

    def add(self, path: Path, what: str, example: str = "") -> None:
        """Count one more of a kind.

        Args:
            path: The file or folder that it is about.
            what: The kind, a sentence that can follow a number.
            example: The case, for the first of its kind.
        """
        count, first = self._found.get((path, what), (0, example))
        self._found[path, what] = count + 1, first

    def complain(self) -> None:
        """Hand the problems over, one line a kind, and start anew."""
        for (path, what), (count, example) in self._found.items():
            self._listing.complain(path, f"{count} {what}" + (f"; the first: {example}" if example else ""))
        self._found.clear()
