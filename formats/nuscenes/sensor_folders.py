"""Which of the files that tables name are there: every folder is looked into once."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from formats.listing import Listing
from formats.nuscenes.tally import Tally


class SensorFolders:
    """Finds sensor files below a dataset's root; those outside, links followed, are not there."""

    def __init__(self, listing: Listing) -> None:
        """Take where to look and where to complain."""
        self._listing = listing
        self._names: dict[PurePosixPath, tuple[Path, frozenset[str]]] = {}

    def find(self, file: PurePosixPath, tally: Tally) -> Path | None:
        """A file by its name relative to the root; one that is not there is counted."""
        parent = file.parent
        if parent not in self._names:
            folder = self._listing.root / str(parent)
            self._names[parent] = folder, frozenset(self._listing.files(folder))
        folder, names = self._names[parent]
        if file.name in names:
            return folder / file.name
        tally.add(folder, "files that sample_data names are missing", file.name)
        return None
