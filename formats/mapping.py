"""Categories of one taxonomy in the words of another, and back again where nobody changed them meanwhile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal, TypeVar

import numpy as np

from formats.default_mappings import PUBLISHED, WIDER
from formats.given import fingerprints
from labels import Cuboid, ImageBox, LabelSet, Taxonomy, Track

Unknown = Literal["keep", "drop"]
MAPPED_FROM = "mapped_from"
"""The track attribute that says what it was called in which taxonomy: ``kitti:Van``; the first name first."""
MAPPED_TO = "mapped_to"
"""The track attribute that says what it was renamed to; what it was called counts only while it is called this."""
BETWEEN_NAMES = "; "
MAX_REMEMBERED = 8
GIVEN_FOR = re.compile(r"(.*\.)?given_for")
PLAIN_WORDS = "openlabel"
_Given = TypeVar("_Given", Cuboid, ImageBox)


@dataclass(frozen=True)
class CategoryMapping:
    """What each category becomes.

    Attributes:
        to: The new name of each category that is listed; None drops its tracks.
        unknown: What happens to tracks of categories that are not listed.
        source_name: The taxonomy that the categories are of; empty where nobody said.
        target_name: The taxonomy that the new names are of; empty where nobody said.
        target_names: The names of the target, where what a track was called before may pick a nearer one than ``to``.
        exact: Categories whose new names mean the same and lead back to them, so that nothing need be remembered.
    """

    to: Mapping[str, str | None] = field(default_factory=dict)
    unknown: Unknown = "keep"
    source_name: str = ""
    target_name: str = ""
    target_names: tuple[str, ...] = ()
    exact: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on an empty or padded name, or on no such choice for what is not listed."""
        object.__setattr__(self, "to", dict(self.to))
        for name in [*self.to, *(new for new in self.to.values() if new is not None)]:
            if not name or name != name.strip():
                raise ValueError(f"a category's name must not be empty or padded, got {name!r}")
        if self.unknown not in ("keep", "drop"):
            raise ValueError(f"unknown must be keep or drop, got {self.unknown}")

    def target(self, category: str) -> str | None:
        """The new name of a category; None where its tracks are dropped."""
        return self.to.get(category, category if self.unknown == "keep" else None)


@dataclass(frozen=True)
class MappedCategory:
    """What becomes of the tracks of one category, for showing.

    Attributes:
        category: What they are called.
        target: What they will be called; None where they are dropped.
        tracks: How many.
    """

    category: str
    target: str | None
    tracks: int


def default_mapping(source: Taxonomy, target: Taxonomy, unknown: Unknown = "keep") -> CategoryMapping:
    """The nearest name of ``target`` for every category of ``source`` that it has one for.

    Its own names stay what they are, and so do those that nothing is known of. A target without categories takes any
    name, so nothing is renamed.
    """
    to = _nearest_names(source, target)
    return CategoryMapping(
        to,
        unknown if target.categories else "keep",
        source.name,
        target.name,
        tuple(category.name for category in target.categories),
        _exact_names(source, target, to),
    )


def given_mapping(
    mapping: CategoryMapping, source: Taxonomy, target: Taxonomy, unknown: Unknown | None = None
) -> CategoryMapping:
    """A mapping that somebody wrote, with the taxonomies that it goes between.

    Names of ``target`` stay what they are unless the mapping says otherwise.
    """
    own = {category.name: category.name for category in target.categories}
    return replace(
        mapping,
        to={**own, **mapping.to},
        unknown=unknown or mapping.unknown,
        source_name=source.name,
        target_name=target.name,
    )


def unknown_categories(labels: LabelSet, taxonomy: Taxonomy, mapping: CategoryMapping | None = None) -> dict[str, int]:
    """Categories that a taxonomy does not have and a mapping knows no name for, with the number of tracks, by name."""
    known = {category.name for category in taxonomy.categories} | set(mapping.to if mapping else ())
    counts = Counter(
        track.category
        for track in labels.tracks.values()
        if track.category not in known and (mapping is None or _understood(track, mapping) is None)
    )
    return dict(sorted(counts.items()))


def mapped_categories(label_sets: Iterable[LabelSet], mapping: CategoryMapping) -> list[MappedCategory]:
    """What becomes of every category that the labels use, by name."""
    counts = Counter(
        (track.category, _new_name(track, mapping)) for labels in label_sets for track in labels.tracks.values()
    )
    rows = [MappedCategory(category, target, count) for (category, target), count in counts.items()]
    return sorted(rows, key=lambda row: (row.category, row.target or ""))


