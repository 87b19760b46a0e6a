from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.spatial.transform import Rotation

from calibration import BrownConrady, CameraModel, KannalaBrandt, Pinhole, SensorRig
from formats import ExportOptions, FormatError, SceneExport
from formats.coco import Coco
from formats.coco.boxes import clip_to_picture, crowd_mask, polygon_area, xywh_from_ltrb
from formats.place_files import place_file
from fusion import CameraImage, Frame, Scene, project_box
from geometry import SE3, Box, Trajectory
from labels import Category, Cuboid, ImageBox, LabelSet, Taxonomy, Track

FORMAT = Coco()
AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
TAXONOMY = Taxonomy("t", 1, (Category("Van", "#00ff00", (4, 2, 2), parent=None), Category("Car", "#00ff01", (4, 2, 2))))
WIDTH, HEIGHT = 640, 480


def made_scene(folder: Path | None = None, late_ns: int = 0) -> Scene:
    cameras: dict[str, CameraModel] = {
        "front": Pinhole(300.0, 300.0, 319.5, 239.5, WIDTH, HEIGHT),
        "bent": BrownConrady(300.0, 300.0, 319.5, 239.5, WIDTH, HEIGHT, (-0.1, 0.0, 0.0, 0.0)),
        "round": KannalaBrandt(200.0, 200.0, 319.5, 239.5, WIDTH, HEIGHT, (0.01, 0.0, 0.0, 0.0)),
    }
    turns = {"front": 0.0, "bent": np.pi / 2, "round": np.pi}
    places = {name: SE3(SE3.from_yaw(turn, [0, 0, 0]).rotation @ AHEAD, np.zeros(3)) for name, turn in turns.items()}
    times = [0, 10**8]
    frames = []
    for index, time in enumerate(times):
        images = []
        for camera in cameras if folder is not None else ():
            path = Path(str(folder)) / f"{camera}-{index}.png"
            Image.new("RGB", (WIDTH, HEIGHT)).save(path)
            images.append(CameraImage(camera, time + late_ns, path))
        frames.append(Frame(index, time, images=tuple(images)))
    poses = [SE3.from_yaw(0.0, [10.0 * index, 0, 0]) for index in range(2)]
    rig = SensorRig(places, cameras, (), images_are="raw")
    return Scene("made", Path("x"), "made", rig, tuple(frames), Trajectory.from_poses(times, poses))


def labels_of(*boxes: Box, regions: tuple[ImageBox, ...] = ()) -> LabelSet:
    tracks = {str(i): Track(str(i), "Car", 0, 0, f"x{i}", attributes={"make": "m"}) for i in range(len(boxes))}
    cuboids = {
        f"c{i}": Cuboid(f"c{i}", str(i), 0, box.frame_from_object, box.size_lwh_m, attributes={"occluded": 1})
        for i, box in enumerate(boxes)
    }
    return LabelSet(1, tracks, cuboids, {box.id: box for box in regions})


def write(folder: Path, scene: Scene, labels: LabelSet, **options: Any) -> dict[str, Any]:
    chosen = ExportOptions(include_unconfirmed=True, **options)
    (name,) = FORMAT.write_labels(SceneExport(scene, labels, chosen, TAXONOMY), folder).files
    assert name == "annotations/instances_made.json"
    value: dict[str, Any] = json.loads((folder / name).read_text())
    return value


def test_a_box_inside_the_image_is_half_a_pixel_further_right_and_down(tmp_path: Path) -> None:
    scene = made_scene()
    box = Box.from_yaw([20, 1, 0], [4, 2, 1.5], 0.4)
    document = write(tmp_path, scene, labels_of(box))
    (entry,) = document["annotations"]
    projected = project_box(box.transform(scene.rig.cam_from_ego("front")), scene.rig.cameras["front"])
    assert projected is not None
    assert projected.trunc_ltrb_px == projected.proj_ltrb_px
    left, top, right, bottom = projected.proj_ltrb_px
    np.testing.assert_allclose(entry["bbox"], [left + 0.5, top + 0.5, right - left, bottom - top])
    assert entry["bbox_proj"] == entry["bbox"]
    assert (entry["track_id"], entry["cuboid_id"], entry["iscrowd"], entry["id"]) == (1, "c0", 0, 1)
    assert entry["attributes"] == {"make": "m", "occluded": 1}
    assert document["tracks"] == [{"id": 1, "category_id": 2, "external_id": "x0", "uuid": "0"}]
    assert [(c["id"], c["name"]) for c in document["categories"]] == [(1, "Van"), (2, "Car")]


