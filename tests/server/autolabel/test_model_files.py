"""Where models and trainings lie."""

from __future__ import annotations

from pathlib import Path

from autolabel.training.blend import remove_checkpoints
from server.autolabel import model_files
from server.store.tables import ModelRow


def row(version: int, lesson: str) -> ModelRow:
    return ModelRow(project_id="p", version=version, lesson=lesson)


def test_what_is_left_of_other_trainings_goes_and_all_parts_of_this_one_stay(tmp_path: Path) -> None:
    own = model_files.checkpoint_path(tmp_path, row(2, "a" * 64))
    own.parent.mkdir()
    parts = [own, own.with_name(f"{own.stem}-1{own.suffix}"), own.with_name(f"{own.stem}-2{own.suffix}")]
    others = [
        model_files.checkpoint_path(tmp_path, row(1, "a" * 64)),
        model_files.checkpoint_path(tmp_path, row(22, "a" * 64)),
        model_files.checkpoint_path(tmp_path, row(2, "b" * 64)),
        model_files.further_path(tmp_path, row(1, "a" * 64)),
    ]
    for path in (*parts, *others):
        path.write_text("so far")
    model_files.remove_other_checkpoints(own)
    assert sorted(own.parent.iterdir()) == sorted(parts)
    remove_checkpoints(own)
    assert not list(own.parent.iterdir())
