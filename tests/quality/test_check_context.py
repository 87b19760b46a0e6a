"""What the checks look at is what the scene and its labels say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fusion import project_box
from geometry import SE3, Trajectory
from labels import Taxonomy, Track
from quality import CheckContext


def test_cuboids_come_by_frame_and_number_with_derived_ones(street: Any) -> None:
    context = street.without(street.cuboid("1", 3)).context()
    names = [(placed.frame_index, placed.name, placed.is_key) for placed in context.placed]
    assert names == sorted(names, key=lambda item: (item[0], int(item[1].split()[-1])))
    assert (3, "Car 1", False) in names
    assert len(names) == 30
    assert [placed.row for placed in context.placed] == list(range(30))


def test_a_view_is_what_project_box_says(street: Any) -> None:
    context = street.context()
    view = context.view("ahead")
    for placed in context.placed:
        box_cam = placed.cuboid.box_ego.transform(context.cam_from_ego("ahead", placed.frame_index))
        projected = project_box(box_cam, street.scene.rig.cameras["ahead"])
        assert projected is not None
        assert projected.trunc_ltrb_px is not None
        np.testing.assert_allclose(view.proj_ltrb_px[placed.row], projected.proj_ltrb_px, atol=1e-9)
        np.testing.assert_allclose(view.trunc_ltrb_px[placed.row], projected.trunc_ltrb_px, atol=1e-9)
        assert view.truncation[placed.row] == pytest.approx(projected.truncation)
        assert view.nearest_m[placed.row] == pytest.approx(box_cam.corners()[:, 2].min())


def test_images_of_another_time_see_from_where_the_vehicle_is_then(street: Any) -> None:
    scene = street.scene
    late = tuple(
        replace(frame, images=(replace(frame.images[0], timestamp_ns=frame.timestamp_ns + 50_000_000),))
        for frame in scene.frames
    )
    context = CheckContext(replace(scene, frames=late), street.labels)
    here = street.context().cam_from_ego("ahead", 1).apply([[10.0, 0.0, 0.0]])[0]
    there = context.cam_from_ego("ahead", 1).apply([[10.0, 0.0, 0.0]])[0]
    np.testing.assert_allclose(here - there, [0.0, 0.0, 0.05], atol=1e-9)


def test_without_a_trajectory_the_rig_alone_says_where_cameras_are(street: Any) -> None:
    context = CheckContext(replace(street.scene, trajectory=None), street.labels)
    assert context.cam_from_ego("ahead", 1) == street.scene.rig.cam_from_ego("ahead")
    assert Trajectory.from_poses([0], [SE3.identity()]).world_from_ego(5) == SE3.identity()


def test_imported_values_stand_until_the_cuboid_changes(street: Any) -> None:
    context = street.context()
    box = street.box("0")
    placed = context.placed_of(box)
    assert placed is not None
    assert context.stands(box, placed)
    changed = street.put(replace(street.cuboid("0"), size_lwh_m=np.array([3.9, 1.6, 1.6]))).context()
    assert not changed.stands(box, changed.placed_of(box))
    blind = CheckContext(street.scene, changed.labels)
    assert blind.stands(box, changed.placed_of(box))


def test_the_camera_of_the_labels_is_the_one_with_2d_boxes(street: Any) -> None:
    rig = street.scene.rig
    twice = replace(
        rig,
        ego_from_sensor={**rig.ego_from_sensor, "beside": rig.ego_from_sensor["ahead"]},
        cameras={"beside": rig.cameras["ahead"], **rig.cameras},
    )
    frames = [
        replace(frame, images=(*frame.images, replace(frame.images[0], camera="beside")))
        for frame in street.scene.frames
    ]
    scene = replace(street.scene, rig=twice, frames=tuple(frames))
    assert CheckContext(scene, street.labels).label_cameras == ["ahead"] * 6
    bare = CheckContext(scene, replace(street.labels, image_boxes={}))
    assert bare.label_cameras == [scene.cameras_of(index)[0] for index in range(6)]


@pytest.mark.parametrize(("category", "is_deformable"), [("Pedestrian", True), ("Person", True), ("Car", False)])
def test_people_are_deformable_whatever_they_are_called(street: Any, category: str, is_deformable: bool) -> None:
    track = Track("t", category, 0, 0)
    assert street.context().is_deformable(track) == is_deformable
    assert CheckContext(street.scene, street.labels, Taxonomy("none", 1, ())).is_deformable(track) == is_deformable


def test_points_are_counted_in_every_cuboid(street: Any) -> None:
    counts = street.context().point_counts
    assert (counts >= 20).all()
    with pytest.raises(ValueError, match="PointCounts"):
        _ = CheckContext(street.scene, street.labels).point_counts
