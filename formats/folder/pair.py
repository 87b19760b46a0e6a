"""Which files of several sensors make one frame: by the number or the time in their names, or by their order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from formats.errors import FormatError
from formats.folder.look import LAST_NUMBER, SensorFiles
from formats.folder.questions import UNITS_NS
from formats.listing import MAX_FRAMES, Listing
from formats.settler import Settler
from fusion.sync import nearest_within

SECONDS_AND_MORE = re.compile(r"(\d{9,11})[._](\d{1,9})$", re.ASCII)
EARLIEST_S, LATEST_S = 631_152_000, 4_102_444_800
"""1990 and 2100: a number that is a time between them is no frame's number."""
DEFAULT_RATE_HZ = 10.0
LEAST_TOLERANCE_MS = 0.001
LATEST_NS = 2**62
SHARED = 0.5


@dataclass(frozen=True)
class Pairing:
    """Frames before they are built.

    Attributes:
        times_ns: The frames' times, strictly rising.
        names: What the first sensor calls each.
        files: For each frame, sensor name → file and its own time.
        is_sequential: Whether the frames follow each other.
    """

    times_ns: tuple[int, ...]
    names: tuple[str, ...]
    files: tuple[dict[str, tuple[Path, int]], ...]
    is_sequential: bool


def pair_files(sensors: Sequence[SensorFiles], listing: Listing, settler: Settler, told: dict[str, str]) -> Pairing:
    """Pair the files of all sensors with those of the first.

    Args:
        sensors: Each with at least one file.
        listing: Keeps what is missing.
        settler: Settles how, and in which unit.
        told: What the calibration file says of ``time_unit`` and ``rate_hz``.

    Raises:
        FormatError: There are too many frames.
    """
    if len(sensors[0].files) > MAX_FRAMES:
        raise FormatError(listing.root, f"expected at most {MAX_FRAMES} frames, found {len(sensors[0].files)}")
    how = _how(sensors, settler)
    if how == "order":
        return _by_order(sensors, listing, settler, told)
    if how == "time":
        return _by_time(sensors, listing, settler, told)
    return _by_number(sensors, listing, settler, told)


def number_in(path: Path) -> int | None:
    """The last number in a name; None without one."""
    found = LAST_NUMBER.search(path.stem)
    text = found.group() if found else ""
    return int(text) if text.isascii() and 0 < len(text) < 20 and int(text) < LATEST_NS else None


def _how(sensors: Sequence[SensorFiles], settler: Settler) -> str:
    first, unit = sensors[0], _likely_unit(sensors[0])
    if unit is not None and all(len(_timed(sensor, UNITS_NS[unit])) == len(sensor.files) for sensor in sensors):
        return settler.settle("pairing", "time", f"{first.files[0].name} is a time since 1970 in {unit}")
    numbers = [{number for path in sensor.files if (number := number_in(path)) is not None} for sensor in sensors]
    if any(len(found) < len(sensor.files) for found, sensor in zip(numbers, sensors, strict=True)):
        why = f"not every name of {', '.join(sensor.name for sensor in sensors)} has a number of its own"
        return settler.settle("pairing", "order", why, is_sure=len(sensors) == 1)
    shares = [len(found & numbers[0]) / len(numbers[0]) for found in numbers[1:]]
    if min(shares, default=1.0) >= SHARED or len({len(found) for found in numbers}) > 1:
        why = f"{100 * min(shares, default=1.0):.0f} % or more of the numbers of {first.name} are in every other sensor"
        return settler.settle("pairing", "number", why, is_sure=min(shares, default=1.0) >= SHARED)
    why = f"all sensors have {len(first.files)} files, whose numbers differ"
    return settler.settle("pairing", "order", why, is_sure=False)


