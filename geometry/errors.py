"""The root of every error that bad data can raise.

Bad arguments raise ``ValueError``; bad data raises a leaf of this tree, and each leaf lives in its room::

    TrueboxError
    ├── PointFileError(path, reason)                    pointcloud
    ├── CalibrationError(path, reason, line)            calibration
    ├── ImageFileError(path, reason)                    fusion
    ├── RegistrationError(reason)                       fusion
    ├── FormatError(path, reason, line)                 formats
    ├── LabelError(reason)                              labels
    │   ├── RecordError(reason, where)                  labels
    │   └── StaleRevisionError(base, current, conflicts) labels
    ├── CostFileError(path, reason, line)               quality
    ├── ExampleFileError(path, reason)                  autolabel
    ├── ModelFileError(path, reason)                    autolabel
    ├── DetectorError(where, what, expected, found)     autolabel
    ├── NothingToLearnError(found)                      autolabel
    ├── DivergedError(step, rate)                       autolabel
    ├── WindowError(reason)                             viewer
    └── ServerError(reason)                             server
"""

from __future__ import annotations

from pathlib import PurePath


class TrueboxError(Exception):
    """Something in the data is wrong; the message says what, where, what was expected and what was found."""


class DataFileError(TrueboxError):
    """A file cannot be used.

    Attributes:
        path: The file.
        reason: What was expected and what was found.
        line: The 1-based line, where the file has lines.
    """

    def __init__(self, path: PurePath | str, reason: str, line: int | None = None) -> None:
        """Build the one-line message ``path:line: reason``."""
        self.path = PurePath(path) if isinstance(path, str) else path
        self.reason = reason
        self.line = line
        place = f"{self.path}:{line}" if line is not None else str(self.path)
        super().__init__(one_line(f"{place}: {reason}"))

    def __reduce__(
        self,
    ) -> tuple[type[DataFileError], tuple[PurePath, str, int | None]]:
        """Keep the parts across process borders."""
        return type(self), (self.path, self.reason, self.line)


def one_line(text: str) -> str:
    """A message that shows as one line: names from files may hold line breaks and what terminals take for orders."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
