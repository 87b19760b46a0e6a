"""A frame's points for the browser: fuse, encode, compress, and keep, under the fingerprint of all that went in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from server.byte_cache import ByteCache
from server.codings import accepted_codings
from server.fingerprint import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from fusion import Frame, Problem, Scene, Sweep
    from geometry.arrays import Float32Array
    from pointcloud import PointCloud

PointColor = Literal["none", "image"]
Coding = Literal["zstd", "br", "identity"]
WIRE_REVISION = "points-3"
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
    files, texts = points_parts(scene, frame_index, shown_sweeps(scene, frame_index, sweeps))
    return fingerprint_of(files, [*texts, f"sweeps {sweeps}"] if sweeps else texts)


def points_parts(scene: Scene, frame_index: int, shown: list[Sweep]) -> tuple[list[Path], list[str]]:
    """The files and numbers that those sweeps' points, shown in a frame, are made of."""
    frame = scene.frames[frame_index]
    rig = [f"{name}{transform.matrix.tobytes().hex()}" for name, transform in scene.rig.ego_from_sensor.items()]
    cameras = [f"{name}{camera!r}" for name, camera in scene.rig.cameras.items()]
    masks = [scene.masks[camera] for camera in sorted(scene.masks)]
    files = [sweep.path for sweep in shown] + [image.path for image in frame.images] + masks
    parts = [sweep.part for sweep in shown if sweep.part] + [image.part for image in frame.images if image.part]
    return files, [WIRE_REVISION, *parts, *rig, *cameras, *_ego_motion(scene, frame, shown)]


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
    return coded_points(cache, f"{fingerprint}-{color}", coding, lambda: _encoded(scene, frame_index, color, sweeps))


def coded_points(cache: ByteCache, key: str, coding: Coding, make: Callable[[], bytes]) -> bytes:
    """Bytes in the wire form, coded, from the cache or made."""
    if coding == "identity":
        return _decompressed(coded_points(cache, key, "zstd", make))
    return cache.get_or_make(f"{key}.{coding}", lambda: _compressed(make(), coding))


def packed(
    scene: Scene,
    cloud: PointCloud,
    problems: Sequence[Problem],
    *,
    has_points: bool,
    dropped_count: int,
    age_s: Float32Array | None = None,
) -> bytes:
    """A cloud in the wire form; where no file could be read, the first problem is raised as ``PointFileError``."""
    from pointcloud import PointFileError
    from pointcloud.wire import encode

    if not has_points:
        raise PointFileError(scene.path / problems[0].path, problems[0].message)
    return encode(cloud, age_s, dropped_count=dropped_count)


def _encoded(scene: Scene, frame_index: int, color: PointColor, sweeps: int) -> bytes:
    from fusion import accumulate, fuse_frame

    if sweeps:
        found = accumulate(scene, frame_index, before=sweeps, after=sweeps, color=color == "image")
        return packed(
            scene,
            found.cloud,
            found.problems,
            has_points=found.sweep_count > 0,
            dropped_count=found.dropped_count,
            age_s=found.age_s,
        )
    fused = fuse_frame(scene, frame_index, color=color == "image")
    has_points = bool(fused.point_counts)
    return packed(scene, fused.cloud, fused.problems, has_points=has_points, dropped_count=fused.dropped_count)


def _compressed(data: bytes, coding: Coding) -> bytes:
    if coding == "br":
        import brotli

        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))
    import zstandard

    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(data)


def _decompressed(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdDecompressor().decompress(data)
