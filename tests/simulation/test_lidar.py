"""The lidar against a wall it knows."""

from __future__ import annotations

import numpy as np

from geometry.se3 import SE3
from simulation.lidar import SimulatedSweep, meet_at_once, record_sweep
from simulation.meshes.mesh import WHITE, Tint, block, join
from simulation.rig import spinning_lidar
from simulation.scene import Scene

LIDAR = spinning_lidar(64, azimuths=360)


def room(half_m: float, texture: str = "plain.matte", tint: Tint = WHITE) -> Scene:
    """A hollow box around the sensor, seen from within."""
    return Scene(block([-half_m] * 3, [half_m] * 3, texture, tint), [])


def sweep_in(scene: Scene, seed: int = 0) -> SimulatedSweep:
    pulses = LIDAR.pattern.pulses(0)
    met = meet_at_once(scene, SE3.identity(), pulses)
    return record_sweep(scene, LIDAR, pulses, met, np.random.default_rng(seed))


def test_ranges_carry_the_noise_and_nothing_else() -> None:
    points = sweep_in(room(10.0)).points_lidar[:, :3].astype(np.float64)
    wall = np.abs(points).max(axis=1)
    sideways = wall / np.linalg.norm(points, axis=1)
    error = (wall - 10.0) / sideways
    assert abs(error.mean()) < 0.001
    assert abs(error.std() - LIDAR.range_noise_m) < 0.001


def test_dark_and_distant_and_glassy_things_answer_less_often() -> None:
    near, far = (len(sweep_in(room(half)).points_lidar) for half in (10.0, 60.0))
    dark, glass = (
        len(sweep_in(room(30.0, *look)).points_lidar) for look in (("plain.rubber", (0.001,) * 3), ("plain.glass",))
    )
    assert near > 0.97 * 64 * 360
    assert 0 < far < near
    assert dark < 0.7 * near
    assert glass < 0.4 * near
    assert len(sweep_in(room(LIDAR.max_range_m + 5.0)).points_lidar) == 0


def test_bright_things_answer_brighter() -> None:
    white, black = (
        sweep_in(room(10.0, "plain.matte", tint)).points_lidar[:, 3].mean() for tint in (WHITE, (0.01,) * 3)
    )
    assert white > 2 * black
    assert sweep_in(room(10.0, "plain.retro")).points_lidar[:, 3].mean() > white


def test_points_know_their_track() -> None:
    scene = Scene(
        room(20.0).mesh,
        [(4, block([5, -1, -1], [6, 1, 1], "plain.matte")), (9, block([-6, -1, -1], [-5, 1, 1], "plain.matte"))],
    )
    sweep = sweep_in(scene)
    for track, sign in ((4, 1), (9, -1)):
        own = sweep.points_lidar[sweep.track == track]
        assert len(own) > 100
        assert (sign * own[:, 0] > 4.9).all()
    rest = np.abs(sweep.points_lidar[sweep.track == -1, :3]).max(axis=1)
    assert (rest > 19.5).all()


def test_the_same_random_numbers_give_the_same_points() -> None:
    scene = Scene(join([room(12.0).mesh, block([3, 3, -1], [4, 4, 1], "plain.paint")]), [])
    assert sweep_in(scene, 5).points_lidar.tobytes() == sweep_in(scene, 5).points_lidar.tobytes()
    assert sweep_in(scene, 5).points_lidar.tobytes() != sweep_in(scene, 6).points_lidar.tobytes()
