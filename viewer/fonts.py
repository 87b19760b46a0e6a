"""Text in pictures."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from viewer.colors import TEXT, Rgb

WIDE_FONTS = ("NotoSansCJK-Regular.ttc", "NanumGothic.ttf", "malgun.ttf", "AppleSDGothicNeo.ttc", "DejaVuSans.ttf")
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
SPACE_SHARE = 0.3
"""The space between words, as a share of the size."""


def text_font(size_px: int, text: str = "") -> Font:
    """The font that the drawing library brings, so that pictures look alike everywhere; it has Latin letters only."""
    return _latin_font(size_px) if text.replace("…", "").replace("·", "").isascii() else _wide_font(size_px)


@cache
def _latin_font(size_px: int) -> Font:
    return ImageFont.load_default(size_px)


@cache
def _wide_font(size_px: int) -> Font:
    """A font of the system with more letters, where there is one."""
    for name in WIDE_FONTS:
        with suppress(OSError):
            return ImageFont.truetype(name, size_px)
    return _latin_font(size_px)


def text_width(text: str, size_px: int) -> int:
    """How wide a line of text is."""
    return round(_places(text, size_px)[-1])


def draw_text(image: Image.Image, place: tuple[float, float], text: str, size_px: int, color: Rgb = TEXT) -> None:
    """A line of text; the place is its left end, half way up."""
    draw, font = ImageDraw.Draw(image), text_font(size_px, text)
    for word, offset in zip(text.split(" "), _places(text, size_px), strict=False):
        draw.text((place[0] + offset, place[1]), word, fill=color, font=font, anchor="lm")


def _places(text: str, size_px: int) -> list[float]:
    """Where each word begins, and where the last one ends: small fonts round the space between words away."""
    font = text_font(size_px, text)
    places = [0.0]
    for word in text.split(" "):
        places.append(places[-1] + font.getlength(word) + SPACE_SHARE * size_px)
    places[-1] -= SPACE_SHARE * size_px
    return places
