"""Looking textures up."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.materials import Surface
from simulation.textures.atlas import TextureAtlas, texture_atlas, texture_id
from simulation.textures.canvas import Canvas, Texture, cloud_noise


def checkers() -> Texture:
    """2 m × 2 m: red lower left, green lower right, blue upper left, tinted white upper right."""
    canvas = Canvas((2.0, 2.0), (64, 64))
    canvas.rectangle((0, 0), (1, 1), (255, 0, 0), Surface.GLASS)
    canvas.rectangle((1, 0), (2, 1), (0, 255, 0))
    canvas.rectangle((0, 1), (1, 2), (0, 0, 255))
    canvas.rectangle((1, 1), (2, 2), (255, 255, 255), Surface.PAINT, tint=True)
    return canvas.finish()


def look(uv: list[tuple[float, float]], footprint_m: float = 0.001) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    atlas = TextureAtlas(
        {"small": Texture(np.zeros((1, 1, 4), np.uint8), np.zeros((1, 1), np.uint8), 1.0), "checkers": checkers()}
    )
    count = len(uv)
    return atlas.sample(np.full(count, 1, np.int32), np.array(uv, np.float32), np.full(count, footprint_m, np.float32))


def test_places_run_from_the_lower_left_and_wrap_around() -> None:
    quarters = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    color, tint, surface = look([(u + du, v + dv) for du, dv in ((0, 0), (3, -2), (-1, 5)) for u, v in quarters])
    np.testing.assert_allclose(color, np.tile([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], (3, 1)), atol=1e-6)
    np.testing.assert_allclose(tint, np.tile([0, 0, 0, 1], 3))
    assert surface.tolist() == [Surface.GLASS, Surface.MATTE, Surface.MATTE, Surface.PAINT] * 3


def test_from_afar_the_texture_is_its_average() -> None:
    color, tint, _ = look([(0.1, 0.1), (0.9, 0.4)], footprint_m=50.0)
    np.testing.assert_allclose(np.sqrt(color), [[0.5] * 3] * 2, atol=0.02)
    np.testing.assert_allclose(tint, 0.25, atol=0.02)


def test_every_texture_is_painted() -> None:
    assert texture_atlas() is texture_atlas()
    assert texture_id("ground.road") != texture_id("roof")


def test_an_unknown_texture_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no texture 'velvet'.*roof"):
        texture_id("velvet")


def test_sides_must_be_powers_of_two() -> None:
    with pytest.raises(ValueError, match="powers of two"):
        Canvas((1.0, 1.0), (100, 64))


def test_noise_fills_its_range_and_wraps_around() -> None:
    noise = cloud_noise((64, 128), 16, 3)
    assert noise.shape == (64, 128)
    assert (noise.min(), noise.max()) == (0.0, 1.0)
    seam, inside = np.abs(noise[:, 0] - noise[:, -1]).mean(), np.abs(np.diff(noise, axis=1)).mean()
    assert seam < 3 * inside
