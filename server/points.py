"""A frame's points for the browser: fuse, encode, compress, and keep, under the fingerprint of all that went in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from server.byte_cache import ByteCache
from server.codings import accepted_codings
from server.fingerprint import fingerprint_of

if TYPE_CHECKING:
    from fusion import Frame, Scene

PointColor = Literal["none", "image"]
Coding = Literal["zstd", "br", "identity"]
WIRE_REVISION = "points-1"
ZSTD_LEVEL = 1
BROTLI_QUALITY = 4


def points_fingerprint(scene: Scene, frame_index: int) -> str:
    """Changes with the frame's files, the rig and the wire form, so its URL may be cached for ever."""
    frame = scene.frames[frame_index]
    rig = [f"{name}{transform.matrix.tobytes().hex()}" for name, transform in scene.rig.ego_from_sensor.items()]
    cameras = [f"{name}{camera!r}" for name, camera in scene.rig.cameras.items()]
    files = [sweep.path for sweep in frame.sweeps] + [image.path for image in frame.images]
    parts = [sweep.part for sweep in frame.sweeps if sweep.part] + [image.part for image in frame.images if image.part]
    return fingerprint_of(files, [WIRE_REVISION, *parts, *rig, *cameras, *_ego_motion(scene, frame)])


def _ego_motion(scene: Scene, frame: Frame) -> list[str]:
    """The poses that move sweeps of another time to the frame's."""
    times = {sweep.timestamp_ns for sweep in frame.sweeps} - {frame.timestamp_ns}
    if scene.trajectory is None or not times:
        return []
    poses = [scene.trajectory.world_from_ego(time) for time in (frame.timestamp_ns, *sorted(times))]
    return [pose.matrix.tobytes().hex() for pose in poses]


def accepted_coding(accept_encoding: str) -> Coding:
    """The best coding that the client takes: zstd, br, or none."""
    accepted = accepted_codings(accept_encoding)
    if "zstd" in accepted:
        return "zstd"
    return "br" if "br" in accepted else "identity"


def frame_points(
    cache: ByteCache, scene: Scene, frame_index: int, color: PointColor, coding: Coding, fingerprint: str
) -> bytes:
    """The points of a frame in ``ego`` as the browser gets them.

    Raises:
        PointFileError: No sweep of the frame can be read, or it has none.
    """
    key = f"{fingerprint}-{color}"
    if coding == "identity":
        return _decompressed(frame_points(cache, scene, frame_index, color, "zstd", fingerprint))
    return cache.get_or_make(f"{key}.{coding}", lambda: _compressed(_encoded(scene, frame_index, color), coding))


def _encoded(scene: Scene, frame_index: int, color: PointColor) -> bytes:
    from fusion import fuse_frame
    from pointcloud import PointFileError
    from pointcloud.wire import encode

    fused = fuse_frame(scene, frame_index, color=color == "image")
    if not fused.point_counts:
        problem = fused.problems[0]
        raise PointFileError(scene.path / problem.path, problem.message)
    return encode(fused.cloud)


def _compressed(data: bytes, coding: Coding) -> bytes:
    if coding == "br":
        import brotli

        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))
    import zstandard

    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(data)


def _decompressed(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdDecompressor().decompress(data)
