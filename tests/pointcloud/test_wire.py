from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geometry.arrays import Float32Array
from pointcloud import PointCloud, PointFileError, read_kitti_bin, wire

HALF_STEP_M = 0.0025
# What float32 itself loses at 20 km and at the edge of a step.
FLOAT_SLACK_M = 1e-3


def zeros(count: int) -> Float32Array:
    return np.zeros((count, 3), dtype=np.float32)


def full_cloud(count: int = 500, seed: int = 3) -> PointCloud:
    rng = np.random.default_rng(seed)
    return PointCloud(
        rng.normal(scale=60, size=(count, 3)).astype(np.float32),
        "ego",
        intensity=rng.uniform(0, 1, count).astype(np.float32),
        time_offset_ns=rng.integers(-50_000_000, 50_000_000, count, dtype=np.int32),
        ring=rng.integers(0, 300, count, dtype=np.uint16),
        rgb=rng.integers(0, 256, (count, 3), dtype=np.uint8),
    )


def by_the_book(data: bytes) -> dict[str, list[float]]:
    """Decode one slice with plain Python and the words of the format alone, as the viewer's author would."""
    assert data[:4] == b"TBPC"
    version, header_size, count = struct.unpack_from("<HHI", data, 4)
    assert version == 1
    assert header_size % 8 == 0
    origin = struct.unpack_from("<3d", data, 24)
    position = header_size
    values: dict[str, list[float]] = {}
    for i in range(data[21]):
        name, planes, coding, _, _, scale, offset = struct.unpack_from("<16sBBHIff", data, 64 + 32 * i)
        name = name.rstrip(b"\0").decode()
        rows = [data[position + k * count : position + (k + 1) * count] for k in range(planes)]
        position += planes * count
        q, total, column = 0, 0, []
        modulus = 1 << (8 * planes)
        for j in range(count):
            q = sum(row[j] << (8 * k) for k, row in enumerate(rows))
            if coding == 1:
                total = (total + (q >> 1 if q % 2 == 0 else -(q >> 1) - 1)) % modulus
                q = total - modulus if total >= modulus // 2 else total
            column.append(offset + scale * q + (origin["xyz".index(name)] if name in "xyz" else 0.0))
        values[name] = column
    assert position == len(data)
    return values


def test_decodes_by_the_words_of_the_format() -> None:
    cloud = full_cloud()
    assert cloud.ring is not None
    values = by_the_book(wire.encode(cloud))
    order = np.argsort(cloud.ring, kind="stable")
    xyz = np.stack([values["x"], values["y"], values["z"]], axis=1)
    assert np.abs(xyz - cloud.xyz[order]).max() <= HALF_STEP_M + 1e-4
    assert cloud.intensity is not None
    assert np.abs(np.array(values["intensity"]) - cloud.intensity[order]).max() <= 0.5 / 255 + 1e-6
    np.testing.assert_array_equal(values["ring"], cloud.ring[order])
    assert cloud.time_offset_ns is not None
    np.testing.assert_array_equal(values["time_offset_ns"], cloud.time_offset_ns[order])
    assert cloud.rgb is not None
    np.testing.assert_array_equal(np.stack([values["r"], values["g"], values["b"]], axis=1), cloud.rgb[order])


def test_decode_is_the_inverse() -> None:
    cloud = full_cloud()
    assert cloud.ring is not None
    again = wire.decode(wire.encode(cloud))
    order = np.argsort(cloud.ring, kind="stable")
    assert again.frame == "ego"
    assert np.abs(again.xyz.astype(np.float64) - cloud.xyz[order]).max() <= HALF_STEP_M + 1e-4
    for name in ("ring", "time_offset_ns", "rgb"):
        np.testing.assert_array_equal(getattr(again, name), getattr(cloud, name)[order])


