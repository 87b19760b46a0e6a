"""Answers that came with an import hold for the cuboid as it came; twin of the web's ``given_answers.ts``."""

from __future__ import annotations

from labels.label_set import Attributes, Cuboid, LabelSet


def answers_of_people(labels: LabelSet, cuboid: Cuboid) -> Attributes:
    """A cuboid's answers without those that nobody but the import gave: they fall when place, size or category change.

    Its given image box keeps the file's own words, such as ``kitti.occluded`` for the answer ``occluded``; where both
    say the same, no person has answered.
    """
    place = (cuboid.track_id, cuboid.frame_index)
    boxes = labels.image_boxes.values()
    given = next((box for box in boxes if box.kind == "given" and (box.track_id, box.frame_index) == place), None)
    if given is None:
        return cuboid.attributes
    words = given.attributes.items()
    return {
        name: answer
        for name, answer in cuboid.attributes.items()
        if not any(word.endswith(f".{name}") and said == answer for word, said in words)
    }
