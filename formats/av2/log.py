"""One AV2 log as references to its files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from calibration import SensorRig
from formats.av2.calibration import LIDAR, read_rig
from formats.av2.feather import read_feather
from formats.av2.poses import TIMESTAMP, read_world
from formats.av2.sweeps import count_av2_sweep, read_av2_sweep
from formats.errors import FormatError
from formats.format import Answers
from formats.listing import IMAGE_SUFFIXES, MAX_FRAMES, Listing
from fusion import CameraImage, Frame, Scene, Sweep
from fusion.sync import nearest_within

ANNOTATIONS = "annotations.feather"
SWEEPS, CAMERAS = "sensors/lidar", "sensors/cameras"
TIME_LIMIT = 2**63
BARE_TIMES = "timestamps_ns"
"""In what the annotations carry: the times of frames without an annotation, which may have no sweep either."""
TOLERANCE = "image_tolerance_ms"
DEFAULT_TOLERANCE = "51"
"""Half of a sweep's 100 ms and 1 ms of jitter: what the set's own program allows between a sweep and an image."""
OUTSIDE_NS = 200_000_000

Files = Mapping[int, Path]


def open_log(log: Path, format_name: str, assume: Answers) -> Scene:
    """Open a log; its frames are the times that have a sweep or an annotation, or, without either, an image."""
    listing = Listing(root=log, base=log)
    rig = read_rig(log, listing)
    sweeps = listing.numbered(log / SWEEPS, (".feather",), TIME_LIMIT)
    images = _list_images(log / CAMERAS, rig, listing)
    times = _frame_times(log, sweeps, images, listing)
    world = read_world(log, listing)
    tolerance_ns = int(assume.get(TOLERANCE, DEFAULT_TOLERANCE)) * 1_000_000
    taken = {camera: _nearest(files, times, tolerance_ns) for camera, files in images.items()}
    _name_missing(log, rig, times, sweeps, taken, listing)
    if world.trajectory is not None and times:
        first, last = int(world.trajectory.timestamps_ns[0]), int(world.trajectory.timestamps_ns[-1])
        if times[0] < first - OUTSIDE_NS or times[-1] > last + OUTSIDE_NS:
            listing.complain(log, f"expected poses of {times[0]} to {times[-1]} ns, found those of {first} to {last}")
    frames = tuple(_frame(index, time_ns, sweeps, taken) for index, time_ns in enumerate(times))
    return Scene(
        log.name,
        log,
        format_name,
        rig,
        frames,
        world.trajectory,
        world.origin_wgs84,
        problems=tuple(listing.problems),
        map_from_world=world.map_from_world,
        map_name=world.map_name or _city(log, listing),
        assume=dict(assume),
    )


def _frame(index: int, time_ns: int, sweeps: Files, taken: Mapping[str, Mapping[int, tuple[int, Path]]]) -> Frame:
    path = sweeps.get(time_ns)
    own = () if path is None else (Sweep(LIDAR, time_ns, path, read_av2_sweep, count_av2_sweep, deskew="done"),)
    images = (CameraImage(camera, *found[index]) for camera, found in taken.items() if index in found)
    return Frame(index, time_ns, own, tuple(images), str(time_ns))


def _frame_times(log: Path, sweeps: Files, images: Mapping[str, Files], listing: Listing) -> tuple[int, ...]:
    times = set(sweeps) | _annotated_times(log / ANNOTATIONS, listing)
    if not times:
        times = set(next((files for files in images.values() if files), {}))
    if len(times) > MAX_FRAMES:
        listing.complain(log, f"expected at most {MAX_FRAMES} frames, found {len(times)}: the first are taken")
    return tuple(sorted(times)[:MAX_FRAMES])


def _annotated_times(path: Path, listing: Listing) -> set[int]:
    if not listing.file(path):
        return set()
    try:
        table = read_feather(path, (TIMESTAMP,))
        times = table.whole_numbers(TIMESTAMP)
    except FormatError:
        return set()  # reading the labels names it
    bare = table.carried.get(BARE_TIMES) if isinstance(table.carried, dict) else None
    carried = (
        {time for time in bare if type(time) is int and 0 <= time < TIME_LIMIT} if isinstance(bare, list) else set()
    )
    return carried.union(np.unique(times[times >= 0]).tolist())


def _list_images(folder: Path, rig: SensorRig, listing: Listing) -> dict[str, Files]:
    found: dict[str, Files] = {
        camera: listing.numbered(folder / camera, IMAGE_SUFFIXES, TIME_LIMIT) for camera in rig.cameras
    }
    for name in listing.folders(folder):
        if name not in found:
            listing.complain(folder / name, "expected a calibration of this camera, found none: images are left out")
    return found


def _nearest(files: Files, times: tuple[int, ...], tolerance_ns: int) -> dict[int, tuple[int, Path]]:
    """By frame, the image nearest in time and its time."""
    stamps = sorted(files)
    chosen = nearest_within(stamps, times, tolerance_ns)
    return {frame: (stamps[item], files[stamps[item]]) for frame, item in enumerate(chosen.tolist()) if item >= 0}


def _name_missing(
    log: Path,
    rig: SensorRig,
    times: tuple[int, ...],
    sweeps: Files,
    taken: Mapping[str, Mapping[int, tuple[int, Path]]],
    listing: Listing,
) -> None:
    """One line for every sensor that lacks frames."""
    counts = {SWEEPS: len(set(times) & set(sweeps))}
    if any(taken.values()):
        counts |= {f"{CAMERAS}/{camera}": len(taken[camera]) for camera in rig.cameras}
    elif rig.cameras:
        listing.complain(log / CAMERAS, f"expected images of {len(rig.cameras)} cameras, found none")
    for folder, count in counts.items():
        if count < len(times):
            what = "sweep" if folder == SWEEPS else "image near enough in time"
            listing.complain(log / folder, f"{len(times) - count} of {len(times)} frames have no {what}")


def _city(log: Path, listing: Listing) -> str:
    """The city's short name, which is part of a map's file name: ``log_map_archive_<log>____PIT_city_57813.json``."""
    for name in listing.files(log / "map"):
        head, mark, rest = name.partition("____")
        if head.startswith("log_map_archive_") and mark:
            return rest.split("_", 1)[0][:40]
    return ""
