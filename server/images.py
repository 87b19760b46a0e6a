"""Pictures for the browser: the file's own bytes, or a small JPEG of them."""

from __future__ import annotations

import io
import os
import threading

from PIL import Image

from fusion import CameraImage, ImageFileError, open_image
from server.errors import TooLargeError

MAX_PIXELS = 64_000_000
"""A larger picture is served, but not decoded here."""
THUMBNAIL_QUALITY = 80
_DECODING = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
"""Pictures leave half of the processors to the points, which people wait for."""
MEDIA_TYPES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def original_image(image: CameraImage) -> tuple[bytes, str]:
    """The bytes untouched, and their media type by what they are, not by the file's name.

    Raises:
        ImageFileError: The file cannot be read or is not a PNG or JPEG.
    """
    with open_image(image):
        data = image.encoded()
    media_type = next((name for magic, name in MEDIA_TYPES if data.startswith(magic)), None)
    if media_type is None:
        raise ImageFileError(image.path, f"expected a PNG or JPEG image, found a file that begins with {data[:8]!r}")
    return data, media_type


def thumbnail(source: CameraImage, width_px: int) -> tuple[bytes, str]:
    """A JPEG of that width, or of the picture's own where that is smaller, with its media type.

    Raises:
        ImageFileError: The file cannot be read or is not a whole PNG or JPEG.
        TooLargeError: Decoding it would take too much memory.
    """
    with _DECODING, open_image(source) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise TooLargeError(f"{source.path}: {width} × {height} pixels are too many for a small picture")
        target = min(width_px, width)
        image.draft("RGB", (width_px, height))
        image.load()
        # A conversion to the same mode would copy the whole picture.
        whole = image if image.mode == "RGB" else image.convert("RGB")
        size = (target, max(1, round(height * target / width)))
        small = whole.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=THUMBNAIL_QUALITY)
    return out.getvalue(), "image/jpeg"
