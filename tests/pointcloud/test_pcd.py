from __future__ import annotations

import struct
import time
import tracemalloc
from pathlib import Path

import lzf  # type: ignore[import-not-found]
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geometry.arrays import ByteArray, Float32Array
from pointcloud import PointCloud, PointFileError, count_pcd, read_kitti_bin, read_pcd, write_pcd

POINTS = np.array([[1.5, -2.25, 0.5], [10.0, 20.0, 30.0], [-0.125, 0.0, 4.0]], dtype="<f4")


def header(
    fields: str = "x y z",
    size: str = "4 4 4",
    kind: str = "F F F",
    count: str = "1 1 1",
    points: object = 3,
    data: str = "binary",
    width: object = None,
) -> bytes:
    return (
        f"# .PCD v0.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS {fields}\nSIZE {size}\nTYPE {kind}\n"
        f"COUNT {count}\nWIDTH {points if width is None else width}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\n"
        f"POINTS {points}\nDATA {data}\n"
    ).encode()


SQUEEZED = header(data="binary_compressed")


def read(folder: Path, content: bytes) -> PointCloud:
    path = folder / "points.pcd"
    path.write_bytes(content)
    return read_pcd(path)


def packed(columns: list[bytes]) -> bytes:
    raw = b"".join(columns)
    data = lzf.compress(raw, 2 * len(raw)) or raw
    return struct.pack("<II", len(data), len(raw)) + data


def lzf_by_the_book(data: bytes) -> bytes:
    """LZF in plain Python, as liblzf's description has it."""
    out = bytearray()
    at = 0
    while at < len(data):
        control = data[at]
        at += 1
        if control < 32:
            out += data[at : at + control + 1]
            at += control + 1
            continue
        length = control >> 5
        if length == 7:
            length += data[at]
            at += 1
        start = len(out) - ((control & 31) << 8) - data[at] - 1
        at += 1
        for _ in range(length + 2):
            out.append(out[start])
            start += 1
    return bytes(out)


def test_the_packing_is_the_one_of_the_book() -> None:
    raw = np.repeat(np.arange(400, dtype="<f4"), 3).tobytes()
    assert lzf_by_the_book(lzf.compress(raw)) == raw


@pytest.mark.parametrize("data", ["ascii", "binary", "binary_compressed"])
def test_each_coding_gives_the_same_points(tmp_path: Path, data: str) -> None:
    many = np.repeat(POINTS, 40, axis=0)
    bodies = {
        "ascii": "\n".join(" ".join(map(str, row)) for row in many.tolist()).encode(),
        "binary": many.tobytes(),
        "binary_compressed": packed([many[:, axis].tobytes() for axis in range(3)]),
    }
    cloud = read(tmp_path, header(points=len(many), data=data) + bodies[data])
    np.testing.assert_array_equal(cloud.xyz, many)
    assert cloud.frame == "lidar"
    assert cloud.intensity is None
    assert count_pcd(tmp_path / "points.pcd") == len(many)


def test_padding_of_any_size_and_count_is_stepped_over(tmp_path: Path) -> None:
    """The header of a real recorder: 48 bytes a point, COUNT 0 among them."""
    dtype = np.dtype(
        {
            "names": ["x", "y", "z", "intensity", "timestamp", "ring"],
            "formats": ["<f4", "<f4", "<f4", "<f4", "<f8", "<u2"],
            "offsets": [0, 4, 8, 16, 20, 34],
            "itemsize": 48,
        }
    )
    rows = np.zeros(3, dtype=dtype)
    rows["x"], rows["y"], rows["z"] = POINTS.T
    rows["intensity"] = [1, 2, 3]
    rows["timestamp"] = 1.6e9 + np.array([0.0, 0.05, 0.1])
    rows["ring"] = [0, 5, 63]
    head = header(
        "x y z _ intensity _ timestamp _ ring _",
        "4 4 4 1 4 1 8 1 2 1",
        "F F F U F U F U U U",
        "1 1 1 4 1 0 1 6 1 12",
    )
    cloud = read(tmp_path, head + rows.tobytes())
    np.testing.assert_array_equal(cloud.xyz, POINTS)
    np.testing.assert_array_equal(cloud.intensity, [1, 2, 3])
    np.testing.assert_array_equal(cloud.ring, [0, 5, 63])
    assert cloud.time_offset_ns is not None
    np.testing.assert_allclose(cloud.time_offset_ns, [0, 50_000_000, 100_000_000], atol=300)


