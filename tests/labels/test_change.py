"""Label changes: what is applied can be taken back, and many can be one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import SE3
from labels import Cuboid, FrameState, ImageBox, LabelChange, LabelError, LabelSet, Track, apply, invert, squash

TRACK_IDS = ("t0", "t1", "t2")


def track(track_id: str, **fields: Any) -> Track:
    return Track(**{"id": track_id, "category": "Car", "first_frame": 0, "last_frame": 9, **fields})


def cuboid(track_id: str, frame_index: int, x: float = 0.0) -> Cuboid:
    return Cuboid(f"{track_id}-{frame_index}", track_id, frame_index, SE3.from_yaw(0.1, [x, 0, 0]), np.ones(3))


def change(base: int = 0, **tables: Any) -> LabelChange:
    return LabelChange(f"c{base}", "scene", "human:a", "2026-01-01T00:00:00Z", base, **tables)


@st.composite
def next_change(draw: st.DrawFn, labels: LabelSet) -> LabelChange:
    """A change that fits: adds, moves and removes cuboids of tracks that are there, sets and clears frame states."""
    added, updated, removed = [], [], []
    for track_id in TRACK_IDS:
        for frame_index in range(3):
            record_id = f"{track_id}-{frame_index}"
            if not draw(st.booleans()):
                continue
            wanted = cuboid(track_id, frame_index, draw(st.floats(-5, 5)))
            if record_id not in labels.cuboids:
                added.append(wanted)
            elif draw(st.booleans()):
                removed.append(labels.cuboids[record_id])
            else:
                updated.append((labels.cuboids[record_id], wanted))
    states = [labels.frame_states["4"]] if "4" in labels.frame_states else []
    new_states = [] if states else [FrameState(4, "done")]
    return change(
        labels.revision,
        added={"cuboids": tuple(added), "frame_states": tuple(new_states)},
        updated={"cuboids": tuple(updated)},
        removed={"cuboids": tuple(removed), "frame_states": tuple(states)},
    )


def scene_with_tracks() -> LabelSet:
    return LabelSet(tracks={track_id: track(track_id) for track_id in TRACK_IDS})


@given(st.data())
def test_inverting_takes_back(data: st.DataObject) -> None:
    before = apply(scene_with_tracks(), data.draw(next_change(scene_with_tracks())))
    step = data.draw(next_change(before))
    after = apply(before, step)
    restored = apply(after, invert(step, change_id="undo", base_revision=after.revision))
    assert replace(restored, revision=before.revision) == before


@given(st.data(), st.integers(1, 5))
def test_squashing_keeps_the_effect(data: st.DataObject, count: int) -> None:
    start = labels = scene_with_tracks()
    steps = []
    for _ in range(count):
        steps.append(data.draw(next_change(labels)))
        labels = apply(labels, steps[-1])
    assert replace(apply(start, squash(steps)), revision=labels.revision) == labels


def test_a_step_and_its_undo_squash_to_nothing() -> None:
    step = change(added={"cuboids": (cuboid("t0", 1),)})
    assert squash([step, invert(step, change_id="u", base_revision=1)]).is_empty


def test_squash_refuses_changes_that_do_not_follow() -> None:
    step = change(added={"cuboids": (cuboid("t0", 1),)})
    with pytest.raises(ValueError, match="do not follow"):
        squash([step, step])
    with pytest.raises(ValueError, match="at least one"):
        squash([])


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"added": {"cuboids": (cuboid("nobody", 0),)}}, "names track nobody, which does not exist"),
        ({"removed": {"cuboids": (cuboid("t0", 0),)}}, "cuboids t0-0 does not exist"),
        ({"updated": {"cuboids": ((cuboid("t0", 0), cuboid("t0", 0, 1.0)),)}}, "does not exist"),
        ({"added": {"tracks": (track("t0"),)}}, "tracks t0 exists already"),
        ({"updated": {"tracks": ((track("t0", category="Van"), track("t0")),)}}, "differs from what"),
        (
            {"added": {"cuboids": (cuboid("t0", 1), replace(cuboid("t0", 1), id="other"))}},
            "track t0 has two key cuboids in frame 1",
        ),
        (
            {"added": {"tracks": (track("a", external_id="7"), track("b", external_id="7"))}},
            "two tracks share the external id 7",
        ),
        (
            {"added": {"image_boxes": (ImageBox("i", 0, "image_02", (0, 0, 1, 1), "given", "nobody"),)}},
            "image box i names track nobody",
        ),
        ({"removed": {"tracks": (track("t0"),)}, "added": {"cuboids": (cuboid("t0", 1),)}}, "does not exist"),
    ],
)
def test_what_does_not_fit_is_refused(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(LabelError, match=message):
        apply(scene_with_tracks(), change(**tables))


def test_one_record_is_touched_once_in_a_change() -> None:
    with pytest.raises(ValueError, match="touched twice"):
        change(added={"cuboids": (cuboid("t0", 0),)}, removed={"cuboids": (cuboid("t0", 0),)})
    with pytest.raises(ValueError, match="must not change a record's id"):
        change(updated={"cuboids": ((cuboid("t0", 0), cuboid("t0", 1)),)})