def map_labels(labels: LabelSet, mapping: CategoryMapping) -> LabelSet:
    """The labels with their tracks renamed, and without those that the mapping drops.

    A renamed track remembers what it was called. Mapped back into a taxonomy that it came from, it gets the name that
    it had there, as long as it is still called what it was renamed to. Values that came with an import stay those of
    their cuboids.
    """
    tracks: dict[str, Track] = {}
    renamed: dict[str, Track] = {}
    for track in labels.tracks.values():
        name = _new_name(track, mapping)
        if name is not None and name != track.category:
            renamed[track.id] = _renamed(track, name, mapping)
        if name is not None:
            tracks[track.id] = renamed.get(track.id, track)
    if not renamed and len(tracks) == len(labels.tracks):
        return labels
    prints = _new_fingerprints(labels, renamed)
    return replace(
        labels,
        tracks=tracks,
        cuboids={
            key: _given_anew(cuboid, prints) if cuboid.track_id in renamed else cuboid
            for key, cuboid in labels.cuboids.items()
            if cuboid.track_id in tracks
        },
        image_boxes={
            key: _given_anew(box, prints) if box.track_id in renamed else box
            for key, box in labels.image_boxes.items()
            if box.track_id is None or box.track_id in tracks
        },
    )


def _new_name(track: Track, mapping: CategoryMapping) -> str | None:
    if mapping.to.get(track.category, "") is None:
        return None
    return _understood(track, mapping) or mapping.target(track.category)


def _understood(track: Track, mapping: CategoryMapping) -> str | None:
    """The name that the track had there, or that follows from what it was or is called; None where nothing does."""
    past = _remembered(track)
    if (place := _place_of(mapping.target_name, past)) is not None:
        return past[place][1]
    # A category that is not the source's own may be a name that it kept from elsewhere.
    present = [] if track.category in mapping.to else [(mapping.source_name, track.category)]
    named = _names_by_meaning(mapping.target_name, mapping.target_names)
    found = (_same_name(name, mapping) or _nearest(_meanings(taxonomy, name), named) for taxonomy, name in past)
    by_past = next((name for name in found if name is not None), None)
    return by_past or next((_nearest(_meanings(*item), named) for item in present), None)


def _same_name(name: str, mapping: CategoryMapping) -> str | None:
    return name if name in mapping.target_names else None


def _remembered(track: Track) -> list[tuple[str, str]]:
    """What it was called, as (taxonomy, name), the first first; nothing where it was called something else since."""
    text = track.attributes.get(MAPPED_FROM)
    if not isinstance(text, str) or track.attributes.get(MAPPED_TO) != track.category:
        return []
    parts = (part.partition(":") for part in text.split(BETWEEN_NAMES))
    return [(taxonomy, name) for taxonomy, _, name in parts if taxonomy and name and name == name.strip()]


def _place_of(taxonomy: str, past: Sequence[tuple[str, str]]) -> int | None:
    return next((place for place, item in enumerate(past) if item[0] == taxonomy), None)


def _place_of_return(name: str, target: str, past: Sequence[tuple[str, str]]) -> int | None:
    """Where it was called this in the target, or the same elsewhere: that and what followed says nothing more."""
    meant = _meanings(target, name)[:1]
    same = (place for place, item in enumerate(past) if item[1] == name and _meanings(*item)[:1] == meant)
    place = _place_of(target, past)
    return next(same, None) if place is None else place


def _renamed(track: Track, name: str, mapping: CategoryMapping) -> Track:
    """The track by its new name; what followed from the name that it gets back is forgotten."""
    past = _remembered(track)
    if (place := _place_of_return(name, mapping.target_name, past)) is not None:
        past = past[:place]
    elif past or track.category not in mapping.exact:
        past += [(mapping.source_name, track.category)] if _can_be_remembered(track.category, mapping, past) else []
    attributes = {key: value for key, value in track.attributes.items() if key not in (MAPPED_FROM, MAPPED_TO)}
    if past:
        attributes[MAPPED_FROM] = BETWEEN_NAMES.join(f"{taxonomy}:{old_name}" for taxonomy, old_name in past)
        attributes[MAPPED_TO] = name
    return replace(track, category=name, attributes=attributes)


