"""Images from files: their pixels, and their size without decoding them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from fusion.errors import ImageFileError
from fusion.scene import CameraImage, load_image_file
from geometry.arrays import ByteArray

FORMATS = ("PNG", "JPEG")
MAX_PIXELS = 36_000_000
"""A panorama of 8192 × 4096 and no more: decoding takes some 400 MB, and a header alone may claim far more."""


def read_image(source: CameraImage | Path) -> ByteArray:
    """The pixels (H, W, 3), red, green, blue.

    Raises:
        ImageFileError: The picture cannot be read, is far too large, or is not a whole PNG or JPEG.
    """
    with open_image(source) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            path = source.path if isinstance(source, CameraImage) else source
            wanted = f"expected an image of at most {MAX_PIXELS // 1_000_000} million pixels"
            raise ImageFileError(path, f"{wanted}, found {width} × {height}")
        # A conversion to the same mode would copy the whole picture.
        return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def image_size(source: CameraImage | Path) -> tuple[int, int]:
    """Width and height by the header alone.

    Raises:
        ImageFileError: The picture cannot be read or is not a PNG or JPEG.
    """
    with open_image(source) as image:
        return image.size


@contextmanager
def open_image(source: CameraImage | Path) -> Iterator[Image.Image]:
    """A picture whose header is read and whose pixels are decoded on demand.

    Raises:
        ImageFileError: It is not a PNG or JPEG, or, while the block runs, cannot be decoded.
    """
    path = source.path if isinstance(source, CameraImage) else source
    with _stream(source) as stream:
        try:
            with Image.open(stream, formats=FORMATS) as image:
                yield image
        except UnidentifiedImageError as error:
            stream.seek(0)
            start = stream.read(8)
            found = f"a file that begins with {start!r}" if start else "an empty file"
            raise ImageFileError(path, f"expected a PNG or JPEG image, found {found}") from error
        except (OSError, SyntaxError, ValueError, MemoryError, Image.DecompressionBombError) as error:
            raise ImageFileError(path, f"expected a whole image, found one that cannot be decoded ({error})") from error


@contextmanager
def _stream(source: CameraImage | Path) -> Iterator[BinaryIO]:
    """A picture's own file, open, so that a header costs no more than itself; else its bytes."""
    if isinstance(source, CameraImage) and source.load is not load_image_file:
        yield io.BytesIO(source.encoded())
        return
    path = source.path if isinstance(source, CameraImage) else source
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ImageFileError(
            path, f"expected an image, found no file that can be read ({error.strerror or error})"
        ) from error
    with stream:
        yield stream
