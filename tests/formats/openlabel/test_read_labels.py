from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from calibration import Pinhole
from formats.kitti.label_rows import LabelRow, parse_row, rect_rotations
from formats.openlabel import OpenLabel
from fusion import Scene
from labels import LabelSet

FORMAT = OpenLabel()
SEQUENCES = ("0004", "0006", "0010")
RECT = "CAM_LEFT"


def opened(shared_data: Path, sequence: str) -> tuple[Scene, LabelSet]:
    path = shared_data / "peers_outputs" / "openlabel_vcd" / f"openlabel100_kitti_tracking_{sequence}.json"
    (scene,) = FORMAT.open_dataset(path).scenes
    return scene, FORMAT.read_labels(scene).labels


def rows_of(shared_data: Path, sequence: str) -> dict[tuple[int, str], LabelRow]:
    path = shared_data / "kitti_tracking" / "training" / "label_02" / f"{sequence}.txt"
    rows = (parse_row(text, path, number) for number, text in enumerate(path.read_text().splitlines(), start=1))
    return {(row.frame, str(row.track_id)): row for row in rows if row.type != "DontCare"}


def cut(value: float) -> float:
    """What the program that made the files did with every number, twice: it cut it off after two digits."""
    for _ in range(2):
        value = int(value * 100) / 100
    return value


def as_the_file_says(row: LabelRow) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centre and rotation in rect, and length, width, height, with the file's own cutting-off."""
    height, width, length = (cut(side) for side in row.dimensions_hwl)
    x, y, z = row.location
    once = [int(value * 100) / 100 for value in (y, row.dimensions_hwl[0])]
    center = np.array([cut(x), int((once[0] - once[1] / 2) * 100) / 100, cut(z)])
    return center, rect_rotations(np.array([cut(row.rotation_y)]))[0], np.array([length, width, height])


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_every_cuboid_is_the_kitti_row_it_came_from(shared_data: Path, sequence: str) -> None:
    scene, labels = opened(shared_data, sequence)
    rows = rows_of(shared_data, sequence)
    # The file's CAM_LEFT is KITTI's rectified frame; its own camera stands 6 cm aside, as P2 says.
    camera = scene.rig.cameras[RECT]
    assert isinstance(camera, Pinhole)
    aside_m = (44.85728 - 609.5593 * 2.745884e-3) / camera.fx_px
    rect_from_camera = scene.rig.ego_from_sensor[RECT]
    assert abs(aside_m) < 0.07
    found: dict[tuple[int, str], tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    for cuboid in labels.cuboids.values():
        track = labels.tracks[cuboid.track_id]
        if track.category == "Egocar":
            continue
        place = rect_from_camera.inverse() @ cuboid.ego_from_object
        # Back into rect by P2's last column: t = K⁻¹ · p4.
        shift = np.array([aside_m, (0.2163791 - 172.854 * 2.745884e-3) / 721.5377, 2.745884e-3])
        found[cuboid.frame_index, str(track.external_id)] = (
            place.translation - shift,
            place.rotation,
            cuboid.size_lwh_m,
        )
        assert track.category == rows[cuboid.frame_index, str(track.external_id)].type
    assert set(found) == set(rows)
    off_m, off_deg = [], []
    for key, (center, rotation, size) in found.items():
        wanted_center, wanted_rotation, wanted_size = as_the_file_says(rows[key])
        np.testing.assert_allclose(center, wanted_center, atol=1e-6)
        np.testing.assert_allclose(rotation, wanted_rotation, atol=1e-6)
        np.testing.assert_allclose(size, wanted_size, atol=1e-9)
        height = rows[key].dimensions_hwl[0]
        whole = np.array(rows[key].location) - (0, height / 2, 0)
        off_m.append(np.abs(center - whole).max())
        turn = rect_rotations(np.array([rows[key].rotation_y]))[0].T @ rotation
        off_deg.append(np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))))
    # What was cut off is all that is between the file and KITTI's rows.
    assert max(off_m) < 0.02
    assert np.median(off_m) < 0.01
    assert max(off_deg) < np.degrees(0.02)
    assert np.median(off_deg) < 0.5


def test_the_scene_of_a_file(shared_data: Path) -> None:
    path = shared_data / "peers_outputs" / "openlabel_vcd"
    assert FORMAT.detect(path)
    dataset = FORMAT.open_dataset(path)
    assert [len(scene.frames) for scene in dataset.scenes] == [314, 270, 294]
    answers = {guess.question: guess.answer for guess in dataset.guesses}
    assert answers == {
        "angles": "radians",
        "cuboid-axes.CAM_LEFT": "y-down",
        "cuboid-axes.vehicle-iso8855": "iso8855",
    }
    assert all(guess.is_sure for guess in dataset.guesses)
    scene = dataset.scenes[0]
    assert list(scene.rig.cameras) == ["CAM_LEFT", "CAM_RIGHT"]
    assert (scene.rig.lidars, scene.trajectory is None) == (("VELO_TOP",), False)
    np.testing.assert_allclose(scene.rig.ego_from_sensor["VELO_TOP"].translation, [0.76, 0, 1.73])
    apart = scene.rig.cam_from_ego("CAM_LEFT") @ scene.rig.ego_from_sensor["CAM_RIGHT"]
    np.testing.assert_allclose(apart.translation, [0.5327, 0, 0], atol=0.005)
    reading = FORMAT.read_labels(scene)
    kinds = Counter(box.kind for box in reading.labels.image_boxes.values())
    assert kinds["ignore"] > 0
    assert kinds["given"] > 1113
    assert [problem.message for problem in reading.problems] == [
        "285 cuboids of -1 without a size above zero: left out"
    ]


def test_2d_boxes_are_those_of_the_rows(shared_data: Path) -> None:
    _, labels = opened(shared_data, "0004")
    rows = rows_of(shared_data, "0004")
    off = [
        np.abs(np.subtract(box.ltrb_px, rows[box.frame_index, str(labels.tracks[box.track_id].external_id)].bbox)).max()
        for box in labels.image_boxes.values()
        if box.kind == "given" and box.camera == "CAM_LEFT" and box.track_id is not None
    ]
    assert len(off) == len(rows)
    assert max(off) < 0.05