def _can_be_remembered(category: str, mapping: CategoryMapping, past: Sequence[tuple[str, str]]) -> bool:
    """Of two names in one taxonomy the first says more."""
    is_told = bool(mapping.source_name) and mapping.source_name != mapping.target_name
    is_clear = ":" not in mapping.source_name and BETWEEN_NAMES not in mapping.source_name + category
    is_new = _place_of(mapping.source_name, past) is None and len(past) < MAX_REMEMBERED
    return is_told and is_clear and is_new


def _new_fingerprints(labels: LabelSet, renamed: Mapping[str, Track]) -> dict[str, str]:
    """Of the cuboids of renamed tracks: the fingerprint under the old name to that under the new one."""
    cuboids = [cuboid for cuboid in labels.cuboids.values() if cuboid.track_id in renamed]
    if not cuboids:
        return {}
    rotations = np.array([cuboid.ego_from_object.rotation for cuboid in cuboids])
    centers = np.array([cuboid.ego_from_object.translation for cuboid in cuboids])
    sizes = np.array([cuboid.size_lwh_m for cuboid in cuboids])
    before = [labels.tracks[cuboid.track_id].category for cuboid in cuboids]
    after = [renamed[cuboid.track_id].category for cuboid in cuboids]
    old = fingerprints(before, rotations, centers, sizes)
    return dict(zip(old, fingerprints(after, rotations, centers, sizes), strict=True))


def _given_anew(record: _Given, prints: Mapping[str, str]) -> _Given:
    """A record whose values were given for a cuboid, now for the same cuboid by its new name."""
    found = {
        key: prints[value]
        for key, value in record.attributes.items()
        if isinstance(value, str) and value in prints and GIVEN_FOR.fullmatch(key)
    }
    return replace(record, attributes={**record.attributes, **found}) if found else record


def _nearest_names(source: Taxonomy, target: Taxonomy) -> dict[str, str]:
    own = tuple(category.name for category in target.categories)
    named = _names_by_meaning(target.name, own)
    found = {
        category.name: _nearest(_meanings(source.name, category.name), named)
        for category in source.categories
        if category.name not in own
    }
    return {name: new for name, new in found.items() if new is not None} | {name: name for name in own}


def _exact_names(source: Taxonomy, target: Taxonomy, to: Mapping[str, str]) -> frozenset[str]:
    """Names whose new names mean the same and lead back to them."""
    back = _nearest_names(target, source)
    return frozenset(
        name
        for name, new in to.items()
        if back.get(new) == name and _meanings(source.name, name)[:1] == _meanings(target.name, new)[:1]
    )


def _nearest(meanings: Sequence[str], named: Mapping[str, str]) -> str | None:
    """The name of the first of these meanings that has one, else of the next wider ones."""
    seen: set[str] = set()
    while meanings:
        found = next((named[meaning] for meaning in meanings if meaning in named), None)
        if found is not None:
            return found
        seen.update(meanings)
        wider = (each for meaning in meanings for each in WIDER.get(meaning, ()))
        meanings = [meaning for meaning in dict.fromkeys(wider) if meaning not in seen]
    return None


@cache
def _names_by_meaning(taxonomy: str, names: tuple[str, ...]) -> dict[str, str]:
    """A taxonomy's name for each meaning; where several have one, its published order decides."""
    published = [name for name in PUBLISHED.get(taxonomy, ()) if name in names]
    ordered = [*published, *(name for name in names if name not in published)]
    named: dict[str, str] = {}
    for name in ordered:
        for meaning in _meanings(taxonomy, name):
            named.setdefault(meaning, name)
    return named


def _meanings(taxonomy: str, name: str) -> tuple[str, ...]:
    """What a name means in its taxonomy, or where that is not known, what the word means anywhere."""
    return PUBLISHED.get(taxonomy, {}).get(name) or _meanings_by_word().get(_word(name), ())


@cache
def _meanings_by_word() -> dict[str, tuple[str, ...]]:
    """Plain words first: what a word means in one ecosystem alone comes last."""
    words: dict[str, tuple[str, ...]] = {}
    for taxonomy in sorted(PUBLISHED, key=lambda taxonomy: taxonomy != PLAIN_WORDS):
        for name, meanings in PUBLISHED[taxonomy].items():
            words.setdefault(_word(name), meanings)
    return words


def _word(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