def test_the_header_is_what_it_says() -> None:
    data = wire.encode(PointCloud(zeros(5), "ego", intensity=zeros(5)[:, 0]))
    assert struct.unpack_from("<4sHHIIHHBBH", data) == (b"TBPC", 1, 64 + 4 * 32, 5, 5, 0, 1, 0, 4, 0)
    assert data[48:64] == b"ego" + bytes(13)
    assert struct.unpack_from("<16sBBHIff", data, 64)[:3] == (b"x" + bytes(15), 3, 1)
    assert struct.unpack_from("<f", data, 64 + 24)[0] == np.float32(0.005)
    assert len(data) == 192 + 5 * (3 * 3 + 1)


@given(arrays(np.float32, st.tuples(st.integers(0, 60), st.just(3)), elements=st.floats(-20_000, 20_000, width=32)))
def test_no_coordinate_is_off_by_more_than_half_a_step(xyz: Float32Array) -> None:
    again = wire.decode(wire.encode(PointCloud(xyz, "ego")))
    assert again.xyz.shape == xyz.shape
    if len(xyz):
        assert np.abs(again.xyz.astype(np.float64) - xyz).max() <= HALF_STEP_M + FLOAT_SLACK_M


def test_far_points_get_an_origin_of_their_own() -> None:
    xyz = np.array([[500_000.0, 4_000_000.0, 100.0], [500_010.0, 4_000_020.0, 101.0]], dtype=np.float32)
    data = wire.encode(PointCloud(xyz, "utm"))
    assert wire.read_header(data).origin_m != (0.0, 0.0, 0.0)
    np.testing.assert_allclose(wire.decode(data).positions_m, xyz, atol=HALF_STEP_M + 1e-4)


def test_map_coordinates_keep_their_millimetres() -> None:
    positions_m = np.random.default_rng(4).normal([500_000.123, 4_000_000.456, 300.0], 60.0, (500, 3))
    data = wire.encode(PointCloud.from_positions(positions_m, "utm"))
    np.testing.assert_allclose(wire.decode(data).positions_m, positions_m, atol=HALF_STEP_M + 1e-4)
    values = by_the_book(data)
    xyz = np.stack([values["x"], values["y"], values["z"]], axis=1)
    np.testing.assert_allclose(xyz, positions_m, atol=HALF_STEP_M + 1e-4)


def test_the_stored_index_of_each_point_is_known() -> None:
    cloud = full_cloud()
    order = wire.wire_order(cloud)
    np.testing.assert_allclose(wire.decode(wire.encode(cloud)).xyz, cloud.xyz[order], atol=HALF_STEP_M + 1e-4)
    assert wire.wire_order(PointCloud(zeros(3), "ego")).tolist() == [0, 1, 2]


def test_points_too_far_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="points must span at most"):
        wire.encode(PointCloud(np.array([[0.0, 0, 0], [1e6, 0, 0]], dtype=np.float32), "ego"))


@pytest.mark.parametrize(
    "intensity", [[0.0, 0.5, 1.0], [0.0, 100.0, 255.0], [-3.0, 0.0, 9.0], [1e4, 1e4, 1e4], [700, 900, 0]]
)
def test_intensity_keeps_its_meaning_in_any_range(intensity: list[float]) -> None:
    given_intensity = np.array(intensity, dtype=np.float32)
    again = wire.decode(wire.encode(PointCloud(zeros(3), "ego", intensity=given_intensity))).intensity
    assert again is not None
    assert np.abs(again - given_intensity).max() <= (max(intensity) - min(intensity)) / 255 * 0.51 + 0.02


def test_large_frames_are_slices_that_are_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SLICE_POINTS", 40)
    cloud = PointCloud(np.random.default_rng(0).normal(size=(99, 3)).astype(np.float32), "ego")
    data = wire.encode(cloud)
    first = wire.read_header(data)
    assert (first.slice_index, first.slice_count, first.total_point_count) == (0, 3, 99)
    order = wire.wire_order(cloud)
    np.testing.assert_allclose(wire.decode(data).xyz, cloud.xyz[order], atol=HALF_STEP_M + 1e-5)
    sample = wire.decode(data[: first.slice_size])
    members = wire.slice_members(99, 0, 3)
    np.testing.assert_allclose(sample.xyz, cloud.xyz[members], atol=HALF_STEP_M + 1e-5)


