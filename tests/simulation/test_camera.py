"""Pictures of scenes whose every pixel is known."""

from __future__ import annotations

import numpy as np

from geometry.se3 import SE3
from simulation.camera import Picture, take_picture
from simulation.meshes.mesh import Mesh, block, join
from simulation.rig import rig_cameras
from simulation.scene import Scene
from simulation.shading import ContactShade, Shader
from simulation.sky import Sky

FRONT = rig_cameras((414, 125))[0]
FLOOR = block([-60, -60, -2], [60, 60, -1], "plain.matte")
NOON = Sky(np.array([0.0, 0.0, 1.0], dtype=np.float32), np.zeros(2, dtype=np.float32))


def picture(scenery: Mesh, *objects: tuple[int, Mesh], footprints: tuple[np.ndarray, ...] = ()) -> Picture:
    shader = Shader(NOON, ContactShade(np.zeros(2), footprints))
    return take_picture(FRONT, SE3.identity(), Scene(scenery, objects), shader)


def pixel_of(point_ego: list[float]) -> tuple[int, int]:
    u, v, depth = FRONT.matrix @ FRONT.cam_from_ego.apply(point_ego)
    return round(float(v / depth)), round(float(u / depth))


def test_an_object_fills_the_pixels_it_projects_to() -> None:
    taken = picture(FLOOR, (6, block([12, -1, -0.9], [12.5, 1, 1], "plain.paint", (0.5, 0, 0))))
    rows, columns = np.nonzero(taken.track == 6)
    low, high = pixel_of([12, 1, 1]), pixel_of([12, -1, -0.9])
    np.testing.assert_allclose([rows.min(), columns.min(), rows.max(), columns.max()], [*low, *high], atol=1)
    assert len(rows) > 0.95 * (high[0] - low[0]) * (high[1] - low[1])
    assert set(np.unique(taken.track)) == {-1, 6}
    red, green, _ = taken.image[pixel_of([12, 0, 0])]
    assert red > 1.5 * green


def test_sky_is_blue_and_the_ground_is_not() -> None:
    image = picture(FLOOR).image
    assert image[2, 200, 2] > image[2, 200, 0] + 20
    assert abs(int(image[-3, 200, 2]) - int(image[-3, 200, 0])) < 40


def test_a_roof_throws_a_shadow() -> None:
    spot = pixel_of([9, 0, -1])
    open_floor, covered = (
        picture(scenery).image[spot].mean()
        for scenery in (FLOOR, join([FLOOR, block([6, -3, 3], [12, 3, 3.1], "plain.matte")]))
    )
    assert covered < 0.8 * open_floor


def test_the_ground_beside_something_gets_less_sky() -> None:
    outline = np.array([[8.0, -1.0], [10.0, -1.0], [10.0, 1.0], [8.0, 1.0]])
    shade = ContactShade(np.zeros(2), [outline])
    below, beside, away, beyond = shade.open_sky(
        np.array([[9, 0, 0], [7.8, 0, 0], [5, 0, 0], [500, 0, 0]], dtype=np.float32)
    )
    assert below < beside < away
    assert (away, beyond) == (1.0, 1.0)


def test_three_cameras_look_three_ways() -> None:
    front, left, right = rig_cameras((1242, 375))
    yaws = [np.rad2deg(np.arctan2(*(camera.cam_from_ego.rotation[2, [1, 0]]))) for camera in (front, left, right)]
    np.testing.assert_allclose(yaws, [0, 57, -58], atol=0.5)
    assert (front.fx_px, front.cx_px) == (721.54, 609.56)
    assert np.isclose(FRONT.fx_px * 3, front.fx_px)


def test_what_a_fisheye_cannot_see_is_dark() -> None:
    camera = rig_cameras((160, 160), "fisheye")[0]
    shader = Shader(NOON, ContactShade(np.zeros(2), []))
    scene = Scene(FLOOR, [(3, block([8, -1, -0.9], [9, 1, 1], "plain.paint"))])
    taken = take_picture(camera, SE3.identity(), scene, shader)
    row, column = np.unravel_index(camera.blind_pixels, taken.track.shape)
    assert 100 < len(row) < 0.5 * taken.track.size
    assert (taken.image[row, column] == 0).all()
    assert (taken.track[row, column] == -1).all()
    assert taken.image[80, 80].any()
    assert (taken.track == 3).any()
