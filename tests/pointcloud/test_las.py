from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

import laspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointcloud import PointFileError
from pointcloud.las import count_las, read_las, read_las_header

ORIGIN_M = np.array([448_262.0, 5_428_765.0, 115.0])
COUNT = 500


def points_m(count: int = COUNT) -> np.ndarray:
    return ORIGIN_M + np.random.default_rng(3).uniform(-60, 60, (count, 3))


def write_las(path: Path, positions_m: np.ndarray, version: str = "1.2", point_format: int = 3) -> Path:
    header = laspy.LasHeader(version=version, point_format=point_format)
    header.offsets, header.scales = ORIGIN_M, np.full(3, 0.001)
    las = laspy.LasData(header)
    las.x, las.y, las.z = positions_m.T
    las.intensity = np.arange(len(positions_m))
    if point_format in (2, 3, 7):
        las.red = las.green = las.blue = np.full(len(positions_m), 0x4000)
    las.gps_time = 3e5 + np.linspace(0, 0.1, len(positions_m))
    las.write(str(path))
    return path


@pytest.mark.parametrize(
    ("name", "version", "point_format"),
    [
        ("a.las", "1.2", 3),
        ("a.laz", "1.2", 3),
        ("a.las", "1.4", 7),
        ("a.laz", "1.4", 6),
        ("a.laz", "1.4", 7),
    ],
)
def test_map_coordinates_keep_their_millimetres(tmp_path: Path, name: str, version: str, point_format: int) -> None:
    wanted = points_m()
    path = write_las(tmp_path / name, wanted, version, point_format)
    cloud = read_las(path)
    assert np.abs(cloud.positions_m - wanted).max() < 0.001
    assert cloud.origin_m.any()
    assert cloud.intensity is not None
    np.testing.assert_array_equal(cloud.intensity, np.arange(COUNT))
    assert cloud.time_offset_ns is not None
    assert (cloud.rgb is not None) == (point_format in (3, 7))
    assert cloud.rgb is None or (cloud.rgb == 0x40).all()
    assert count_las(path) == COUNT
    header = read_las_header(path)
    np.testing.assert_allclose(header.low_m, wanted.min(axis=0), atol=0.001)
    np.testing.assert_allclose(header.high_m, wanted.max(axis=0), atol=0.001)


def test_a_file_without_points_is_an_empty_cloud(tmp_path: Path) -> None:
    assert len(read_las(write_las(tmp_path / "a.las", points_m(0)))) == 0


@pytest.mark.parametrize("name", ["a.las", "a.laz"])
def test_a_header_of_billions_of_points_is_refused_before_they_are_read(tmp_path: Path, name: str) -> None:
    path = write_las(tmp_path / name, points_m())
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, 107, 2_000_000_000)
    path.write_bytes(data)
    with pytest.raises(PointFileError, match="cut off"):
        count_las(path)


def test_a_table_of_billions_of_chunks_is_refused(tmp_path: Path) -> None:
    path = write_las(tmp_path / "a.laz", points_m())
    data = bytearray(path.read_bytes())
    (points_at,) = struct.unpack_from("<I", data, 96)
    (table_at,) = struct.unpack_from("<q", data, points_at)
    struct.pack_into("<I", data, table_at + 4, 2_000_000_000)
    path.write_bytes(data)
    with pytest.raises(PointFileError, match="packed points"):
        read_las(path)


def test_a_layer_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    path = write_las(tmp_path / "a.laz", points_m(), "1.4", 6)
    data = bytearray(path.read_bytes())
    (points_at,) = struct.unpack_from("<I", data, 96)
    struct.pack_into("<I", data, points_at + 8 + 30 + 4, 4_000_000_000)
    path.write_bytes(data)
    with pytest.raises(PointFileError, match="packed points"):
        read_las(path)


@pytest.mark.parametrize(("data", "reason"), [(b"", "begins with LASF"), (b"LASF", "header"), (b"PK" * 300, "LASF")])
def test_what_is_no_las_is_said(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "a.las"
    path.write_bytes(data)
    with pytest.raises(PointFileError, match=reason):
        read_las(path)
    with pytest.raises(PointFileError, match="found none"):
        read_las(tmp_path / "none.las")


@settings(max_examples=150)
@given(data=st.data(), kind=st.sampled_from([("a.las", "1.2", 3), ("a.laz", "1.2", 3), ("a.laz", "1.4", 7)]))
def test_broken_bytes_are_a_point_file_error_or_points(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, kind: tuple[str, str, int]
) -> None:
    path = write_las(tmp_path_factory.mktemp("las") / kind[0], points_m(40), *kind[1:])
    spoiled = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(spoiled[: data.draw(st.integers(0, len(spoiled)))])
    with suppress(PointFileError):
        assert len(read_las(path)) <= 1_000_000


def test_real_files(shared_data: Path) -> None:
    folder = shared_data / "formats" / "las_laspy"
    las, laz = read_las(folder / "simple.las"), read_las(folder / "simple.laz")
    np.testing.assert_array_equal(las.xyz, laz.xyz)
    assert len(las) == count_las(folder / "simple.laz") == 1065
    assert len(read_las(folder / "1_4_w_evlr.laz")) == 1000
    assert len(read_las(folder / "simple.copc.laz")) == 1065
    trim = read_las(folder / "autzen_trim.laz")
    assert len(trim) == count_las(folder / "autzen_trim.laz") == 110_000
    header = read_las_header(folder / "autzen_trim.laz")
    np.testing.assert_allclose(trim.positions_m.min(axis=0), header.low_m, atol=1e-3)