def test_a_pixel_that_is_covered_whole_is_one_by_one() -> None:
    assert xywh_from_ltrb((-0.5, -0.5, 0.5, 0.5)) == [0.0, 0.0, 1.0, 1.0]
    camera = Pinhole(1, 1, 0, 0, WIDTH, HEIGHT)
    assert clip_to_picture((-50.0, 3.0, 9000.0, 9000.0), camera) == (-0.5, 3.0, WIDTH - 0.5, HEIGHT - 0.5)
    assert clip_to_picture((-50.0, 3.0, -1.0, 9.0), camera) is None


def test_a_box_that_leaves_the_image_reaches_its_border(tmp_path: Path) -> None:
    entries = write(tmp_path, made_scene(), labels_of(Box.from_yaw([5, 4, 0], [4, 2, 1.5], 0.0)))["annotations"]
    front = next(entry for entry in entries if entry["image_id"] == 1)
    assert front["bbox"][0] == 0.0
    assert front["bbox_proj"][0] < 0.0
    assert 0 < front["truncation"] < 1


def test_outlines_lie_in_their_boxes_through_every_lens(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    places = [SE3(turn.as_matrix(), rng.uniform([-30, -30, -2], [30, 30, 2])) for turn in Rotation.random(60, rng=rng)]
    boxes = [Box(place, rng.uniform(0.05, 8, 3)) for place in places]
    document = write(tmp_path, made_scene(), labels_of(*boxes))
    cameras = {entry["id"]: entry["camera"] for entry in document["images"]}
    assert {cameras[entry["image_id"]] for entry in document["annotations"]} == {"front", "bent", "round"}
    for entry in document["annotations"]:
        x, y, width, height = entry["bbox"]
        assert x >= 0
        assert y >= 0
        assert x + width <= WIDTH + 1e-9
        assert y + height <= HEIGHT + 1e-9
        for polygon in entry["segmentation"]:
            us, vs = np.array(polygon[0::2]), np.array(polygon[1::2])
            assert us.min() >= x - 1e-3
            assert us.max() <= x + width + 1e-3
            assert vs.min() >= y - 1e-3
            assert vs.max() <= y + height + 1e-3
            assert 0 < polygon_area(polygon) <= width * height * (1 + 1e-6) + 1e-2


def test_what_no_image_shows_is_a_loss(tmp_path: Path) -> None:
    ahead, below = Box.from_yaw([20, 0, 0], [4, 2, 1.5], 0.0), Box.from_yaw([0, 0, -50], [1, 1, 1], 0.0)
    export = SceneExport(made_scene(), labels_of(ahead, below), ExportOptions(include_unconfirmed=True))
    assert {loss.message: loss.count for loss in FORMAT.losses([export])} == {
        "places, sizes and turns in 3D: left out, a box names its cuboid": 2,
        "cuboids that no image shows: left out": 1,
    }
    document = write(tmp_path, made_scene(), labels_of(ahead, below))
    assert [entry["cuboid_id"] for entry in document["annotations"]] == ["c0"]


def test_ignore_regions_are_crowds_of_every_category_in_use(tmp_path: Path) -> None:
    region = ImageBox("i", 1, "front", (10.0, 20.0, 29.0, 39.0), "ignore")
    elsewhere = ImageBox("j", 1, "gone", (10.0, 20.0, 29.0, 39.0), "ignore")
    labels = labels_of(Box.from_yaw([20, 0, 0], [4, 2, 1.5], 0.0), regions=(region, elsewhere))
    document = write(tmp_path, made_scene(), labels)
    (crowd,) = [entry for entry in document["annotations"] if entry["iscrowd"]]
    assert (crowd["bbox"], crowd["category_id"], crowd["image_id"]) == ([10.5, 20.5, 19.0, 19.0], 2, 4)
    assert sum(crowd["segmentation"]["counts"]) == WIDTH * HEIGHT
    assert sum(crowd["segmentation"]["counts"][1::2]) == 400


@pytest.mark.parametrize("region", [(0.0, 0.0, 639.0, 479.0), (-9.0, 5.0, 3.0, 9.0), (600.0, 470.0, 999.0, 999.0)])
def test_a_mask_of_runs_covers_the_region(region: tuple[float, float, float, float]) -> None:
    camera = Pinhole(1, 1, 0, 0, WIDTH, HEIGHT)
    runs = crowd_mask(region, camera)
    mask = np.zeros(WIDTH * HEIGHT, dtype=bool)
    start = 0
    for number, count in enumerate(runs["counts"]):
        mask[start : start + count] = number % 2 == 1
        start += count
    wanted = np.zeros((HEIGHT, WIDTH), dtype=bool)
    left, top, right, bottom = (int(max(side, 0)) for side in region)
    wanted[top : bottom + 1, left : right + 1] = True
    np.testing.assert_array_equal(mask.reshape(WIDTH, HEIGHT).T, wanted)


def test_a_box_drawn_by_hand_stands_beside(tmp_path: Path) -> None:
    drawn = ImageBox("d", 0, "front", (300.0, 200.0, 340.0, 240.0), "tight", "0")
    labels = labels_of(Box.from_yaw([20, 0, 0], [4, 2, 1.5], 0.0), regions=(drawn,))
    (entry,) = write(tmp_path, made_scene(), labels)["annotations"]
    assert entry["bbox_tight"] == [300.5, 200.5, 40.0, 40.0]


def test_images_count_with_the_pose_of_their_own_time(tmp_path: Path) -> None:
    box = Box.from_yaw([20, 0, 0], [4, 2, 1.5], 0.0)
    on_time = write(tmp_path, made_scene(tmp_path), labels_of(box))["annotations"][0]["bbox"]
    late = write(tmp_path, made_scene(tmp_path, 5 * 10**7), labels_of(box))["annotations"][0]["bbox"]
    # Half a frame later the vehicle is 5 m nearer to what stands still.
    assert late[2] / on_time[2] == pytest.approx((20 - 2) / (15 - 2), rel=1e-6)


def test_images_go_where_the_annotations_name_them(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    scene = made_scene(tmp_path / "in")
    export = SceneExport(
        scene, labels_of(Box.from_yaw([20, 0, 0], [4, 2, 1.5], 0.0)), ExportOptions(sensor_data="copy")
    )
    out = tmp_path / "out"
    document = write(out, scene, export.labels)
    for file in FORMAT.sensor_files(export):
        place_file(file, out, "copy")
    assert len(document["images"]) == 6
    for entry in document["images"]:
        with Image.open(out / "images" / entry["file_name"]) as image:
            assert image.size == (entry["width"], entry["height"])


def test_writing_twice_gives_the_same_bytes_and_nothing_is_read(tmp_path: Path) -> None:
    labels = labels_of(Box.from_yaw([20, 0, 0], [4, 2, 1.5], 0.0))
    assert write(tmp_path / "a", made_scene(), labels) == write(tmp_path / "b", made_scene(), labels)
    assert not FORMAT.detect(tmp_path)
    with pytest.raises(FormatError, match="found coco: it is written, not read"):
        FORMAT.open_dataset(tmp_path)


def test_scenes_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    scene = made_scene()
    blind = replace(scene, rig=SensorRig({}, {}, ()))
    for broken, reason in ((blind, "expected a camera"), (replace(scene, name=".."), "can name a file")):
        with pytest.raises(FormatError, match=reason):
            FORMAT.write_labels(SceneExport(broken, LabelSet()), tmp_path)
        with pytest.raises(FormatError, match=reason):
            FORMAT.losses([SceneExport(broken, LabelSet())])
