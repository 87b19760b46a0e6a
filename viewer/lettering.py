"""What is written on a picture: its caption, the names of cuboids and cameras, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from viewer.canvas import Canvas
from viewer.colors import (
    DIM_TEXT,
    GROUND,
    HEIGHT_STOPS,
    HIGHEST_M,
    INTENSITY_STOPS,
    LOWEST_M,
    WARNING,
    ColorMode,
    Rgb,
    gradient,
    mix,
)
from viewer.fonts import draw_text, text_width
from viewer.labeled_scene import FrameContent, ShownCuboid

CAPTION_PX, TEXT_PX, SMALL_PX = 44, 17, 14


def name_cuboids(image: Image.Image, canvas: Canvas, cuboids: Iterable[ShownCuboid], scale: float) -> None:
    """Names over the roofs, first come first served; one that would cover another is left out."""
    taken: list[tuple[float, float, float, float]] = []
    for cuboid in cuboids:
        top = cuboid.box_ego.center + (0.0, 0.0, float(np.ptp(cuboid.box_ego.corners()[:, 2])) / 2)
        place = canvas.place(top)
        if place is None or not (0 <= place[0] < image.width and 0 <= place[1] < image.height):
            continue
        width, height = _chip_size(cuboid.name, scale)
        left = min(max(place[0] - width / 2, 0), image.width - width)
        above = max(place[1] - height - 4 * scale, 0)
        area = (left, above, left + width, above + height)
        if any(area[0] < b[2] and b[0] < area[2] and area[1] < b[3] and b[1] < area[3] for b in taken):
            continue
        taken.append(area)
        draw_chip(image, (round(left), round(above)), cuboid.name, mix(cuboid.color, (255, 255, 255), 0.25), scale)


def note_problems(image: Image.Image, problems: tuple[str, ...], scale: float) -> None:
    """What is missing, line by line at the lower left."""
    size = round(SMALL_PX * scale)
    for row, problem in enumerate(reversed(problems)):
        place = (12 * scale, image.height - (row + 1) * 1.5 * size)
        draw_text(image, place, _fitting(problem, size, image.width - 24 * scale), size, WARNING)


def draw_caption(picture: Image.Image, content: FrameContent, color: ColorMode, scale: float) -> None:
    """Title and figures at the left, what the colours mean at the right."""
    size, small, middle = round(TEXT_PX * scale), round(SMALL_PX * scale), CAPTION_PX * scale / 2
    left = 14 * scale
    right = _legend(picture, content, color, scale) - 16 * scale
    title = _fitting(content.title, size, right - left)
    draw_text(picture, (left, middle), title, size)
    left += text_width(title, size) + 20 * scale
    if left + text_width(content.figures, small) <= right:
        draw_text(picture, (left, middle), content.figures, small, DIM_TEXT)


def _legend(picture: Image.Image, content: FrameContent, color: ColorMode, scale: float) -> float:
    """The gradient and the categories, from the right; where it begins."""
    small, middle = round(SMALL_PX * scale), CAPTION_PX * scale / 2
    right = picture.width - 14 * scale
    colors = {cuboid.category: cuboid.color for cuboid in content.cuboids}
    for category, count in reversed(Counter(cuboid.category for cuboid in content.cuboids).most_common()):
        text = f"{count} {category}"
        right -= text_width(text, small)
        draw_text(picture, (right, middle), text, small, DIM_TEXT)
        right -= 20 * scale
        _swatch(picture, (right, middle), colors[category], scale)
        right -= 16 * scale
    if len(content.cloud):
        right = _gradient_bar(picture, right, content, color, scale)
    return right


def _gradient_bar(picture: Image.Image, right: float, content: FrameContent, color: ColorMode, scale: float) -> float:
    small, middle = round(SMALL_PX * scale), CAPTION_PX * scale / 2
    if color == "image" and content.cloud.rgb is not None:
        text, stops = "colour from the images", None
    elif color == "intensity" and content.cloud.intensity is not None:
        text, stops = "intensity", INTENSITY_STOPS
    else:
        text, stops = f"height {LOWEST_M} … {HIGHEST_M} m", HEIGHT_STOPS
    right -= text_width(text, small)
    draw_text(picture, (right, middle), text, small, DIM_TEXT)
    if stops is not None:
        width, height = round(90 * scale), round(8 * scale)
        right -= width + 8 * scale
        bar = np.tile(gradient(stops, np.linspace(0, 1, width)), (height, 1, 1))
        picture.paste(Image.fromarray(bar), (round(right), round(middle - height / 2)))
    return right - 24 * scale


def _swatch(picture: Image.Image, place: tuple[float, float], color: Rgb, scale: float) -> None:
    half = 5.5 * scale
    box = (place[0], place[1] - half, place[0] + 2 * half, place[1] + half)
    ImageDraw.Draw(picture).rounded_rectangle(box, 2 * scale, fill=color)


def draw_chip(image: Image.Image, place: tuple[int, int], text: str, color: Rgb, scale: float) -> None:
    """A word on a dark plate, its upper left corner at the place."""
    width, height = _chip_size(text, scale)
    box = (place[0], place[1], place[0] + width, place[1] + height)
    ImageDraw.Draw(image, "RGBA").rounded_rectangle(box, 3 * scale, fill=(*GROUND, 190))
    draw_text(image, (place[0] + 6 * scale, place[1] + height / 2), text, round(SMALL_PX * scale), color)


def _chip_size(text: str, scale: float) -> tuple[int, int]:
    return round(text_width(text, round(SMALL_PX * scale)) + 12 * scale), round((SMALL_PX + 6) * scale)


def say_no_image(image: Image.Image, scale: float) -> None:
    """At the top, in line with the camera's name."""
    size = round(SMALL_PX * scale)
    place = ((image.width - text_width("no image", size)) / 2, (8 + (SMALL_PX + 6) / 2) * scale)
    draw_text(image, place, "no image", size, WARNING)


def _fitting(text: str, size: int, room: float) -> str:
    """A line of text, cut off where there is no room for it."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text + "…"
