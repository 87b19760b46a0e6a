from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.default_mappings import PUBLISHED, WIDER
from formats.given import cuboid_fingerprint
from formats.kitti.taxonomy import KITTI_TAXONOMY
from formats.mapping import (
    MAPPED_FROM,
    MAPPED_TO,
    CategoryMapping,
    default_mapping,
    given_mapping,
    map_labels,
    mapped_categories,
    unknown_categories,
)
from geometry import SE3
from labels import Category, Cuboid, ImageBox, LabelSet, Taxonomy, Track


def taxonomy(name: str) -> Taxonomy:
    return Taxonomy(name, 1, tuple(Category(each, "#000000", (1, 1, 1)) for each in PUBLISHED[name]))


def custom(name: str, *categories: str) -> Taxonomy:
    return Taxonomy(name, 1, tuple(Category(each, "#000000", (1, 1, 1)) for each in categories))


def tracks(*categories: str) -> LabelSet:
    """One track, cuboid and given box of each category, named by their place."""
    made = LabelSet()
    for i, category in enumerate(categories):
        cuboid = Cuboid(f"c{i}", f"t{i}", i, SE3.from_yaw(0.1 * i, [i, 2, 3]), np.array([4.0, 2, 1]))
        box = ImageBox(
            f"b{i}", i, "front", (0, 0, 9, 9), "given", f"t{i}", {"given_for": cuboid_fingerprint(cuboid, category)}
        )
        made = replace(
            made,
            tracks={**made.tracks, f"t{i}": Track(f"t{i}", category, 0, 9)},
            cuboids={**made.cuboids, cuboid.id: cuboid},
            image_boxes={**made.image_boxes, box.id: box},
        )
    return made


def names(labels: LabelSet) -> list[str]:
    return [track.category for track in labels.tracks.values()]


def recalled(labels: LabelSet, track_id: str, category: str) -> LabelSet:
    """A person gives a track another category."""
    track = replace(labels.tracks[track_id], category=category)
    return replace(labels, tracks={**labels.tracks, track_id: track})


@pytest.mark.parametrize(
    ("source", "target", "name", "expected"),
    [
        ("kitti", "nuscenes", "Van", "vehicle.car"),
        ("kitti", "nuscenes", "Cyclist", "vehicle.bicycle"),
        ("kitti", "nuscenes", "Person_sitting", "human.pedestrian.adult"),
        ("kitti", "av2", "Tram", "RAILED_VEHICLE"),
        ("kitti", "pandaset", "Cyclist", "Bicycle"),
        ("nuscenes", "kitti", "vehicle.bus.bendy", "Misc"),
        ("nuscenes", "kitti", "vehicle.bicycle", "Cyclist"),
        ("nuscenes", "av2", "vehicle.bus.bendy", "ARTICULATED_BUS"),
        ("nuscenes", "av2", "movable_object.trafficcone", "CONSTRUCTION_CONE"),
        ("nuscenes", "pandaset", "vehicle.emergency.police", "Emergency Vehicle"),
        ("av2", "nuscenes", "REGULAR_VEHICLE", "vehicle.car"),
        ("av2", "kitti", "BICYCLIST", "Cyclist"),
        ("pandaset", "kitti", "Pickup Truck", "Car"),
        ("pandaset", "av2", "Pylons", "BOLLARD"),
        ("waymo", "kitti", "TYPE_VEHICLE", "Car"),
        ("openlabel", "kitti", "Bicycle", "Cyclist"),
        ("sustechpoints", "nuscenes", "Motor", "vehicle.motorcycle"),
        ("kitti", "sustechpoints", "Van", "Van"),
    ],
)
def test_defaults_say_what_people_would(source: str, target: str, name: str, expected: str) -> None:
    assert default_mapping(taxonomy(source), taxonomy(target)).target(name) == expected


