"""Pictures for the browser: the file's own bytes, or a small JPEG of them."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

from PIL import Image

from fusion import ImageFileError, image_size
from server.errors import TooLargeError

MAX_PIXELS = 64_000_000
"""A larger picture is served, but not decoded here."""
THUMBNAIL_QUALITY = 80
_DECODING = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
"""Pictures leave half of the processors to the points, which people wait for."""
MEDIA_TYPES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def original_image(path: Path) -> tuple[bytes, str]:
    """The bytes untouched, and their media type by what they are, not by the file's name.

    Raises:
        ImageFileError: The file cannot be read or is not a PNG or JPEG.
    """
    image_size(path)
    data = path.read_bytes()
    media_type = next((name for magic, name in MEDIA_TYPES if data.startswith(magic)), None)
    if media_type is None:
        raise ImageFileError(path, f"expected a PNG or JPEG image, found a file that begins with {data[:8]!r}")
    return data, media_type


def thumbnail(path: Path, width_px: int) -> tuple[bytes, str]:
    """A JPEG of that width, or of the picture's own where that is smaller, with its media type.

    Raises:
        ImageFileError: The file cannot be read or is not a whole PNG or JPEG.
        TooLargeError: Decoding it would take too much memory.
    """
    width, height = image_size(path)
    if width * height > MAX_PIXELS:
        raise TooLargeError(f"{path}: {width} × {height} pixels are too many for a small picture")
    target = min(width_px, width)
    size = (target, max(1, round(height * target / width)))
    try:
        with _DECODING, Image.open(path, formats=("PNG", "JPEG")) as image:
            image.draft("RGB", (width_px, height))
            image.load()
            # A conversion to the same mode would copy the whole picture.
            whole = image if image.mode == "RGB" else image.convert("RGB")
            small = whole.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)
    except (OSError, SyntaxError) as error:
        raise ImageFileError(path, f"expected a whole image, found one that cannot be decoded ({error})") from error
    out = io.BytesIO()
    small.save(out, "JPEG", quality=THUMBNAIL_QUALITY)
    return out.getvalue(), "image/jpeg"
