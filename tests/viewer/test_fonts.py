"""Text has the width that is said, whatever the letters."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from viewer.fonts import draw_text, text_width


@pytest.mark.parametrize("text", ["frame 30 of 0 … 71", "image_02", "서울 주행", "two  spaces"])
@pytest.mark.parametrize("size_px", [11, 14, 30])
def test_text_is_as_wide_as_said(text: str, size_px: int) -> None:
    image = Image.new("RGB", (600, 60))
    draw_text(image, (20, 30), text, size_px)
    columns = np.nonzero(np.asarray(image).any(axis=(0, 2)))[0]
    rows = np.nonzero(np.asarray(image).any(axis=(1, 2)))[0]
    assert columns.min() >= 19
    assert columns.max() - 20 == pytest.approx(text_width(text, size_px), abs=0.2 * size_px)
    assert abs((rows.min() + rows.max()) / 2 - 30) <= 0.3 * size_px


def test_no_text_has_no_width() -> None:
    assert text_width("", 14) == 0
