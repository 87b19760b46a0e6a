from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fusion import ImageFileError, image_size, read_image
from tests.formats.ros.recordings import START, STEP, messages, opened, simple

COLOR = np.random.default_rng(2).integers(0, 255, (48, 64, 3), dtype=np.uint8)
ALPHA = np.full((48, 64, 1), 9, np.uint8)


@pytest.mark.parametrize("row_pad", [0, 5])
@pytest.mark.parametrize(
    ("encoding", "pixels", "wanted"),
    [
        ("rgb8", COLOR, COLOR),
        ("bgr8", COLOR[:, :, ::-1], COLOR),
        ("rgba8", np.concatenate([COLOR, ALPHA], axis=2), COLOR),
        ("bgra8", np.concatenate([COLOR[:, :, ::-1], ALPHA], axis=2), COLOR),
        ("mono8", COLOR[:, :, 0], np.repeat(COLOR[:, :, :1], 3, axis=2)),
    ],
)
def test_raw_images_come_as_png(encoding: str, pixels: Any, wanted: Any, row_pad: int, tmp_path: Path) -> None:
    recorder = simple("bag", frames=1)
    recorder.messages = [item for item in recorder.messages if "compressed" not in item[0]]
    recorder.image("/cam/image_raw", START, "cam", pixels, encoding, row_pad)
    image = opened(recorder, tmp_path).frames[0].images[0]
    assert image_size(image) == (64, 48)
    assert image.encoded().startswith(b"\x89PNG")
    np.testing.assert_array_equal(read_image(image), wanted)


@pytest.mark.parametrize(
    ("encoding", "red_at", "blue_at"),
    [
        ("bayer_rggb8", (0, 0), (1, 1)),
        ("bayer_bggr8", (1, 1), (0, 0)),
        ("bayer_gbrg8", (1, 0), (0, 1)),
        ("bayer_grbg8", (0, 1), (1, 0)),
    ],
)
def test_a_bayer_pattern_of_one_colour_is_that_colour(encoding: str, red_at: Any, blue_at: Any, tmp_path: Path) -> None:
    raw = np.full((48, 64), 120, np.uint8)
    raw[red_at[0] :: 2, red_at[1] :: 2] = 200
    raw[blue_at[0] :: 2, blue_at[1] :: 2] = 30
    recorder = simple("db3", frames=1)
    recorder.messages = [item for item in recorder.messages if "compressed" not in item[0]]
    recorder.image("/cam/image_raw", START, "cam", raw, encoding)
    pixels = read_image(opened(recorder, tmp_path).frames[0].images[0])
    assert (pixels == [200, 120, 30]).all()


def test_pictures_that_nobody_can_look_at_are_refused_by_name(tmp_path: Path) -> None:
    recorder = simple(frames=2)
    for i in range(2):
        depth = np.zeros((48, 64), np.uint16)
        recorder.image("/depth/image_raw", START + i * STEP, "cam", depth, "16UC1")
        recorder.compressed("/thermal/compressedDepth", START + i * STEP, "cam", b"\0" * 40, "16UC1; compressedDepth")
    scene = opened(recorder, tmp_path)
    assert list(scene.rig.cameras) == ["cam"]
    assert "/depth/image_raw is no camera that can be shown: expected an image of rgb8" in messages(scene)
    assert "found '16UC1'" in messages(scene)
    assert "expected a JPEG or PNG, found '16UC1; compressedDepth'" in messages(scene)


def test_a_broken_picture_is_an_image_file_error(tmp_path: Path) -> None:
    recorder = simple(frames=2)
    recorder.messages[-1][3].data = np.zeros(30, np.uint8)
    scene = opened(recorder, tmp_path)
    with pytest.raises(ImageFileError, match="expected a JPEG or PNG"):
        scene.frames[1].images[0].encoded()
