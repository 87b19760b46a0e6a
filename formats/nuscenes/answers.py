"""A cuboid's answers as attribute names and levels of visibility, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from formats.nuscenes.taxonomy import GROUPS, VISIBILITY, VISIBILITY_LEVELS
from labels.label_set import Attributes, AttributeValue

TOKENS_OF_LEVELS = {level: token for token, level in VISIBILITY_LEVELS.items()}


def answers_of_names(names: Iterable[str]) -> dict[str, AttributeValue]:
    """``vehicle.moving`` answers ``vehicle`` with ``moving``; a second answer, or a name without a point, is true."""
    answers: dict[str, AttributeValue] = {}
    for name in names:
        group, _, answer = name.partition(".")
        if answer and group not in answers:
            answers[group] = answer
        else:
            answers[name] = True
    return answers


def names_of_answers(answers: Attributes) -> list[str]:
    """The standard's attributes among a cuboid's answers."""
    return [f"{group}.{answers[group]}" for group, known in GROUPS.items() if answers.get(group) in known]


def visibility_token(answers: Attributes) -> str:
    """The token of a cuboid's level of visibility, or an empty text where nobody said."""
    level = answers.get(VISIBILITY)
    return TOKENS_OF_LEVELS.get(level, "") if isinstance(level, str) else ""


def other_answers(answers: Attributes) -> Mapping[str, AttributeValue]:
    """The answers that the tables have no fields for; of the standard's attributes they take one."""
    held = {name.partition(".")[0] for name in names_of_answers(answers)[:1]}
    if visibility_token(answers):
        held.add(VISIBILITY)
    return {name: answer for name, answer in answers.items() if name not in held}
