from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointcloud import PointCloud, PointFileError, count_ply, read_ply

POINTS = np.array([[1.5, -2.25, 0.5], [10.0, 20.0, 30.0], [-0.125, 0.0, 4.0]])
LINES = b"1.5 -2.25 0.5\n10 20 30\n-0.125 0 4\n"
XYZ = "property float x\nproperty float y\nproperty float z\n"


def header(properties: str = XYZ, count: object = 3, coding: str = "ascii", before: str = "", after: str = "") -> bytes:
    return (
        f"ply\nformat {coding} 1.0\ncomment made by a test\nobj_info nothing\n{before}element vertex {count}\n"
        f"{properties}{after}end_header\n"
    ).encode()


def read(folder: Path, content: bytes) -> PointCloud:
    path = folder / "points.ply"
    path.write_bytes(content)
    return read_ply(path)


@pytest.mark.parametrize(("coding", "order"), [("binary_little_endian", "<"), ("binary_big_endian", ">")])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("f4", "float"), ("f8", "double"), ("i2", "short"), ("i4", "int32"), ("u1", "uint8"), ("i1", "char")],
)
def test_binary_of_any_type_and_byte_order(tmp_path: Path, coding: str, order: str, kind: str, name: str) -> None:
    rows = np.abs(POINTS).astype(order + kind)
    content = header(XYZ.replace("float", name), coding=coding) + rows.tobytes() + b"what follows"
    np.testing.assert_array_equal(read(tmp_path, content).xyz, rows.astype(np.float32))
    assert count_ply(tmp_path / "points.ply") == 3


def test_text(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read(tmp_path, header() + LINES).xyz, POINTS)
    np.testing.assert_array_equal(read(tmp_path, (header() + LINES).replace(b"\n", b"\r\n")).xyz, POINTS)


def test_other_elements_are_stepped_over(tmp_path: Path) -> None:
    before = "element camera 2\nproperty float f\nproperty uchar n\n"
    after = "element face 1\nproperty list uchar int vertex_indices\n"
    content = header(before=before, after=after) + b"1.0 2\n3.0 4\n" + LINES + b"3 0 1 2\n"
    np.testing.assert_array_equal(read(tmp_path, content).xyz, POINTS)
    content = (
        header(before=before, after=after, coding="binary_little_endian") + bytes(10) + POINTS.astype("<f4").tobytes()
    )
    np.testing.assert_array_equal(read(tmp_path, content + b"\x03" + bytes(12)).xyz, POINTS)


def test_channels(tmp_path: Path) -> None:
    properties = (
        XYZ + "property uchar red\nproperty uchar green\nproperty uchar blue\n"
        "property float scalar_Intensity\nproperty ushort ring\nproperty float confidence\n"
    )
    rows = b"0 0 1 255 1 0 0.5 3 9\n0 0 2 1 0 1 0.25 4 9\nnan 0 2 1 0 1 0.25 4 9\n"
    cloud = read(tmp_path, header(properties) + rows)
    np.testing.assert_array_equal(cloud.rgb, [[255, 1, 0], [1, 0, 1]])
    np.testing.assert_array_equal(cloud.intensity, [0.5, 0.25])
    np.testing.assert_array_equal(cloud.ring, [3, 4])
    assert cloud.dropped_count == 1
    real = properties.replace("uchar", "float")
    cloud = read(tmp_path, header(real, 1) + b"0 0 1 1.0 0.5 0 0.5 3 9\n")
    np.testing.assert_array_equal(cloud.rgb, [[255, 128, 0]])


def test_map_coordinates_keep_their_millimetres(tmp_path: Path) -> None:
    utm_m = POINTS + [500_000.123, 4_000_000.456, 250.0]
    content = header(XYZ.replace("float", "double"), coding="binary_little_endian") + utm_m.tobytes()
    np.testing.assert_allclose(read(tmp_path, content).positions_m, utm_m, atol=1e-5)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected a file that begins with ply, found b''"),
        (b"ply\nformat ascii 1.0\n", "expected a header that ends with a line end_header"),
        (b"ply\nend_header\n", "expected a header with a line format"),
        (header(coding="zip"), "expected format binary_little_endian"),
        (header(XYZ.replace("float y", "quad y")), "expected property TYPE NAME, found 'quad y'"),
        (header(count="many"), "expected a count of vertex, a whole number"),
        (header().replace(b"vertex", b"vortex"), "expected an element vertex, found vortex"),
        (header("property list uchar int x\n"), "expected vertices of plain numbers"),
        (header("") + LINES, "expected vertices of plain numbers"),
        (header(XYZ.replace("z", "w")) + LINES, "expected the fields x, y, z, found no z"),
        (header() + LINES[:-11], r"expected 3 rows of numbers, found 2 \(cut off\?\)"),
        (header() + LINES.replace(b"20", b"twenty"), "expected rows of numbers, found others"),
        (header(coding="binary_little_endian") + bytes(35), r"expected 36 bytes of vertices, found 35 \(cut off\?\)"),
        (
            header(coding="binary_little_endian", before="element face 2\nproperty list uchar int i\n") + bytes(50),
            "expected the vertices before anything with lists",
        ),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(PointFileError, match=message):
        read(tmp_path, content)


@pytest.mark.parametrize("coding", ["ascii", "binary_little_endian"])
@pytest.mark.parametrize("before", ["", "element camera 2000000000\nproperty float f\n"])
def test_a_lying_header_takes_neither_memory_nor_time(tmp_path: Path, coding: str, before: str) -> None:
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(PointFileError, match="expected"):
        read(tmp_path, header(count=2 * 10**9, coding=coding, before=before) + LINES * 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6
    assert time.monotonic() - started < 20


HEADERS = [
    header(properties, coding=coding)
    for coding in ("ascii", "binary_little_endian", "binary_big_endian")
    for properties in (
        XYZ,
        XYZ.replace("float", "double") + "property ushort red\nproperty int ring\nproperty float t\n",
    )
]


def survives(path: Path, content: bytes) -> None:
    """Either points or a clear error, never anything else."""
    path.write_bytes(content)
    messages: list[str] = []
    for use in (lambda path: len(read_ply(path)), count_ply):
        try:
            use(path)
        except PointFileError as error:
            messages.append(str(error))
    assert all(message.startswith(str(path)) and "\n" not in message for message in messages)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.just(b"ply"), st.sampled_from(HEADERS)), st.binary(max_size=400))
def test_any_bytes_are_points_or_an_error(tmp_path: Path, head: bytes, body: bytes) -> None:
    survives(tmp_path / "fuzz.ply", head + body)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(HEADERS),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 10**6),
)
def test_spoiled_files_are_points_or_an_error(
    tmp_path: Path, head: bytes, spoilt: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(head + b"1 2 3 4 5 6\n" * 10)
    for place, value in spoilt:
        content[place % len(content)] = value
    survives(tmp_path / "fuzz.ply", bytes(content))
    survives(tmp_path / "fuzz.ply", bytes(content[: cut % len(content)]))


def test_a_real_file(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "peers_outputs" / "labelcloud" / "pointclouds" / "exemplary.ply"
    if not path.exists():
        pytest.skip("labelCloud's example is not in the shared data")
    cloud = read_ply(path)
    assert len(cloud) == 86_357 == count_ply(path)
    assert cloud.rgb is not None
    assert cloud.rgb.std() > 10
    content = path.read_bytes()
    for cut in (0.00005, 0.3, 0.9999):
        survives(tmp_path / "cut.ply", content[: int(cut * len(content))])
