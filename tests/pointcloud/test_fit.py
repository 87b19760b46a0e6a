"""Boxes fitted to made points with known truth, and what happens where there is little or nothing to go by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry import SE3, Box, iou_3d_aligned
from geometry.arrays import FloatArray
from pointcloud import FACES, WHATS, FitHabits, FitScene, fit_at, learn_habits, refit

CAR = (4.2, 1.8, 1.5)
LIDAR = np.array([0.0, 0.0, 1.7])


def overlap(a: Box, b: Box) -> float:
    return float(iou_3d_aligned([a], [b])[0])


def ground(half_m: float = 30.0, step_m: float = 0.5) -> FloatArray:
    axis = np.arange(-half_m, half_m, step_m)
    x, y = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])


def seen_surface(box: Box, step_m: float = 0.12, inset_m: float = 0.05) -> FloatArray:
    """Points on the sides that the lidar sees, a little inside the faces."""
    half = box.size_lwh_m / 2.0 - inset_m
    lidar = box.frame_from_object.inverse().apply(LIDAR[np.newaxis])[0]
    grids = []
    for axis in (0, 1):
        if abs(lidar[axis]) <= half[axis]:
            continue
        other = np.arange(-half[1 - axis], half[1 - axis] + 1e-9, step_m)
        up = np.arange(0.25 - half[2], half[2] + 1e-9, step_m)
        along, above = (values.ravel() for values in np.meshgrid(other, up))
        side = np.empty((along.size, 3))
        side[:, axis], side[:, 1 - axis], side[:, 2] = np.sign(lidar[axis]) * half[axis], along, above
        grids.append(side)
    return box.frame_from_object.apply(np.concatenate(grids))


def shadowed(points: FloatArray, box: Box) -> FloatArray:
    """The ground that the box neither covers nor hides."""
    steps = np.linspace(0.02, 1.0, 120)
    hidden = np.zeros(len(points), dtype=bool)
    for share in steps:
        hidden |= box.contains(LIDAR + share * (points - LIDAR))
    return points[~hidden]


def scene_of(*boxes: Box) -> FitScene:
    floor = ground()
    for box in boxes:
        floor = shadowed(floor, box)
    return FitScene.of(np.concatenate([floor, *(seen_surface(box) for box in boxes)]), LIDAR)


def car_at(x: float, y: float, yaw: float, size: tuple[float, float, float] = CAR) -> Box:
    return Box.from_yaw([x, y, size[2] / 2.0], size, yaw)


@pytest.mark.parametrize(
    ("x", "y", "yaw"), [(12, 4, 0.1), (-15, -6, 3.0), (10, -9, 0.6), (0, 14, 1.6), (-14, 0.5, 0.9)]
)
def test_a_click_on_a_car_finds_it(x: float, y: float, yaw: float) -> None:
    truth = car_at(x, y, yaw)
    fitted = fit_at(scene_of(truth), truth.center[:2] + [0.3, -0.2], CAR)
    assert fitted is not None
    assert overlap(fitted.box, truth) > 0.8
    assert fitted.confidence > 0.4
    assert fitted.point_count > 50
    assert "bottom" in fitted.supported_faces
    assert set(fitted.supported_faces) < set(FACES)


def test_a_car_beside_it_is_left_alone() -> None:
    truth, other = car_at(14, 3.5, 0.0), car_at(14, 6.6, 0.0)
    fitted = fit_at(scene_of(truth, other), truth.center, CAR)
    assert fitted is not None
    assert overlap(fitted.box, truth) > 0.75


def test_a_wall_right_behind_is_no_part_of_a_box() -> None:
    """A trailer, of no usual size, half a foot before a taller wall that goes on to both sides."""
    truth = car_at(9.0, -3.0, -0.1, (2.4, 1.5, 1.6))
    wall = Box.from_yaw(truth.frame_from_object.apply(np.array([[0.0, -0.95, 0.4]]))[0], [9.0, 0.1, 2.4], -0.1)
    scene = scene_of(truth, wall)
    rng = np.random.default_rng(3)
    before, after = [], []
    for _ in range(30):
        moved = truth.center + [*rng.uniform(-0.25, 0.25, 2), rng.uniform(-0.1, 0.1)]
        rough = Box.from_yaw(moved, truth.size_lwh_m * rng.uniform(0.88, 1.12, 3), rng.uniform(-0.2, 0.0))
        before.append(overlap(rough, truth))
        after.append(overlap(refit(scene, rough, (3.6, 1.5, 1.9)).box, truth))
    assert np.mean(after) > np.mean(before) + 0.02
    assert np.quantile(after, 0.25) > np.quantile(before, 0.25)


def test_unseen_faces_are_named_by_their_absence_and_filled_from_the_usual_size() -> None:
    truth = car_at(16, 0.0, 0.0)
    fitted = fit_at(scene_of(truth), truth.center, CAR)
    assert fitted is not None
    assert "rear" in fitted.supported_faces
    assert not {"front", "left", "right"} & set(fitted.supported_faces)
    assert fitted.box.size_lwh_m[0] == pytest.approx(CAR[0], rel=0.1)
    # The near face stays where the points are.
    assert fitted.box.center[0] - fitted.box.size_lwh_m[0] / 2.0 == pytest.approx(16 - 2.1, abs=0.12)


def test_a_heading_hint_decides_which_way_is_front() -> None:
    truth = car_at(12, 4, 0.1)
    scene = scene_of(truth)
    ahead, back = (fit_at(scene, truth.center, CAR, heading_hint_rad=hint) for hint in (0.15, 0.15 + np.pi))
    assert ahead is not None
    assert back is not None
    assert np.cos(ahead.box.yaw_rad - 0.1) > 0.99
    assert np.cos(back.box.yaw_rad - 0.1) < -0.99
    assert overlap(ahead.box, back.box) > 0.9


def test_a_person_stands_around_their_points() -> None:
    truth = Box.from_yaw([9, 2, 0.9], [0.6, 0.6, 1.8], 0.0)
    fitted = fit_at(scene_of(truth), truth.center[:2] + 0.1, (0.7, 0.7, 1.75), is_rigid=False)
    assert fitted is not None
    assert overlap(fitted.box, truth) > 0.5
    assert fitted.box.size_lwh_m[2] == pytest.approx(1.8, abs=0.15)


def test_nothing_there_gives_the_usual_size_without_confidence() -> None:
    for scene in (FitScene.of(np.zeros((0, 3)), LIDAR), FitScene.of(ground(), LIDAR)):
        fitted = fit_at(scene, (5.0, 5.0, 0.0), CAR)
        assert fitted is not None
        assert fitted.confidence == 0.0
        assert fitted.reason
        assert fitted.box.size_lwh_m.tolist() == pytest.approx(CAR)
        assert refit(scene, car_at(5, 5, 1.0)).box == car_at(5, 5, 1.0)


def test_what_is_no_place_or_size_gives_nothing() -> None:
    scene = scene_of(car_at(12, 4, 0.1))
    for click in ((np.nan, 0.0, 0.0), (np.inf, 0.0), (1e300, 0.0), (1.0,)):
        assert fit_at(scene, click, CAR) is None
    for size in ((0.0, 1.0, 1.0), (1.0, -2.0, 1.0), (np.nan, 1.0, 1.0), (1e9, 1.0, 1.0), (1.0, 1.0)):
        assert fit_at(scene, (12, 4), size) is None


@pytest.mark.parametrize("what", WHATS)
def test_a_rough_box_gets_better_and_only_what_was_asked_for_changes(what: str) -> None:
    truth = car_at(12, 4, 0.1)
    rough = Box.from_yaw(truth.center + [0.25, -0.2, 0.1], truth.size_lwh_m * [1.08, 0.93, 1.05], 0.18)
    fitted = refit(scene_of(truth), rough, CAR, what)  # type: ignore[arg-type]
    box = fitted.box
    if what == "all":
        assert overlap(box, truth) > max(0.85, overlap(rough, truth))
    if what in ("pose", "position", "heading", "to_ground"):
        assert box.size_lwh_m == pytest.approx(rough.size_lwh_m)
    if what in ("pose", "heading"):
        assert abs(box.yaw_rad - truth.yaw_rad) < 0.5 * abs(rough.yaw_rad - truth.yaw_rad)
    if what == "pose":
        assert overlap(box, truth) > overlap(rough, truth)
    if what not in ("all", "pose", "heading"):
        assert box.yaw_rad == pytest.approx(rough.yaw_rad)
    if what in FACES:
        assert unmoved_faces(rough, box) >= 5
    if what == "to_ground":
        assert box.center[:2] == pytest.approx(rough.center[:2])
        assert box.center[2] - box.size_lwh_m[2] / 2.0 == pytest.approx(0.0, abs=0.02)


def unmoved_faces(before: Box, after: Box) -> int:
    """How many of the six faces lie where they were."""
    moved = before.frame_from_object.inverse().apply(after.center[np.newaxis])[0]
    half, new_half = before.size_lwh_m / 2.0, after.size_lwh_m / 2.0
    return int((np.abs(moved + new_half - half) < 1e-6).sum() + (np.abs(moved - new_half + half) < 1e-6).sum())


def test_a_side_alone_is_drawn_by_few_points_far_inside() -> None:
    truth = car_at(12, 4, 0.1)
    sides = seen_surface(truth)
    few = sides[np.random.default_rng(0).choice(len(sides), 14, replace=False)]
    scene = FitScene.of(np.concatenate([shadowed(ground(), truth), few]), LIDAR)
    length, width, _ = truth.size_lwh_m
    # The right side is the one that the lidar sees; the box lies 0.35 m too far out, as a hand may leave it.
    center = truth.frame_from_object.apply(np.array([[0.0, -0.35, 0.0]]))[0]
    better = refit(scene, Box.from_yaw(center, truth.size_lwh_m, truth.yaw_rad), CAR, "right").box
    assert better.size_lwh_m[1] < width - 0.1
    assert better.size_lwh_m[0] == length


def test_boxes_that_stay_in_place_are_judged_alike() -> None:
    truth = car_at(12, 4, 0.1)
    scene, aside = scene_of(truth), car_at(12, 3.7, 0.1)
    lowered, put_down = (refit(scene, aside, CAR, what) for what in ("bottom", "to_ground"))
    assert overlap(lowered.box, put_down.box) > 0.98
    assert lowered.confidence == pytest.approx(put_down.confidence, abs=0.005)


def test_a_tilt_is_kept() -> None:
    truth = car_at(12, 4, 0.1)
    tilted = Box(SE3.from_quat_wxyz([np.cos(0.025), 0.0, np.sin(0.025), 0.0], truth.center), truth.size_lwh_m)
    assert refit(scene_of(truth), tilted, CAR).box.tilt_rad == pytest.approx(0.05)


def test_boxes_stand_where_people_stand_them() -> None:
    """From a click, from a rough box, and as learnt from boxes that float."""
    truth = car_at(12, 4, 0.1)
    scene, raised_m = scene_of(truth), 0.1
    habits = FitHabits(bottom_margin_m=raised_m)
    clicked = fit_at(scene, truth.center, CAR, habits=habits)
    assert clicked is not None
    usual = fit_at(scene, truth.center, CAR)
    assert usual is not None

    def bottom_and_top_m(box: Box) -> tuple[float, float]:
        return float(box.center[2] - box.size_lwh_m[2] / 2), float(box.center[2] + box.size_lwh_m[2] / 2)

    bottom_m, top_m = bottom_and_top_m(clicked.box)
    assert bottom_m == pytest.approx(raised_m, abs=0.01)
    assert top_m == pytest.approx(bottom_and_top_m(usual.box)[1], abs=0.06)
    for what, wanted_m in (("all", raised_m), ("position", raised_m), ("bottom", raised_m), ("to_ground", 0.0)):
        refitted = refit(scene, truth, CAR, what, habits=habits)  # type: ignore[arg-type]
        assert bottom_and_top_m(refitted.box)[0] == pytest.approx(wanted_m, abs=0.01)
    floating = Box.from_yaw(truth.center + [0, 0, 0.15], truth.size_lwh_m, truth.yaw_rad)
    assert 0.05 < learn_habits([(scene, floating)] * 3).bottom_margin_m < 0.15


def test_a_roof_that_no_beam_met_is_where_roofs_are() -> None:
    """Points up to the windows only, as of dark cars near by; a child's head is where it is seen."""
    truth = car_at(7, 3, 0.0)
    whole = scene_of(truth)
    low = FitScene.of(whole.points[whole.points[:, 2] < 0.9], LIDAR)
    for scene, least_m, most_m in ((whole, 1.4, 1.6), (low, 1.35, 1.6)):
        fitted = fit_at(scene, truth.center, CAR)
        assert fitted is not None
        assert least_m < fitted.box.size_lwh_m[2] < most_m
    child = Box.from_yaw([7, 3, 0.55], [0.5, 0.5, 1.1], 0.0)
    fitted = fit_at(scene_of(child), child.center, (0.7, 0.7, 1.75), is_rigid=False)
    assert fitted is not None
    assert fitted.box.size_lwh_m[2] < 1.3