def test_what_has_no_name_there_keeps_its_own_and_is_listed() -> None:
    mapping = default_mapping(taxonomy("nuscenes"), KITTI_TAXONOMY)
    labels = tracks("movable_object.debris", "vehicle.car", "Martian", "Martian")
    assert names(map_labels(labels, mapping)) == ["movable_object.debris", "Car", "Martian", "Martian"]
    assert unknown_categories(labels, KITTI_TAXONOMY, mapping) == {"Martian": 2, "movable_object.debris": 1}
    assert names(map_labels(labels, replace(mapping, unknown="drop"))) == ["Car"]


CARS = {"nuscenes": "vehicle.car", "av2": "REGULAR_VEHICLE", "waymo": "TYPE_VEHICLE"}


@pytest.mark.parametrize(("source", "target"), list(permutations(PUBLISHED, 2)))
def test_defaults_only_give_names_that_the_target_has(source: str, target: str) -> None:
    mapping = default_mapping(taxonomy(source), taxonomy(target))
    assert set(mapping.to.values()) <= set(PUBLISHED[target])
    if source != "waymo":
        assert mapping.to[CARS.get(source, "Car")] == CARS.get(target, "Car")


def test_wider_meanings_are_meanings() -> None:
    used = {meaning for names in PUBLISHED.values() for meanings in names.values() for meaning in meanings}
    assert set(WIDER) | {each for wider in WIDER.values() for each in wider} <= used | set(WIDER)


def test_words_of_a_taxonomy_of_ones_own_are_understood() -> None:
    ours = custom("ours", "car", "Traffic-Cone", "lamp")
    mapping = default_mapping(taxonomy("nuscenes"), ours)
    assert mapping.target("vehicle.truck") == "vehicle.truck"
    assert mapping.target("vehicle.car") == "car"
    assert mapping.target("movable_object.trafficcone") == "Traffic-Cone"


def test_a_taxonomy_without_categories_takes_every_name() -> None:
    labels = tracks("Van", "Martian")
    assert map_labels(labels, default_mapping(KITTI_TAXONOMY, custom("open"), "drop")) is labels


def there_and_back(labels: LabelSet, *path: Taxonomy) -> LabelSet:
    for source, target in pairwise(path):
        labels = map_labels(labels, default_mapping(source, target))
    return labels


@pytest.mark.parametrize("first", PUBLISHED)
@given(data=st.data())
def test_every_name_comes_back_along_any_way(first: str, data: st.DataObject) -> None:
    others = [name for name in PUBLISHED if name != first]
    way = data.draw(st.lists(st.sampled_from(others), min_size=1, max_size=5))
    path = [taxonomy(name) for name in (first, *way, first)]
    labels = LabelSet(tracks={name: Track(name, name, 0, 1) for name in PUBLISHED[first]})
    assert names(there_and_back(labels, *path)) == names(labels)


@pytest.mark.parametrize("first", PUBLISHED)
@pytest.mark.parametrize("second", PUBLISHED)
def test_there_and_back_leaves_nothing_behind(first: str, second: str) -> None:
    labels = tracks(*PUBLISHED[first])
    assert there_and_back(labels, taxonomy(first), taxonomy(second), taxonomy(first)) == labels


def test_the_first_name_says_more_than_those_between() -> None:
    labels = there_and_back(tracks("vehicle.bus.bendy"), taxonomy("nuscenes"), KITTI_TAXONOMY, taxonomy("av2"))
    assert names(labels) == ["ARTICULATED_BUS"]


def test_a_name_that_a_format_kept_comes_back() -> None:
    path = [KITTI_TAXONOMY, custom("openlabel"), taxonomy("nuscenes"), taxonomy("av2"), KITTI_TAXONOMY]
    assert names(there_and_back(tracks("Van", "Tram", "Martian"), *path)) == ["Van", "Tram", "Martian"]


def test_only_what_would_be_lost_is_remembered() -> None:
    car, van = map_labels(tracks("Car", "Van"), default_mapping(KITTI_TAXONOMY, taxonomy("nuscenes"))).tracks.values()
    assert car.attributes == {}
    assert van.attributes == {MAPPED_FROM: "kitti:Van", MAPPED_TO: "vehicle.car"}


