"""A project to label, and a quick machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.autolabel.stand_ins import StandIns, Town, use_stand_ins


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> StandIns:
    """Stand-ins for learning and proposing."""
    return use_stand_ins(monkeypatch)


@pytest.fixture
def town(tmp_path: Path, make_dataset: Any) -> Iterator[Town]:
    """Two scenes of three frames; a person labelled a car in the first and closed the frame."""
    made = Town.of(tmp_path, make_dataset(scenes=2).path)
    made.draw_car()
    made.close(0, 0)
    yield made
    made.database.close()
