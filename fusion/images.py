"""Images from files: their pixels, and their size without decoding them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from fusion.errors import ImageFileError
from geometry.arrays import ByteArray

FORMATS = ("PNG", "JPEG")


def read_image(path: Path) -> ByteArray:
    """The pixels (H, W, 3), red, green, blue.

    Raises:
        ImageFileError: The file cannot be read or is not a whole PNG or JPEG.
    """
    with _opened(path) as image:
        return np.asarray(image.convert("RGB"))


def image_size(path: Path) -> tuple[int, int]:
    """Width and height by the file's header alone.

    Raises:
        ImageFileError: The file cannot be read or is not a PNG or JPEG.
    """
    with _opened(path) as image:
        return image.size


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    try:
        with Image.open(path, formats=FORMATS) as image:
            yield image
    except UnidentifiedImageError as error:
        with path.open("rb") as file:
            start = file.read(8)
        found = f"a file that begins with {start!r}" if start else "an empty file"
        raise ImageFileError(path, f"expected a PNG or JPEG image, found {found}") from error
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageFileError(path, f"expected a whole image, found one that cannot be decoded ({error})") from error
