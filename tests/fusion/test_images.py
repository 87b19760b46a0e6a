from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fusion import ImageFileError, image_size, read_image


def test_reads_png_and_jpeg_as_rgb(tmp_path: Path) -> None:
    for name, mode in (("a.png", "L"), ("b.jpg", "RGB"), ("c.png", "RGBA")):
        Image.new(mode, (7, 5)).save(tmp_path / name)
        assert read_image(tmp_path / name).shape == (5, 7, 3)
        assert image_size(tmp_path / name) == (7, 5)


@pytest.mark.parametrize("read", [read_image, image_size])
def test_a_file_that_is_no_image_is_named(tmp_path: Path, read: object) -> None:
    path = tmp_path / "000004.png"
    path.write_bytes(b"<html>not found</html>")
    with pytest.raises(ImageFileError) as caught:
        read(path)  # type: ignore[operator]
    assert str(caught.value) == (f"{path}: expected a PNG or JPEG image, found a file that begins with b'<html>no'")
    path.write_bytes(b"")
    with pytest.raises(ImageFileError, match="found an empty file"):
        read(path)  # type: ignore[operator]


def test_a_missing_image_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match=r"a\.png: expected a whole image, found one that cannot be decoded"):
        read_image(tmp_path / "a.png")


def test_a_cut_off_image_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ImageFileError, match="cannot be decoded"):
        read_image(path)
    assert image_size(path) == (40, 40)
