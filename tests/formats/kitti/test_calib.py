from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formats.kitti.calib import CAMERAS, build_rig, guess_size, read_object_calib, read_raw_calib
from formats.listing import Listing
from geometry.arrays import FloatArray

P2 = "P2: 7.215377e+02 0 6.095593e+02 4.485728e+01 0 7.215377e+02 1.728540e+02 2.163791e-01 0 0 1 2.745884e-03"
R0 = (
    "9.999239e-01 9.837760e-03 -7.445048e-03 -9.869795e-03 9.999421e-01 -4.278459e-03 "
    "7.402527e-03 4.351614e-03 9.999631e-01"
)
VELO = (
    "7.533745e-03 -9.999714e-01 -6.166020e-04 -4.069766e-03 1.480249e-02 7.280733e-04 -9.998902e-01 -7.631618e-02 "
    "9.998621e-01 7.523790e-03 1.480755e-02 -2.717806e-01"
)
IMU = (
    "9.999976e-01 7.553071e-04 -2.035826e-03 -8.086759e-01 -7.854027e-04 9.998898e-01 -1.482298e-02 3.195559e-01 "
    "2.024406e-03 1.482454e-02 9.998881e-01 -7.997231e-01"
)
OBJECT = f"{P2}\nR0_rect: {R0}\nTr_velo_to_cam: {VELO}\nTr_imu_to_velo: {IMU}\n\n"
TRACKING = f"{P2}\nR_rect {R0}\nTr_velo_cam {VELO}\nTr_imu_velo {IMU}\n"
RAW = {
    "calib_cam_to_cam.txt": f"calib_time: 09-Jan-2012\n{P2.replace('P2', 'P_rect_02')}\nR_rect_00: {R0}\n",
    "calib_velo_to_cam.txt": "R: " + " ".join(np.array(VELO.split()).reshape(3, 4)[:, :3].ravel())
    + "\nT: " + " ".join(np.array(VELO.split()).reshape(3, 4)[:, 3]) + "\n",
    "calib_imu_to_velo.txt": "R: " + " ".join(np.array(IMU.split()).reshape(3, 4)[:, :3].ravel())
    + "\nT: " + " ".join(np.array(IMU.split()).reshape(3, 4)[:, 3]) + "\n",
}  # fmt: skip


def matrix(text: str, columns: int) -> FloatArray:
    square = np.eye(4)
    square[:3, :columns] = np.array(text.split(), dtype=float).reshape(3, columns)
    return square


def in_dialect(dialect: str, folder: Path) -> Path:
    if dialect == "raw":
        for name, text in RAW.items():
            (folder / name).write_text(text)
        return folder
    (folder / "000000.txt").write_text(OBJECT if dialect == "object" else TRACKING)
    return folder / "000000.txt"


@pytest.mark.parametrize("dialect", ["object", "tracking", "raw"])
def test_every_dialect_projects_as_the_files_say(dialect: str, tmp_path: Path) -> None:
    path = in_dialect(dialect, tmp_path)
    calib = read_raw_calib(path) if dialect == "raw" else read_object_calib(path)
    rig = build_rig(calib, ["image_02"])
    points_velodyne = np.random.default_rng(0).uniform([4, -15, -2], [60, 15, 2], (50, 3))
    homogeneous = np.column_stack([points_velodyne, np.ones(50)])
    by_the_book = matrix(P2.removeprefix("P2: "), 4)[:3] @ matrix(R0, 3) @ matrix(VELO, 4) @ homogeneous.T
    points_ego = rig.ego_from_sensor["velodyne"].apply(points_velodyne)
    uv, _ = rig.cameras["image_02"].image_from_camera(rig.cam_from_ego("image_02").apply(points_ego))
    # The files' seven digits make rotations that are not quite; the nearest ones move a pixel by this much.
    np.testing.assert_allclose(uv, (by_the_book[:2] / by_the_book[2]).T, atol=2e-3)
    imu_by_the_book = np.linalg.inv(matrix(IMU, 4)) @ homogeneous.T
    np.testing.assert_allclose(points_ego, imu_by_the_book[:3].T, atol=1e-4)