@given(st.sampled_from(sorted(PUBLISHED["nuscenes"])))
def test_a_name_that_a_person_changed_stays_changed(name: str) -> None:
    labels = map_labels(tracks("Van"), default_mapping(KITTI_TAXONOMY, taxonomy("nuscenes")))
    changed = recalled(labels, "t0", name)
    back = default_mapping(taxonomy("nuscenes"), KITTI_TAXONOMY)
    expected = "Van" if name == "vehicle.car" else back.target(name)
    assert names(map_labels(changed, back)) == [expected]


def test_what_somebody_wrote_goes_before_the_target_s_own_names() -> None:
    written = CategoryMapping({"Van": "Truck", "Tram": None, "Big": "Truck"}, "drop")
    mapping = given_mapping(written, custom("big", "Big", "Small"), KITTI_TAXONOMY)
    assert names(map_labels(tracks("Van", "Tram", "Big", "Small", "Car"), mapping)) == ["Truck", "Truck", "Car"]
    assert unknown_categories(tracks("Van", "Tram", "Small"), KITTI_TAXONOMY, mapping) == {"Small": 1}
    assert given_mapping(written, KITTI_TAXONOMY, KITTI_TAXONOMY, "keep").target("Small") == "Small"


def test_a_name_that_is_dropped_is_not_brought_back_by_memory() -> None:
    labels = map_labels(tracks("Van"), default_mapping(KITTI_TAXONOMY, taxonomy("nuscenes")))
    mapping = given_mapping(CategoryMapping({"vehicle.car": None}), taxonomy("nuscenes"), KITTI_TAXONOMY)
    assert map_labels(labels, mapping) == LabelSet()


def test_everything_of_a_dropped_track_goes_and_values_follow_a_renamed_one() -> None:
    labels = tracks("Van", "Tram")
    ignored = ImageBox("ignored", 0, "front", (0, 0, 1, 1), "ignore")
    labels = replace(labels, image_boxes={**labels.image_boxes, "ignored": ignored})
    mapped = map_labels(labels, CategoryMapping({"Van": "Car", "Tram": None}))
    assert list(mapped.tracks) == ["t0"]
    assert mapped.cuboids == {"c0": labels.cuboids["c0"]}
    assert list(mapped.image_boxes) == ["b0", "ignored"]
    assert mapped.image_boxes["b0"].attributes["given_for"] == cuboid_fingerprint(labels.cuboids["c0"], "Car")


def test_a_value_given_for_a_box_that_has_moved_since_stays_stale() -> None:
    labels = tracks("Van")
    moved = replace(labels.cuboids["c0"], ego_from_object=SE3.identity())
    mapped = map_labels(replace(labels, cuboids={"c0": moved}), CategoryMapping({"Van": "Car"}))
    assert mapped.image_boxes["b0"] == labels.image_boxes["b0"]


def test_what_becomes_of_each_category_is_counted() -> None:
    labels = map_labels(tracks("Van", "Car", "Car"), default_mapping(KITTI_TAXONOMY, taxonomy("nuscenes")))
    rows = mapped_categories([labels, tracks("Martian")], default_mapping(taxonomy("nuscenes"), KITTI_TAXONOMY))
    assert [(row.category, row.target, row.tracks) for row in rows] == [
        ("Martian", "Martian", 1),
        ("vehicle.car", "Car", 2),
        ("vehicle.car", "Van", 1),
    ]


@pytest.mark.parametrize("memory", ["", ":", "kitti", "kitti:", "; ; ;", "kitti: ", 5, True])
def test_a_memory_that_is_none_is_none(memory: str | int | bool) -> None:
    track = Track("t", "vehicle.car", 0, 1, attributes={MAPPED_FROM: memory, MAPPED_TO: "vehicle.car"})
    mapping = default_mapping(taxonomy("nuscenes"), KITTI_TAXONOMY)
    assert names(map_labels(LabelSet(tracks={"t": track}), mapping)) == ["Car"]


def test_bad_mappings_are_refused() -> None:
    with pytest.raises(ValueError, match="must not be empty or padded"):
        CategoryMapping({"Car": " "})
    with pytest.raises(ValueError, match="must be keep or drop"):
        CategoryMapping({}, "guess")  # type: ignore[arg-type]