def test_what_must_be_known() -> None:
    with pytest.raises(ValueError, match="what must be one of all, pose"):
        refit(scene_of(), car_at(5, 5, 0.0), CAR, "sideways")  # type: ignore[arg-type]


def test_habits_are_learnt_from_boxes_drawn_with_room() -> None:
    roomy = [
        Box.from_yaw(box.center, box.size_lwh_m + 0.4, box.yaw_rad) for box in (car_at(12, 4, 0.1), car_at(-15, 6, 0))
    ]
    tight = [Box.from_yaw(box.center, box.size_lwh_m - 0.4, box.yaw_rad) for box in roomy]
    learnt = learn_habits([(scene_of(inner), outer) for inner, outer in zip(tight, roomy, strict=True)])
    assert learnt.face_margin_m > FitHabits().face_margin_m + 0.05
    assert learn_habits([]) == FitHabits()
    for margin in ("face_margin_m", "top_margin_m", "bottom_margin_m"):
        with pytest.raises(ValueError, match="margins"):
            FitHabits(**{margin: 3.0})


numbers = st.floats(allow_nan=True, allow_infinity=True, width=32)
coordinates = st.one_of(st.floats(-50, 50), st.sampled_from([0.0, 1e-9, 1e5, -1e5, 1e7, np.nan, np.inf]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(coordinates, coordinates, coordinates), max_size=40),
    st.tuples(numbers, numbers, numbers),
    st.tuples(st.floats(0.02, 90), st.floats(0.02, 90), st.floats(0.02, 90)),
    st.sampled_from(WHATS),
    st.booleans(),
)
def test_nothing_makes_it_throw(
    points: list[tuple[float, float, float]],
    click: tuple[float, float, float],
    size: tuple[float, float, float],
    what: str,
    is_rigid: bool,
) -> None:
    scene = FitScene.of(np.array(points).reshape(-1, 3), LIDAR)
    for place in (click, points[0] if points else (0.0, 0.0, 0.0)):
        fitted = fit_at(scene, place, size, is_rigid=is_rigid)
        if fitted is not None:
            assert np.isfinite(fitted.box.corners()).all()
            assert 0.0 <= fitted.confidence <= 1.0
            again = refit(scene, fitted.box, size, what)  # type: ignore[arg-type]
            assert np.isfinite(again.box.corners()).all()
            assert 0.0 <= again.confidence <= 1.0
