"""Where labels are at all, learnt from where they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from autolabel.labeled_scene import LabeledObject, LabeledScene
from autolabel.recording import Recording
from autolabel.region import RegionRule, grid_over, region_rule
from calibration import Pinhole, SensorRig
from fusion import Frame, Scene
from geometry import SE3, Box

CAM_FROM_EGO = SE3(np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]]), np.zeros(3))


@pytest.fixture
def scene() -> Scene:
    rig = SensorRig(
        ego_from_sensor={"cam": CAM_FROM_EGO.inverse()},
        cameras={"cam": Pinhole(500.0, 500.0, 500.0, 250.0, 1000, 500)},
        lidars=(),
    )
    return Scene("s", Path(), "none", rig, tuple(Frame(i, i * 10**8, (), ()) for i in range(3)))


def labeled(scene: Scene, places: list[tuple[float, float]]) -> LabeledScene:
    rng = np.random.default_rng(0)
    around = np.concatenate([rng.uniform(-40, 40, (4000, 2)), np.zeros((4000, 2))], axis=1).astype(np.float32)
    recording = Recording(scene.frame_times_ns, None, lambda _frame: around, np.zeros(3))
    objects = tuple(
        LabeledObject(str(number), "Car", Box.from_yaw([x, y, 0.0], [4.0, 2.0, 1.5], 0.0))
        for number, (x, y) in enumerate(places)
    )
    return LabeledScene(scene, recording, {0: objects})


def test_boxes_all_in_the_image_mean_that_only_images_are_labeled(scene: Scene) -> None:
    ahead = labeled(scene, [(10.0 + i, float(i % 5)) for i in range(12)])
    rule = region_rule([ahead])
    assert rule.only_in_images
    region = rule.of(scene)
    assert region.holds(np.array([[10.0, 0, 0], [-10.0, 0, 0], [10.0, 30.0, 0]])).tolist() == [True, False, False]
    points = region.cut(ahead.recording).points(0)
    assert 0 < len(points) < 2000
    assert points[:, 0].min() >= 0.0
    grid = grid_over(region.cut(ahead.recording), region)
    assert grid.x_min_m >= -3.3
    assert RegionRule.from_json(rule.to_json()) == rule


def test_boxes_around_mean_that_everything_is_labeled(scene: Scene) -> None:
    around = labeled(scene, [(10.0 * (-1) ** i, float(i)) for i in range(12)])
    rule = region_rule([around])
    assert not rule.only_in_images
    assert rule.of(scene).cut(around.recording) is around.recording
    assert not rule.of(scene).holds(np.array([[rule.most_range_m + 1.0, 0, 0]]))[0]


def test_a_square_is_no_circle_through_its_corners(scene: Scene) -> None:
    corners = labeled(scene, [(30.0, 30.0), (-30.0, -28.0), *([(10.0, 2.0)] * 40)])
    rule = region_rule([corners])
    places = np.array([[34.0, -34.0, 0.0], [0.0, 42.0, 0.0], [-42.0, 0.0, 0.0]])
    assert rule.of(scene).holds(places).tolist() == [True, False, False]
    assert rule.of(scene).holds(places[:0]).tolist() == []
    grid = grid_over(corners.recording, rule.of(scene))
    assert max(grid.x_max_m, grid.y_max_m, -grid.x_min_m, -grid.y_min_m) <= 35.0 + 3.2
    assert RegionRule.from_json(json.loads(json.dumps(rule.to_json(), allow_nan=False))) == rule


def test_few_boxes_do_not_tell_where_labels_end(scene: Scene) -> None:
    limits = [region_rule([labeled(scene, [(10.0, 0.0)] * count)]).most_range_m for count in (1, 3, 10, 100)]
    assert limits == sorted(limits, reverse=True)
    assert limits[1] > 25.0
    assert limits[3] == pytest.approx(13.0)


def test_models_that_know_no_square_still_open() -> None:
    assert RegionRule.from_json({"only_in_images": True, "most_range_m": 50.0}) == RegionRule(True, 50.0)


def test_too_few_boxes_say_nothing(scene: Scene) -> None:
    assert not region_rule([labeled(scene, [(10.0, 0.0)])]).only_in_images
    nothing = region_rule([labeled(scene, [])])
    assert nothing == RegionRule(False, np.inf)
    assert RegionRule.from_json(json.loads(json.dumps(nothing.to_json(), allow_nan=False))) == nothing
    grid = grid_over(labeled(scene, []).recording, nothing.of(scene))
    assert grid.rows * grid.cell_m <= 2 * 80
