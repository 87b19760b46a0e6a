"""The difference of a draft."""

from __future__ import annotations

from dataclasses import replace

from labels import LabelSet
from labels.edit import Draft
from tests.labels.tracks import after, track_of, way

LABELS = track_of({i: way(i) for i in range(3)})


def test_a_draft_that_changes_nothing_is_empty() -> None:
    draft = Draft(LABELS)
    for cuboid in LABELS.cuboids.values():
        draft.put(cuboid)
    assert draft.edit().is_empty
    draft.put(replace(LABELS.cuboids["t-0"], id="new"))
    draft.remove(replace(LABELS.cuboids["t-0"], id="new"))
    assert draft.edit().is_empty


def test_the_last_word_counts() -> None:
    draft, key = Draft(LABELS), LABELS.cuboids["t-1"]
    draft.remove(key)
    draft.put(replace(key, score=0.5))
    draft.put(replace(key, id="new", frame_index=7))
    draft.remove(LABELS.cuboids["t-2"])
    edit = draft.edit()
    assert edit.updated["cuboids"] == ((key, replace(key, score=0.5)),)
    later: LabelSet = after(LABELS, edit)
    assert sorted(later.cuboids) == ["new", "t-0", "t-1"]
