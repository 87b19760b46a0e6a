"""Drives with other sensors, streets and manners."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.se3 import SE3
from simulation import (
    DEFAULT_SEED,
    DriveOptions,
    SimulatedDrive,
    SimulatedFrame,
    SimulatedLidar,
    rig_cameras,
    simulate_drive,
    solid_state_lidar,
    spinning_lidar,
)
from simulation.clearance import footprint, overlap
from simulation.options import STEEPEST
from simulation.rig import LENSES, Lens


@pytest.fixture(scope="module")
def three_lidars() -> SimulatedDrive:
    lidars = (
        spinning_lidar(32, azimuths=360),
        solid_state_lidar(name="front", ego_from_lidar=SE3.from_yaw(0.0, [2.2, 0.0, 0.3])),
        solid_state_lidar(name="left", ego_from_lidar=SE3.from_yaw(1.4, [1.2, 0.9, 0.5]), repetitive=False),
    )
    return simulate_drive(5, 6, options=DriveOptions(pictures=False, lidars=lidars))


def test_every_lidar_sees_the_same_objects_from_where_it_sits(three_lidars: SimulatedDrive) -> None:
    frame = three_lidars.frame(2)
    assert list(frame.sweeps) == ["velodyne", "front", "left"]
    np.testing.assert_array_equal(frame.points_lidar, frame.sweeps["velodyne"].points_lidar)
    labels = {label.track: label for label in frame.objects}
    total = np.zeros(len(three_lidars.actors), dtype=int)
    for lidar in three_lidars.lidars:
        sweep = frame.sweeps[lidar.name]
        points_ego = lidar.ego_from_lidar @ sweep.points_lidar[:, :3].astype(np.float64)
        inside = [
            labels[track].box_ego.contains(points_ego[sweep.track == track], 0.08)
            for track in np.unique(sweep.track[sweep.track >= 0]).tolist()
            if track in labels
        ]
        assert np.concatenate(inside).mean() > 0.97
        assert len(np.concatenate(inside)) > 100
        np.add.at(total, sweep.track[sweep.track >= 0], 1)
    assert all(label.lidar_points == total[label.track] for label in frame.objects)


def test_the_front_lidar_looks_ahead_only_and_the_rosette_changes(three_lidars: SimulatedDrive) -> None:
    first, second = three_lidars.frame(1), three_lidars.frame(2)
    front = first.sweeps["front"].points_lidar
    assert (np.abs(np.arctan2(front[:, 1], front[:, 0])) < np.deg2rad(60.5)).all()
    again = three_lidars.frame(1)
    assert again.sweeps["left"].points_lidar.tobytes() == first.sweeps["left"].points_lidar.tobytes()
    assert second.sweeps["left"].points_lidar.tobytes() != first.sweeps["left"].points_lidar.tobytes()


@pytest.mark.parametrize("lens", ["brown-conrady", "fisheye"])
def test_boxes_project_through_the_lens_onto_their_pixels(lens: Lens) -> None:
    drive = simulate_drive(5, 6, options=DriveOptions((414, 125), azimuths=300, lens=lens))
    frame, pictures = drive.frame(2), drive.pictures(2)
    seen = 0
    for camera in drive.cameras:
        track_image = pictures[camera.name].track
        for label in frame.objects:
            rows, columns = np.nonzero(track_image == label.track)
            uv, visible = camera.model.image_from_camera(camera.cam_from_ego @ label.box_ego.corners())
            if len(rows) < 30 or not visible.all():
                continue
            # Bent edges may bulge a little beyond the corners.
            assert (np.array([columns.min(), rows.min()]) >= uv.min(axis=0) - 3.0).all()
            assert (np.array([columns.max(), rows.max()]) <= uv.max(axis=0) + 3.0).all()
            seen += 1
    assert seen > 8


def test_lenses_bend_the_same_view() -> None:
    straight, bent, wide = (rig_cameras((1242, 375), lens)[0] for lens in LENSES)
    middle = np.array([[straight.cx_px, straight.cy_px]])
    edge = np.array([[0.0, straight.cy_px]])
    for camera in (straight, bent, wide):
        np.testing.assert_allclose(camera.model.rays_from_image(middle), [[0, 0, 1]], atol=1e-3)
    angles = [float(np.arccos(camera.model.rays_from_image(edge)[0, 2])) for camera in (straight, bent, wide)]
    assert angles[0] < angles[1] < angles[2]
    assert np.rad2deg(angles[2]) > 85


def changed(**options: object) -> SimulatedDrive:
    """The shared drive, but for some options and without pictures."""
    return simulate_drive(DEFAULT_SEED, 40, options=DriveOptions(azimuths=900, pictures=False, **options))  # type: ignore[arg-type]


def test_hills_are_as_steep_as_asked_for(drive: SimulatedDrive) -> None:
    def steepest(some: SimulatedDrive) -> float:
        return max(box.tilt_rad for actor in some.actors if (box := actor.box_world(5)) is not None)

    hilly = steepest(changed(slope=0.12, clutter=0.0))
    assert 0.06 < hilly < 0.12 + steepest(drive) + 0.02


def test_open_land_lets_the_lidar_see_farther(some_frames: list[SimulatedFrame]) -> None:
    town, country = (
        float((np.linalg.norm(frame.points_lidar[:, :3], axis=1) > 20).mean())
        for frame in (some_frames[0], changed(surroundings="country").frame(0))
    )
    assert country > 1.2 * town


def test_lively_traffic_brakes_and_swerves_and_is_repeatable(drive: SimulatedDrive) -> None:
    lively = changed(lively=True, clutter=0.0)

    def roughness(some: SimulatedDrive) -> float:
        changes = []
        for actor in some.actors:
            way = np.array([pose.translation for pose in actor.world_from_base if pose is not None])
            if len(way) == 40:
                changes.append(np.abs(np.diff(np.linalg.norm(np.diff(way, axis=0), axis=1))).max() / 0.01)
        return float(np.mean(changes))

    assert roughness(lively) > 1.3 * roughness(drive)
    ego = np.array([lively.world_from_ego(index).translation for index in range(40)])
    assert np.linalg.norm(np.diff(ego, axis=0), axis=1).max() < 1.2
    outlines = [
        [footprint(box.center[:2], np.array(box.yaw_rad), box.size_lwh_m[:2])]
        for actor in lively.actors
        if (box := actor.box_world(25)) is not None
    ]
    corners = np.concatenate(outlines)
    first, second = np.triu_indices(len(corners), 1)
    assert not overlap(corners[first], corners[second]).any()


def test_clutter_adds_triangles_but_nobody(drive: SimulatedDrive) -> None:
    bare = changed(clutter=0.0)
    assert len(drive._world.scenery.mesh) > len(bare._world.scenery.mesh) + 1000
    assert [actor.model.category for actor in bare.actors] == [actor.model.category for actor in drive.actors]
    assert all(
        np.array_equal(one.travelled_m, other.travelled_m) for one, other in zip(bare.actors, drive.actors, strict=True)
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"lens": "toy"},
        {"surroundings": "moon"},
        {"slope": STEEPEST + 0.1},
        {"slope": -0.1},
        {"clutter": -1.0},
        {"lookalikes": 6.0},
        {"lidars": (spinning_lidar(16), spinning_lidar(32))},
    ],
)
def test_options_nobody_has_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        DriveOptions(**bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "value"), [("max_range_m", 1.0), ("range_noise_m", -1.0), ("half_power_m", np.inf)])
def test_ranges_no_lidar_has_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        SimulatedLidar(**{name: value})  # type: ignore[arg-type]