def test_bytes_after_the_last_point_do_not_count(tmp_path: Path) -> None:
    cloud = read(tmp_path, header() + POINTS.tobytes() + bytes(4000))
    np.testing.assert_array_equal(cloud.xyz, POINTS)


def test_points_without_a_place_are_counted(tmp_path: Path) -> None:
    holes = POINTS.copy()
    holes[1, 2] = np.nan
    holes[2, 0] = np.inf
    cloud = read(tmp_path, header() + holes.tobytes())
    assert len(cloud) == 1
    assert cloud.dropped_count == 2
    cloud = read(tmp_path, header(data="ascii") + b"1 2 3\nnan nan nan\n-nan 1 2\n")
    assert (len(cloud), cloud.dropped_count) == (1, 2)


@pytest.mark.parametrize("kind", ["f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2"])
@pytest.mark.parametrize("data", ["binary", "binary_compressed", "ascii"])
def test_fields_of_any_number_type(tmp_path: Path, kind: str, data: str) -> None:
    rows = np.tile(np.array([[1, 2, 3], [40, 50, 60]]), (30, 1)).astype("<" + kind)
    head = header(size=" ".join([kind[1]] * 3), kind=" ".join([kind[0].upper()] * 3), points=60, data=data)
    bodies = {
        "ascii": "\n".join(" ".join(map(str, row)) for row in rows.tolist()).encode(),
        "binary": rows.tobytes(),
        "binary_compressed": packed([rows[:, axis].tobytes() for axis in range(3)]),
    }
    np.testing.assert_array_equal(read(tmp_path, head + bodies[data]).xyz, rows.astype(np.float32))


def test_map_coordinates_in_float64_keep_their_millimetres(tmp_path: Path) -> None:
    utm_m = np.array([[500_000.123, 4_000_000.456, 250.789], [500_050.001, 4_000_020.002, 251.003]])
    cloud = read(tmp_path, header(size="8 8 8", points=2) + utm_m.astype("<f8").tobytes())
    np.testing.assert_allclose(cloud.positions_m, utm_m, atol=1e-5)
    write_pcd(tmp_path / "again.pcd", cloud)
    np.testing.assert_allclose(read_pcd(tmp_path / "again.pcd").positions_m, utm_m, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "value"), [("F", np.array([0x00C86432], "<u4").view("<f4")), ("U", np.array([0xFFC86432], "<u4"))]
)
def test_colour_is_in_the_bits(tmp_path: Path, kind: str, value: ByteArray) -> None:
    head = header("x y z rgb", "4 4 4 4", f"F F F {kind}", "1 1 1 1", 1)
    cloud = read(tmp_path, head + POINTS[:1].tobytes() + value.tobytes())
    np.testing.assert_array_equal(cloud.rgb, [[200, 100, 50]])


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    cloud = PointCloud(
        rng.normal(scale=50, size=(300, 3)).astype(np.float32),
        "velodyne",
        intensity=rng.uniform(0, 255, 300).astype(np.float32),
        ring=rng.integers(0, 128, 300, dtype=np.uint16),
        time_offset_ns=rng.integers(-(2**31), 2**31 - 1, 300).astype(np.int32),
        rgb=rng.integers(0, 256, (300, 3), dtype=np.uint8),
    )
    path = tmp_path / "cloud.pcd"
    write_pcd(path, cloud)
    again = read_pcd(path, "velodyne")
    assert count_pcd(path) == 300
    for name in ("xyz", "intensity", "ring", "rgb"):
        np.testing.assert_array_equal(getattr(again, name), getattr(cloud, name))
    write_pcd(path, PointCloud.empty("velodyne"))
    assert len(read_pcd(path)) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected a header that ends with a line DATA, found none"),
        (b"VERSION .7\nFIEL", "expected a header that ends with a line DATA, found none"),
        (header(data="zip"), "expected DATA ascii, binary, binary_compressed, found 'zip'"),
        (header(size="4 4"), "expected SIZE for each of 3 fields, found 2"),
        (header(kind="F F Q"), "expected a type F, I or U of 1 to 8 bytes, found Q4"),
        (header(size="4 4 3"), "expected a type F, I or U of 1 to 8 bytes, found F3"),
        (header(points="-3"), "expected POINTS, a whole number below 2147483648, found '-3'"),
        (header(points="9" * 5000, width=3), "expected POINTS, a whole number"),
        (header(fields="a b c") + POINTS.tobytes(), "expected the fields x, y, z, found no x, y, z"),
        (header() + POINTS.tobytes()[:-1], r"expected 36 bytes of points, found 35 \(cut off\?\)"),
        (header(data="ascii") + b"1 2 3\n4 5\n7 8 9\n", "expected rows of numbers, found others"),
        (header(data="ascii") + b"1 2 3\n4 five 6\n7 8 9", "expected rows of numbers, found others"),
        (header(data="ascii") + b"1 2 3\n4 5 6\n", r"expected 3 rows of numbers, found 2"),
        (header(count="1 1 999999999"), "expected a COUNT, a whole number below 1048576"),
        (header(count="0 0 0"), "expected points of 1 to 1048576 bytes, found 0 bytes"),
        (SQUEEZED, "expected 8 bytes of points, found 0"),
        (
            SQUEEZED + struct.pack("<II", 20, 36) + bytes(5),
            "expected 20 bytes of packed points",
        ),
        (SQUEEZED + struct.pack("<II", 8, 12) + bytes(8), "expected 36 bytes of points before"),
        (
            SQUEEZED + struct.pack("<II", 3, 36) + b"\x20\x00\x00",
            "packed with LZF, found others",
        ),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(PointFileError, match=message):
        read(tmp_path, content)