def _likely_unit(sensor: SensorFiles) -> str | None:
    if SECONDS_AND_MORE.search(sensor.files[0].stem):
        return "s"
    number = number_in(sensor.files[0]) or 0
    return next((unit for unit, ns in UNITS_NS.items() if EARLIEST_S <= number * ns // 10**9 < LATEST_S), None)


def _period_ns(settler: Settler, told: dict[str, str]) -> int:
    if "rate_hz" in told and "rate_hz" not in settler.assume:
        return round(1e9 / float(told["rate_hz"]))
    rate_hz = settler.number("rate_hz", DEFAULT_RATE_HZ, "names say no times; most lidars turn at 10 Hz", is_sure=False)
    return max(round(1e9 / rate_hz), 1)


def _by_number(sensors: Sequence[SensorFiles], listing: Listing, settler: Settler, told: dict[str, str]) -> Pairing:
    period_ns = _period_ns(settler, told)
    tables = {sensor.name: _numbered(sensor) for sensor in sensors}
    base = tables[sensors[0].name]
    numbers = sorted(base)
    # From the first, so that no number is too large for a time.
    times = {number: (number - numbers[0]) * period_ns for number in numbers}
    numbers = [number for number in numbers if times[number] < LATEST_NS]
    files = tuple(
        {name: (table[number], times[number]) for name, table in tables.items() if number in table}
        for number in numbers
    )
    _name_missing(sensors, files, listing)
    return Pairing(tuple(times[n] for n in numbers), tuple(base[n].stem for n in numbers), files, True)


def _numbered(sensor: SensorFiles) -> dict[int, Path]:
    table: dict[int, Path] = {}
    for path in sensor.files:
        number = number_in(path)
        if number is not None:
            table.setdefault(number, path)
    return table


def _by_order(sensors: Sequence[SensorFiles], listing: Listing, settler: Settler, told: dict[str, str]) -> Pairing:
    period_ns = _period_ns(settler, told)
    count = len(sensors[0].files)
    files = tuple(
        {sensor.name: (sensor.files[i], i * period_ns) for sensor in sensors if i < len(sensor.files)}
        for i in range(count)
    )
    _name_missing(sensors, files, listing)
    follows = all(number_in(path) is not None for path in sensors[0].files)
    names = tuple(path.stem for path in sensors[0].files)
    return Pairing(tuple(i * period_ns for i in range(count)), names, files, follows)


def _by_time(sensors: Sequence[SensorFiles], listing: Listing, settler: Settler, told: dict[str, str]) -> Pairing:
    unit = told.get("time_unit", "")
    if unit not in UNITS_NS or "time_unit" in settler.assume:
        likely = _likely_unit(sensors[0]) or "ns"
        unit = settler.settle("time_unit", likely, f"{sensors[0].files[0].name} is then a time between 1990 and 2100")
    timed = {sensor.name: _timed(sensor, UNITS_NS[unit]) for sensor in sensors}
    base = timed[sensors[0].name]
    base = base[:1] + [later for earlier, later in pairwise(base) if later[0] > earlier[0]]
    if not base:
        raise FormatError(listing.root, f"expected times in the names of {sensors[0].name}, found none")
    times = np.array([time_ns for time_ns, _ in base], dtype=np.int64)
    period_ms = float(np.median(np.diff(times))) / 1e6 if len(times) > 1 else 1e3 / DEFAULT_RATE_HZ
    why = f"half of the {period_ms:.1f} ms between files of {sensors[0].name}"
    tolerance_ns = round(settler.number("tolerance_ms", max(period_ms / 2, LEAST_TOLERANCE_MS), why) * 1e6)
    files: list[dict[str, tuple[Path, int]]] = [{sensors[0].name: (path, time_ns)} for time_ns, path in base]
    for sensor in sensors[1:]:
        items = timed[sensor.name]
        own = np.array([time_ns for time_ns, _ in items], dtype=np.int64)
        for frame, index in zip(files, nearest_within(own, times, tolerance_ns).tolist(), strict=True):
            if index >= 0:
                frame[sensor.name] = (items[index][1], items[index][0])
    _name_missing(sensors, tuple(files), listing)
    names = tuple(path.stem for _, path in base)
    return Pairing(tuple(times.tolist()), names, tuple(files), True)


def _timed(sensor: SensorFiles, unit_ns: int) -> list[tuple[int, Path]]:
    """Files by the time in their names; those without one are passed over."""
    timed: list[tuple[int, Path]] = []
    for path in sensor.files:
        parts = SECONDS_AND_MORE.search(path.stem) if unit_ns == UNITS_NS["s"] else None
        number = number_in(path)
        if parts:
            timed.append((int(parts.group(1)) * 10**9 + int(parts.group(2).ljust(9, "0")), path))
        elif number is not None and number * unit_ns < LATEST_NS:
            timed.append((number * unit_ns, path))
    return sorted(timed)


def _name_missing(
    sensors: Sequence[SensorFiles], files: Sequence[dict[str, tuple[Path, int]]], listing: Listing
) -> None:
    for sensor in sensors[1:]:
        present = sum(sensor.name in frame for frame in files)
        if present < len(files):
            message = f"{len(files) - present} of {len(files)} frames have no file of {sensor.name}"
            listing.complain(sensor.files[0].parent, message)
