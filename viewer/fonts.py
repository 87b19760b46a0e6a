"""Text in pictures."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from viewer.colors import TEXT, Rgb

WIDE_FONTS = ("NotoSansCJK-Regular.ttc", "NanumGothic.ttf", "malgun.ttf", "AppleSDGothicNeo.ttc", "DejaVuSans.ttf")
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


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
    return round(text_font(size_px, text).getlength(text))


def draw_text(image: Image.Image, place: tuple[float, float], text: str, size_px: int, color: Rgb = TEXT) -> None:
    """A line of text; the place is its left end, half way up."""
    ImageDraw.Draw(image).text(place, text, fill=color, font=text_font(size_px, text), anchor="lm")
