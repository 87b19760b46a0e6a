"""What can be wrong with somebody else's detector."""

from __future__ import annotations

from geometry.errors import TrueboxError, one_line

LONGEST_FOUND = 200


class DetectorError(TrueboxError):
    """A detector cannot be reached, cannot be loaded, or answers something that are no boxes.

    Attributes:
        where: Which detector: its address without secrets, or its file.
        what: The part that is wrong, such as ``boxes[3].score``.
        expected: What it should be.
        found: What it is.
    """

    def __init__(self, where: str, what: str, expected: str, found: object) -> None:
        """Build the one-line message ``where: what: expected …, found …``; long findings are cut."""
        self.where, self.what, self.expected, self.found = where, what, expected, clipped(found)
        super().__init__(one_line(f"{where}: {what}: expected {expected}, found {self.found}"))

    def __reduce__(self) -> tuple[type[DetectorError], tuple[str, str, str, str]]:
        """Keep the parts across process borders."""
        return type(self), (self.where, self.what, self.expected, self.found)


def clipped(found: object) -> str:
    """What was found, short enough for a line and safe to show."""
    text = one_line(str(found)[: LONGEST_FOUND + 1])
    return text if len(text) <= LONGEST_FOUND else f"{text[: LONGEST_FOUND - 1]}…"
