"""The sensors of a plain folder: as a person or the calibration file says, else guessed, and then said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from formats.errors import FormatError
from formats.folder.calibration_file import CalibrationFile
from formats.folder.look import LAST_NUMBER, SensorFiles, clean_name, guess_sensors, match_sensors
from formats.listing import Listing
from formats.settler import Settler

PATTERN = "pattern."


def find_sensors(
    root: Path, files: Sequence[Path], calibration: CalibrationFile | None, listing: Listing, settler: Settler
) -> list[SensorFiles]:
    """Every sensor that has files, lidars first, the one with most files before the others.

    Raises:
        FormatError: None has any.
    """
    told = {name.removeprefix(PATTERN): glob for name, glob in settler.assume.items() if name.startswith(PATTERN)}
    written = {entry.name: entry.files for entry in calibration.sensors} if calibration is not None else {}
    if patterns := {clean_name(name): glob for name, glob in {**written, **told}.items()}:
        found = match_sensors(root, files, patterns)
        for sensor in found:
            if sensor.name in told:
                settler.settle(PATTERN + sensor.name, "", "")
            if not sensor.files:
                listing.complain(root, f"expected files of {sensor.name} as {patterns[sensor.name][:80]!r}, found none")
    else:
        found = guess_sensors(root, files)
        kinds = Counter(sensor.kind for sensor in found)
        for sensor in found:
            why = f"{len(sensor.files)} files, {sensor.files[0].name} … {sensor.files[-1].name}: a {sensor.kind}"
            settler.settle(PATTERN + sensor.name, _glob(root, sensor), why, is_sure=kinds[sensor.kind] == 1)
    present = [sensor for sensor in found if sensor.files]
    if not present:
        raise FormatError(root, "expected files of at least one sensor, found none")
    return sorted(present, key=lambda sensor: (sensor.kind != "lidar", -len(sensor.files)))


def _glob(root: Path, sensor: SensorFiles) -> str:
    """What matches a sensor's files, as far as one glob can."""
    folder = sensor.files[0].parent.relative_to(root).as_posix()
    prefixes = {_prefix(path) for path in sensor.files}
    suffixes = {path.suffix for path in sensor.files}
    name = f"{prefixes.pop() if len(prefixes) == 1 else ''}*{suffixes.pop() if len(suffixes) == 1 else ''}"
    return name if folder == "." else f"{folder}/{name}"


def _prefix(path: Path) -> str:
    number = LAST_NUMBER.search(path.stem)
    return path.stem[: number.start()] if number else path.stem
