"""A frame's points for the browser: fuse, encode, compress, and keep, under the fingerprint of all that went in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from server.byte_cache import ByteCache
from server.codings import accepted_codings
from server.fingerprint import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fusion import Frame, Scene, Sweep

PointColor = Literal["none", "image"]
Coding = Literal["zstd", "br", "identity"]
WIRE_REVISION = "points-1"
MOST_SWEEPS = 10
SHUTTER_NS = 100_000_000
"""How far from a sweep's time the points that are to be deskewed can lie, about."""

ZSTD_LEVEL = 1
BROTLI_QUALITY = 4


def points_fingerprint(scene: Scene, frame_index: int, sweeps: int = 0) -> str:
    """Changes with the frame's files, the rig and the wire form, so its URL may be cached for ever.

    Args:
        scene: The scene.
        frame_index: The frame.
        sweeps: How many sweeps before and after the frame's own are shown with it; their files count too.
    """
    frame = scene.frames[frame_index]
    shown = shown_sweeps(scene, frame_index, sweeps)
    rig = [f"{name}{transform.matrix.tobytes().hex()}" for name, transform in scene.rig.ego_from_sensor.items()]
    cameras = [f"{name}{camera!r}" for name, camera in scene.rig.cameras.items()]
    masks = [scene.masks[camera] for camera in sorted(scene.masks)]
    files = [sweep.path for sweep in shown] + [image.path for image in frame.images] + masks
    parts = [sweep.part for sweep in shown if sweep.part] + [image.part for image in frame.images if image.part]
    around = [f"sweeps {sweeps}"] if sweeps else []
    return fingerprint_of(files, [WIRE_REVISION, *around, *parts, *rig, *cameras, *_ego_motion(scene, frame, shown)])


def shown_sweeps(scene: Scene, frame_index: int, sweeps: int) -> list[Sweep]:
    """A frame's own sweeps, and those of each lidar before and after them."""
    from fusion.accumulate import sweeps_around

    return sweeps_around(scene, frame_index, sweeps, sweeps) if sweeps else list(scene.frames[frame_index].sweeps)


def _ego_motion(scene: Scene, frame: Frame, sweeps: Iterable[Sweep]) -> list[str]:
    """The poses that move sweeps and images of another time to the frame's."""
    times = {image.timestamp_ns for image in frame.images}
    for sweep in sweeps:
        times.add(sweep.timestamp_ns)
        if sweep.deskew == "on":
            times |= {sweep.timestamp_ns - SHUTTER_NS, sweep.timestamp_ns + SHUTTER_NS}
    if scene.trajectory is None or not times - {frame.timestamp_ns}:
        return []
    moments = np.array(sorted(times | {frame.timestamp_ns}), dtype=np.int64)
    # The poses around each time decide the one at it, and need not be interpolated here.
    after = np.searchsorted(scene.trajectory.timestamps_ns, moments)
    last = len(scene.trajectory.poses) - 1
    around = sorted({*(after - 1).clip(0).tolist(), *after.clip(max=last).tolist()})
    poses = [scene.trajectory.poses[index] for index in around]
    stamps = scene.trajectory.timestamps_ns[around]
    parts = [moments.tobytes(), stamps.tobytes(), *(p.rotation.tobytes() + p.translation.tobytes() for p in poses)]
    return [part.hex() for part in parts]


def accepted_coding(accept_encoding: str) -> Coding:
    """The best coding that the client takes: zstd, br, or none."""
    accepted = accepted_codings(accept_encoding)
    if "zstd" in accepted:
        return "zstd"
    return "br" if "br" in accepted else "identity"


def frame_points(
    cache: ByteCache,
    scene: Scene,
    frame_index: int,
    color: PointColor,
    coding: Coding,
    fingerprint: str,
    sweeps: int = 0,
) -> bytes:
    """The points of a frame in ``ego`` as the browser gets them.

    Raises:
        PointFileError: No sweep can be read, or there is none.
    """
    key = f"{fingerprint}-{color}"
    if coding == "identity":
        return _decompressed(frame_points(cache, scene, frame_index, color, "zstd", fingerprint, sweeps))
    return cache.get_or_make(
        f"{key}.{coding}", lambda: _compressed(_encoded(scene, frame_index, color, sweeps), coding)
    )


def _encoded(scene: Scene, frame_index: int, color: PointColor, sweeps: int) -> bytes:
    from fusion import accumulate, fuse_frame
    from pointcloud import PointFileError
    from pointcloud.wire import encode

    if sweeps:
        found = accumulate(scene, frame_index, before=sweeps, after=sweeps, color=color == "image")
        cloud, problems, has_points = found.cloud, found.problems, found.sweep_count > 0
    else:
        fused = fuse_frame(scene, frame_index, color=color == "image")
        cloud, problems, has_points = fused.cloud, fused.problems, bool(fused.point_counts)
    if not has_points:
        problem = problems[0]
        raise PointFileError(scene.path / problem.path, problem.message)
    return encode(cloud)


def _compressed(data: bytes, coding: Coding) -> bytes:
    if coding == "br":
        import brotli

        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))
    import zstandard

    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(data)


def _decompressed(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdDecompressor().decompress(data)
