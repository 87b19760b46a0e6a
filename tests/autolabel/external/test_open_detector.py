"""What somebody typed becomes a detector, or one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autolabel.external.errors import DetectorError
from autolabel.external.http_detector import HttpDetector
from autolabel.external.open_detector import open_detector
from labels import Category, Taxonomy

TAXONOMY = Taxonomy("ours", 1, (Category("Tram", "#112233", (16.0, 2.5, 3.5)), Category("Car", "#445566", (4, 2, 2))))


@pytest.mark.parametrize("address", ["http://127.0.0.1:8700/detect", "HTTPS://detector.example/v2?model=best"])
def test_an_address_becomes_a_detector_of_the_projects_categories(address: str) -> None:
    found = open_detector(address, TAXONOMY)
    assert isinstance(found, HttpDetector)
    assert [item.name for item in found.classes] == ["Car", "Tram"]
    assert found.classes[1].size_lwh_m == (16.0, 2.5, 3.5)


def test_a_file_is_read_as_a_model(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="models run in onnxruntime")
    with pytest.raises(DetectorError, match=r"there\.ONNX: model: expected a file, found none"):
        open_detector(str(tmp_path / "there.ONNX"), TAXONOMY)


@pytest.mark.parametrize("text", ["", "detector.pt", "localhost:8700", "~no_such_person/x.onnx"])
def test_anything_else_is_told(text: str) -> None:
    with pytest.raises(DetectorError, match="detector: address: expected"):
        open_detector(text, TAXONOMY)


def test_other_schemes_are_told_even_with_the_name_of_a_model(tmp_path: Any) -> None:
    with pytest.raises(DetectorError, match="address: expected http"):
        open_detector(f"file://{tmp_path}/m.onnx", TAXONOMY)
