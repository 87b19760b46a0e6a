"""One message of a recording by its place, whatever file the recording is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from formats.errors import FormatError
from formats.ros.bag_file import read_bag_part, scan_bag
from formats.ros.container import ReadPart, Scan
from formats.ros.db3_file import read_db3_part, scan_db3
from formats.ros.mcap_file import read_mcap_part, scan_mcap

SCANS: Mapping[str, Scan] = {".bag": scan_bag, ".mcap": scan_mcap, ".db3": scan_db3}
READS: Mapping[str, ReadPart] = {".bag": read_bag_part, ".mcap": read_mcap_part, ".db3": read_db3_part}


def read_part(path: Path, part: str) -> bytes:
    """The bytes of one message.

    Raises:
        FormatError: There is no such message any more.
    """
    read = READS.get(path.suffix.lower())
    if read is None:
        raise FormatError(path, f"expected a recording ({', '.join(READS)}), found {path.suffix!r}")
    return read(path, part)
