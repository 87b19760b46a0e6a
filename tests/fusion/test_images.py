from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fusion import CameraImage, ImageFileError, image_size, read_image


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
    with pytest.raises(ImageFileError, match=r"a\.png: expected an image, found no file that can be read"):
        read_image(tmp_path / "a.png")


def test_a_cut_off_image_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ImageFileError, match="cannot be decoded"):
        read_image(path)
    assert image_size(path) == (40, 40)


def _load_second(path: Path) -> bytes:
    """The second of two pictures in one file."""
    data = path.read_bytes()
    return data[data.index(b"\x89PNG", 1) :]


def test_a_picture_that_is_part_of_a_file(tmp_path: Path) -> None:
    pixels = [np.full((4, 6, 3), value, dtype=np.uint8) for value in (10, 200)]
    path = tmp_path / "two.pictures"
    path.write_bytes(b"".join(_png(image) for image in pixels))
    image = CameraImage("front", 0, path, part="1", load=_load_second, suffix=".png")
    np.testing.assert_array_equal(read_image(image), pixels[1])
    assert image_size(image) == (6, 4)
    assert image.encoded() == _png(pixels[1])


def _png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_a_huge_file_is_no_image(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(300 << 20)
    with pytest.raises(ImageFileError, match="expected an image of at most 256 MiB"):
        CameraImage("front", 0, path).encoded()


def test_an_image_that_claims_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (9000, 4100)).save(path)
    assert image_size(path) == (9000, 4100)
    with pytest.raises(ImageFileError, match="expected an image of at most 36 million pixels, found 9000 × 4100"):
        read_image(path)
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(ImageFileError):
        read_image(path)
