"""All textures in one table, so that a whole picture looks its colours up in one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import ByteArray, Float32Array
from simulation.materials import Surface
from simulation.styles import CAR_STYLES, VAN_STYLES
from simulation.textures import facades, ground, signs, vehicles
from simulation.textures.canvas import Texture


def plain(surface: Surface) -> Texture:
    """One texel of the given material that takes all its colour from the tint."""
    return Texture(np.full((1, 1, 4), 255, np.uint8), np.full((1, 1), int(surface), np.uint8), 1.0)


def _painters() -> dict[str, Callable[[], Texture]]:
    painters: dict[str, Callable[[], Texture]] = {f"plain.{s.name.lower()}": partial(plain, s) for s in Surface}
    for room in (ground.road, ground.crossing, ground.sidewalk, ground.kerb, ground.grass, ground.gravel):
        painters[f"ground.{room.__name__}"] = room
    for style in facades.WINDOW_STYLES:
        painters[f"facade.{style.name}"] = partial(facades.facade, style)
        painters[f"side_wall.{style.name}"] = partial(facades.side_wall, style)
    painters |= {"facade.ground_floor": facades.ground_floor, "roof": facades.roof, "clouds": vehicles.clouds}
    for car in CAR_STYLES + VAN_STYLES:
        painters[f"{car.name}.side"] = partial(vehicles.car_side, car)
        painters[f"{car.name}.front"] = partial(vehicles.car_front, car)
        painters[f"{car.name}.rear"] = partial(vehicles.car_rear, car)
    for part in (vehicles.wheel, vehicles.cargo_side, vehicles.cargo_rear, vehicles.cab_side, vehicles.cab_front,
                 vehicles.lorry_tail):  # fmt: skip
        painters[part.__name__] = part
    for sign in (signs.speed_limit, signs.parking, signs.crossing):
        painters[f"sign.{sign.__name__}"] = sign
    return painters


_PAINTERS = _painters()
_IDS = {name: index for index, name in enumerate(_PAINTERS)}


def texture_id(name: str) -> int:
    """Number of a texture in the atlas.

    Raises:
        ValueError: There is no such texture.
    """
    if name not in _IDS:
        raise ValueError(f"no texture {name!r}; there are {', '.join(_IDS)}")
    return _IDS[name]


@cache
def texture_atlas() -> TextureAtlas:
    """The atlas of every texture of the simulation, painted once a process."""
    return TextureAtlas({name: paint() for name, paint in _PAINTERS.items()})


class TextureAtlas:
    """Textures with their mip levels, laid end to end in one array."""

    def __init__(self, textures: Mapping[str, Texture]) -> None:
        """Build the mip levels of all textures, in order."""
        pyramids = [_pyramid(texture) for texture in textures.values()]
        levels = max(len(pyramid) for pyramid in pyramids)
        self._texels_per_m = np.array([texture.texels_per_m for texture in textures.values()], dtype=np.float32)
        # Level L of texture T is entry L · textures + T of these tables; past its smallest level a texture repeats it.
        full = [pyramid + pyramid[-1:] * (levels - len(pyramid)) for pyramid in pyramids]
        flat = [pyramid[level] for level in range(levels) for pyramid in full]
        sides = np.array([texels.shape[:2] for texels, _ in flat], dtype=np.int32)
        self._height, self._width = np.ascontiguousarray(sides.T)
        self._offset = np.concatenate([[0], np.cumsum(sides.prod(axis=1))[:-1]]).astype(np.int32)
        self._deepest = np.int32(levels - 1)
        # Colours are kept as display / 255 and squared on reading: a display gamma of 2 decodes without a power.
        self._texels = np.concatenate([texels.reshape(-1, 4) for texels, _ in flat])
        self._surface = np.concatenate([surface.reshape(-1) for _, surface in flat])

    def sample(
        self, texture: NDArray[np.int32], uv: Float32Array, footprint_m: Float32Array
    ) -> tuple[Float32Array, Float32Array, ByteArray]:
        """Look up texels, wrapping around, at the mip level whose texels are as large as the footprint.

        Args:
            texture: (N,) texture numbers.
            uv: (N, 2) places in units of the texture's width and height.
            footprint_m: (N,) size of a pixel on the surface.

        Returns:
            (N, 3) linear colour, (N,) share of the tint in it, (N,) ``Surface``.
        """
        # frexp gives the exponent, which is the floor of log2 plus 1.
        level = np.frexp(np.maximum(footprint_m * self._texels_per_m.take(texture), np.float32(1.0)))[1] - 1
        entry = np.minimum(level, self._deepest) * np.int32(len(self._texels_per_m)) + texture
        height, width = self._height.take(entry), self._width.take(entry)
        # Sides are powers of two, so wrapping is a mask.
        column = np.floor(uv[:, 0] * width).astype(np.int32) & (width - 1)
        row = np.floor(uv[:, 1] * height).astype(np.int32) & (height - 1)
        index = self._offset.take(entry) + row * width + column
        texels = self._texels.take(index, axis=0) * np.float32(1 / 255.0)
        return np.square(texels[:, :3]), texels[:, 3], self._surface.take(index)


def _pyramid(texture: Texture) -> list[tuple[ByteArray, ByteArray]]:
    """The texture at full size, then halved until a side is one texel."""
    texels, surface = texture.texels, texture.surface
    levels = [(texels, surface)]
    while min(texels.shape[:2]) > 1:
        quads = texels.astype(np.uint16)
        quads = quads[::2, ::2] + quads[1::2, ::2] + quads[::2, 1::2] + quads[1::2, 1::2]
        texels, surface = (quads >> 2).astype(np.uint8), surface[::2, ::2]
        levels.append((texels, surface))
    return levels