def test_without_an_imu_ego_is_the_lidar(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(OBJECT[: OBJECT.index("Tr_imu")])
    calib = read_object_calib(tmp_path / "a.txt")
    rig = build_rig(calib, ["image_02"])
    np.testing.assert_array_equal(rig.ego_from_sensor["velodyne"].matrix, np.eye(4))
    assert any("Tr_imu_to_velo" in str(error) for error in calib.errors)


def test_sizes_are_kittis_by_day_or_twice_the_principal_point() -> None:
    kitti = np.array(P2.split()[1:], dtype=float).reshape(3, 4)
    assert guess_size(kitti) == (1242, 375)
    assert guess_size(np.array([[500.0, 0, 319.5, 0], [0, 500, 239.5, 0], [0, 0, 1, 0]])) == (640, 480)


def test_a_size_in_the_file_wins_over_a_guess_and_an_image_over_both(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TRACKING + "S_rect_02: 1.0e+03 3.0e+02\n")
    calib = read_object_calib(tmp_path / "a.txt")
    assert build_rig(calib, ["image_02"]).cameras["image_02"].width_px == 1000
    assert build_rig(calib, ["image_02"], {"image_02": (900, 200)}).cameras["image_02"].width_px == 900


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: text.replace("P2:", "Q2:"), "a.txt: expected the key P2, found Q2, R0_rect, Tr_velo_to_cam"),
        (lambda text: text.replace("R0_rect:", "R0:"), "a.txt: expected the key R0_rect (or R_rect), found P2, R0"),
        (
            lambda text: text.replace("Tr_velo_to_cam", "Tr_cam"),
            "a.txt: expected the key Tr_velo_to_cam (or Tr_velo_cam), found P2",
        ),
        (lambda text: text.replace(" 2.745884e-03", ""), "a.txt:1: expected 12 numbers for P2, found 11"),
        (lambda text: text.replace("4.485728e+01", "nan"), "a.txt:1: expected 12 finite numbers for P2, found 'nan'"),
        (lambda text: text.replace("4.485728e+01", "x"), "a.txt:1: expected 12 finite numbers for P2, found 'x'"),
        (lambda text: text.replace("9.999239e-01", "0.5"), "a.txt:2: expected a rotation in R0_rect: rotation must be"),
        (lambda text: text.replace("P2: 7.215377e+02", "P2: 0"), "a.txt:1: expected a projection matrix for P2"),
        (lambda text: text[:0], "a.txt: expected the key P2, found an empty file"),
    ],
)
def test_bad_files_are_named_with_line_expected_and_found(spoil: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(spoil(OBJECT))  # type: ignore[operator]
    calib = read_object_calib(path)
    assert any(str(error).startswith(f"{tmp_path}/{message}") for error in calib.errors), calib.errors
    # Whatever is left is still a rig.
    assert build_rig(calib, CAMERAS).lidars == ("velodyne",)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (error,) = read_object_calib(tmp_path / "a.txt").errors
    assert str(error) == f"{tmp_path}/a.txt: expected a calibration file, found none (No such file or directory)"
    assert len(read_raw_calib(tmp_path).errors) == 3


def test_links_out_of_the_dataset_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "set"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("P2: 1 2 3\n")
    for name in ("calib.txt", "calib_cam_to_cam.txt"):
        (root / name).symlink_to(tmp_path / "secret.txt")
    listing = Listing(root=root, base=root)
    assert read_object_calib(root / "calib.txt", listing).errors == []
    read_raw_calib(root, listing)
    assert [problem.path for problem in listing.problems] == ["calib.txt", "calib_cam_to_cam.txt"]
    assert all("not followed" in problem.message for problem in listing.problems)