@given(st.integers(0, 2000), st.integers(1, 50))
def test_slices_hold_every_point_once_and_one_of_each_block(total: int, slice_count: int) -> None:
    slices = [wire.slice_members(total, index, slice_count) for index in range(slice_count)]
    assert sorted(np.concatenate(slices).tolist()) == list(range(total))
    for members in slices:
        blocks = members // slice_count
        assert len(np.unique(blocks)) == len(members) >= total // slice_count


@given(st.integers(2, 45), st.integers(1, 130), st.integers(0, 1000))
@example(slice_count=39, lasers=2, shift=0)
@example(slice_count=41, lasers=2, shift=0)
def test_any_prefix_of_slices_is_an_even_sample(slice_count: int, lasers: int, shift: int) -> None:
    """Of any stretch of the file, and of any laser whatever their number, a prefix holds nearly its share."""
    total = 24_000
    order = np.concatenate([wire.slice_members(total, index, slice_count) for index in range(slice_count)])
    stretch = (np.arange(total) + shift) // 1000
    laser = np.arange(total) % lasers
    for prefix in range(1, slice_count + 1):
        share = prefix / slice_count
        sample = order[: int(total * share)]
        for cell in (stretch, laser):
            every = np.bincount(cell)
            error = np.abs(np.bincount(cell[sample], minlength=len(every)) - share * every)
            # Six times what chance alone would do.
            assert (error <= 2 + 6 * np.sqrt(every * share * (1 - share))).all()


def test_ages_are_a_channel_that_a_cloud_does_not_need() -> None:
    cloud = full_cloud()
    age_s = np.linspace(-9.9, 9.9, len(cloud)).astype(np.float32)
    data = wire.encode(cloud, age_s)
    assert cloud.ring is not None
    order = wire.wire_order(cloud)
    np.testing.assert_allclose(by_the_book(data)["age_s"], age_s[order], atol=0.5e-3 + 1e-6)
    np.testing.assert_array_equal(wire.decode(data).ring, cloud.ring[order])
    far = by_the_book(wire.encode(cloud, age_s * 100))["age_s"]
    np.testing.assert_allclose(far, 100 * age_s[order], atol=0.04)
    with pytest.raises(ValueError, match="age_s must have shape"):
        wire.encode(cloud, age_s[1:])


def test_same_points_give_same_bytes() -> None:
    assert wire.encode(full_cloud()) == wire.encode(full_cloud())


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: data[:0], "expected a header of 64 bytes, found 0 bytes"),
        (lambda data: b"PNG!" + data[4:], "expected points that begin with b'TBPC', found b'PNG!'"),
        (lambda data: data[:4] + b"\2\0" + data[6:], "expected version 1 of the points' form, found 2"),
        (lambda data: data[:-1], "bytes of slice 0, found"),
        (lambda data: data[:21] + b"\1" + data[22:], "expected a table of 1 channels"),
        (lambda data: data[:80] + b"\x09" + data[81:], "expected 1 to 4 planes of coding 0 or 1, found 9"),
        (lambda data: data + data, "expected slice 1, found slice 0"),
    ],
)
def test_bytes_that_are_not_this_form_are_refused(spoil: object, message: str) -> None:
    with pytest.raises(PointFileError, match=message) as caught:
        wire.decode(spoil(wire.encode(full_cloud(20))), "frame 3")  # type: ignore[operator]
    assert str(caught.value).startswith("frame 3: ")


def test_real_frames_need_at_most_17_percent_of_float32(shared_data: Path) -> None:
    paths = sorted((shared_data / "kitti_raw").rglob("velodyne_points/data/*.bin"))
    if not paths:
        pytest.skip("the raw drive is not in the shared data")
    packed = raw = 0
    for path in paths:
        cloud = read_kitti_bin(path)
        data = wire.encode(cloud)
        packed += len(zstandard.ZstdCompressor(level=3).compress(data))
        raw += 16 * len(cloud)
        assert np.abs(wire.decode(data).xyz.astype(np.float64) - cloud.xyz).max() <= HALF_STEP_M + 1e-4
    assert packed / raw <= 0.17
