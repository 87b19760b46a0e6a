from __future__ import annotations

from pathlib import Path

import pytest

from calibration import SensorRig
from formats import FormatError, SceneExport, all_formats
from fusion import Scene
from labels import LabelSet

READ_ALONE = [item for item in all_formats() if not item.can_write_labels]


@pytest.mark.parametrize("item", READ_ALONE, ids=lambda item: item.name)
def test_what_is_read_alone_refuses_to_be_written(item: object, tmp_path: Path) -> None:
    export = SceneExport(Scene("a", tmp_path, "made", SensorRig({}, {}, ()), ()), LabelSet())
    for write in (
        lambda: item.write_labels(export, tmp_path),  # type: ignore[attr-defined]
        lambda: list(item.sensor_files(export)),  # type: ignore[attr-defined]
        lambda: item.losses([export]),  # type: ignore[attr-defined]
    ):
        with pytest.raises(FormatError, match="read alone"):
            write()