@pytest.mark.parametrize("data", ["ascii", "binary", "binary_compressed"])
@pytest.mark.parametrize("points", [10**9, 2 * 10**9])
def test_a_lying_header_takes_neither_memory_nor_time(tmp_path: Path, data: str, points: int) -> None:
    body = struct.pack("<II", 1000, 4 * 10**9) + bytes(1000) if data == "binary_compressed" else b"1 2 3\n" * 100
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(PointFileError, match="expected"):
        read(tmp_path, header(points=points, data=data) + body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6
    assert time.monotonic() - started < 20


def test_a_folder_or_nothing_is_no_file_of_points(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.pcd"):
        for use in (read_pcd, count_pcd):
            with pytest.raises(PointFileError, match="expected a file of points, found none"):
                use(path)


def survives(path: Path, content: bytes) -> None:
    """Either points or a clear error, never anything else."""
    path.write_bytes(content)
    messages: list[str] = []
    for use in (lambda path: len(read_pcd(path)), count_pcd):
        try:
            use(path)
        except PointFileError as error:
            messages.append(str(error))
    assert all(message.startswith(str(path)) and "\n" not in message for message in messages)


HEADERS = [
    header(data=data, fields=fields, size=size, kind=kind, count=count)
    for data in ("ascii", "binary", "binary_compressed")
    for fields, size, kind, count in (
        ("x y z", "4 4 4", "F F F", "1 1 1"),
        ("x y z rgb t ring", "8 4 2 4 4 2", "F I F U U I", "1 1 1 1 1 1"),
        ("x y z rgb time intensity", "4 4 8 4 8 8", "F F U F I F", "1 1 1 1 1 2"),
    )
]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.just(b""), st.sampled_from(HEADERS)), st.binary(max_size=600))
@example(HEADERS[0], b"")
def test_any_bytes_are_points_or_an_error(tmp_path: Path, head: bytes, body: bytes) -> None:
    survives(tmp_path / "fuzz.pcd", head + body)
    survives(tmp_path / "fuzz.pcd", head + struct.pack("<II", len(body), 36) + body)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(HEADERS),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 10**6),
)
def test_spoiled_headers_are_points_or_an_error(
    tmp_path: Path, head: bytes, spoilt: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(head + b"1 2 3 4 5 6\n" * 30)
    for place, value in spoilt:
        content[place % len(content)] = value
    survives(tmp_path / "fuzz.pcd", bytes(content))
    survives(tmp_path / "fuzz.pcd", bytes(content[: cut % len(content)]))


def test_real_files(shared_data: Path) -> None:
    folder = shared_data / "formats" / "pcd_pypcd4"
    if not folder.exists():
        pytest.skip("the PCD samples are not in the shared data")
    plain, binary, squeezed = (read_pcd(folder / f"{name}.pcd") for name in ("ascii", "binary", "binary_compressed"))
    assert [len(cloud) for cloud in (plain, binary, squeezed)] == [213, 213, 213]
    np.testing.assert_array_equal(binary.xyz, squeezed.xyz)
    np.testing.assert_array_equal(binary.rgb, squeezed.rgb)
    np.testing.assert_allclose(plain.xyz, binary.xyz, atol=1e-5)
    np.testing.assert_array_equal(plain.rgb, binary.rgb)
    organised = read_pcd(folder / "binary_compressed_organized.pcd")
    np.testing.assert_allclose(organised.xyz, read_pcd(folder / "ascii_organized.pcd").xyz, atol=1e-6)
    assert len(organised) == 8
    assert len(read_pcd(folder / "ascii_with_underscore.pcd")) == 213
    assert len(read_pcd(folder / "ascii_multi_count.pcd")) == 8
    assert len(read_pcd(folder / "ascii_with_empty_points.pcd")) == 0
    with pytest.raises(PointFileError, match="expected a header that ends with a line DATA"):
        read_pcd(folder / "ascii_invalid_header.pcd")
    zaghetto = read_pcd(shared_data / "formats" / "pcd_loadersgl" / "Zaghetto.pcd")
    assert len(zaghetto) + zaghetto.dropped_count == 59750


def test_a_real_sweep_with_bytes_after_its_points(shared_data: Path) -> None:
    path = shared_data / "kitti_raw_pcd_drive_0048" / "data_1" / "0000000000.pcd"
    if not path.exists():
        pytest.skip("the KITTI sweep as PCD is not in the shared data")
    cloud = read_pcd(path)
    assert len(cloud) == 119_978 == count_pcd(path)
    assert 60 < np.abs(cloud.xyz).max() < 130
    assert cloud.intensity is not None
    assert (cloud.intensity >= 0).all()
    assert cloud.intensity.max() <= 1


def test_a_real_recorder_with_padded_fields(shared_data: Path, tmp_path: Path) -> None:
    paths = sorted((shared_data / "sustechpoints_example" / "lidar").glob("*.pcd"))
    if not paths:
        pytest.skip("the SUSTechPOINTS example is not in the shared data")
    for path in paths:
        cloud = read_pcd(path)
        assert len(cloud) + cloud.dropped_count == count_pcd(path)
        assert len(cloud) > 60_000
        assert np.abs(cloud.xyz).max() < 300
        assert cloud.intensity is not None
        # The header's padding is wrong from the intensity on, so what follows is no laser and no time.
        assert cloud.ring is None
        assert cloud.time_offset_ns is None
        for cut in (0.0001, 0.3, 0.9999):
            survives(tmp_path / "cut.pcd", path.read_bytes()[: int(cut * path.stat().st_size)])


def test_the_same_sweep_as_kittis_own_file(shared_data: Path, tmp_path: Path) -> None:
    path = next((shared_data / "kitti_object" / "training" / "velodyne").glob("*.bin"), None)
    if path is None:
        pytest.skip("the KITTI object frames are not in the shared data")
    cloud = read_kitti_bin(path)
    write_pcd(tmp_path / "sweep.pcd", cloud)
    again: Float32Array = read_pcd(tmp_path / "sweep.pcd").xyz
    np.testing.assert_array_equal(again, cloud.xyz)
