"""Points on the wire: bytes beside float32 xyzi, milliseconds each way, and what precision is lost."""

from __future__ import annotations

import numpy as np
import zstandard

from benchmarks.clouds import real_cloud, simulated_cloud
from benchmarks.timing import interleaved_ms
from pointcloud import PointCloud
from pointcloud.wire import decode, encode

NAME = "wire"
ZSTD_LEVEL = 1
XYZI_BYTES = 16


def run(*, azimuths: int = 2100, rounds: int = 15) -> dict[str, float | int | str | None]:
    """A simulated frame always, a real one where there is data; None stands for what was not measured."""
    real = real_cloud()
    figures = _measure("simulated", simulated_cloud(azimuths), rounds)
    missing = dict.fromkeys(name.replace("simulated", "kitti") for name in figures)
    return figures | (missing if real is None else _measure("kitti", real, rounds))


def _measure(name: str, cloud: PointCloud, rounds: int) -> dict[str, float | int | str | None]:
    plain = encode(cloud)
    packed = zstandard.compress(plain, ZSTD_LEVEL)
    raw = _float32(cloud)
    times_ms = interleaved_ms(
        {
            "encode": lambda: encode(cloud),
            "encode_zstd": lambda: zstandard.compress(encode(cloud), ZSTD_LEVEL),
            "decode": lambda: decode(plain),
            "unzstd_decode": lambda: decode(zstandard.decompress(packed)),
            "float32_zstd": lambda: zstandard.compress(raw, ZSTD_LEVEL),
        },
        rounds=rounds,
    )
    return {
        f"{name}_points": len(cloud),
        f"{name}_bytes_percent": 100.0 * len(packed) / len(raw),
        f"{name}_float32_zstd_bytes_percent": 100.0 * len(zstandard.compress(raw, ZSTD_LEVEL)) / len(raw),
        **{f"{name}_{step}_ms": time_ms for step, time_ms in times_ms.items()},
        f"{name}_max_error_m": _max_error_m(cloud, decode(plain)),
    }


def _float32(cloud: PointCloud) -> bytes:
    """What most tools send: x, y, z, intensity of one point after the other."""
    intensity = np.zeros(len(cloud), np.float32) if cloud.intensity is None else cloud.intensity
    raw = np.column_stack([cloud.xyz, intensity]).astype("<f4").tobytes()
    if len(raw) != XYZI_BYTES * len(cloud):
        raise ValueError(f"a point must take {XYZI_BYTES} bytes, got {len(raw) / max(len(cloud), 1)}")
    return raw


def _max_error_m(cloud: PointCloud, decoded: PointCloud) -> float:
    """The largest error of a coordinate; both clouds are without rings, so the order is the same."""
    return float(np.abs(cloud.xyz.astype(np.float64) - decoded.xyz.astype(np.float64)).max(initial=0.0))
