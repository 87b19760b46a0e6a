"""The labels of an export as rows of ``instance``, ``sample_annotation`` and what they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from formats.carried import KEY, carried_cuboid, carried_track
from formats.count_points import UNCOUNTED, count_points
from formats.format import SceneExport
from formats.given import cuboid_fingerprint
from formats.nuscenes.answers import names_of_answers, other_answers, visibility_token
from formats.nuscenes.plan_data import OWN_FORMAT, sample_tokens
from formats.nuscenes.read_labels import COUNTS, GIVEN_FOR
from formats.nuscenes.row_parts import neighbours, place_fields
from formats.nuscenes.table_index import JsonObject
from formats.nuscenes.taxonomy import GROUPS, NUSCENES_TAXONOMY, VISIBILITY_LEVELS
from formats.nuscenes.tokens import is_token, make_token
from formats.selection import SelectedCuboid, select_cuboids


@dataclass(frozen=True, eq=False)
class LabelRows:
    """Makes the rows of one scene's labels.

    Attributes:
        export: The scene and its labels.
    """

    export: SceneExport

    @cached_property
    def selected(self) -> tuple[SelectedCuboid, ...]:
        """The cuboids that become annotations."""
        return select_cuboids(self.export).cuboids

    @cached_property
    def counts(self) -> dict[tuple[str, int], int]:
        """Points in cuboids, by track and frame: as they came where the cuboid is unchanged, else counted."""
        given = {
            (item.track.id, item.cuboid.frame_index): int(item.cuboid.attributes[COUNTS["num_lidar_pts"]])
            for item in self.selected
            if _has_given_counts(item)
        }
        missing = [item for item in self.selected if (item.track.id, item.cuboid.frame_index) not in given]
        counted = zip(missing, count_points(self.export.scene, missing).tolist(), strict=True)
        found = {(item.track.id, item.cuboid.frame_index): count for item, count in counted if count != UNCOUNTED}
        return found | given

    @cached_property
    def instances(self) -> dict[str, str]:
        """The token of every track that has annotations; the dataset's own where they have them."""
        scene = self.export.scene
        tracks = {item.track.id: item.track for item in self.selected}
        tokens: dict[str, str] = {}
        used: set[str] = set()
        for track in tracks.values():
            own = track.external_id or track.id
            token = own if scene.format == OWN_FORMAT and is_token(own) else make_token("instance", scene.name, own)
            tokens[track.id] = make_token("instance", scene.name, "track", track.id) if token in used else token
            used.add(token)
        return tokens

    @cached_property
    def _samples(self) -> list[str]:
        return sample_tokens(self.export.scene)

    @cached_property
    def _annotations(self) -> dict[str, list[tuple[str, SelectedCuboid]]]:
        """By track: token and cuboid of each of its annotations, by frame."""
        found: defaultdict[str, list[tuple[str, SelectedCuboid]]] = defaultdict(list)
        for item in self.selected:
            sample = self._samples[item.cuboid.frame_index]
            found[item.track.id].append((make_token("annotation", sample, self.instances[item.track.id]), item))
        return dict(found)

    def category(self) -> Iterator[JsonObject]:
        """The rows of ``category``: those of the taxonomy, and others that are used."""
        taxonomy = self.export.taxonomy or NUSCENES_TAXONOMY
        names = dict.fromkeys(category.name for category in taxonomy.categories)
        for name in names | dict.fromkeys(item.track.category for item in self.selected):
            yield {"token": make_token("category", name), "name": name, "description": ""}

    def attribute(self) -> Iterator[JsonObject]:
        """The rows of ``attribute``: those of the standard."""
        for name in (f"{group}.{answer}" for group, answers in GROUPS.items() for answer in answers):
            yield {"token": make_token("attribute", name), "name": name, "description": ""}

    def visibility(self) -> Iterator[JsonObject]:
        """The rows of ``visibility``: those of the standard."""
        for token, level in VISIBILITY_LEVELS.items():
            low, high = level[1:].split("-")
            description = f"visibility of whole object is between {low} and {high}%"
            yield {"token": token, "level": level, "description": description}

    def instance(self) -> Iterator[JsonObject]:
        """The rows of ``instance``: an object each."""
        for track_id, placed in self._annotations.items():
            track, token = placed[0][1].track, self.instances[track_id]
            # The token says it already.
            kept = replace(track, external_id=None) if track.external_id == token else track
            carried = carried_track(kept)
            yield {
                "token": token,
                "category_token": make_token("category", track.category),
                "nbr_annotations": len(placed),
                "first_annotation_token": placed[0][0],
                "last_annotation_token": placed[-1][0],
            } | ({KEY: carried} if carried else {})

    def sample_annotation(self) -> Iterator[JsonObject]:
        """The rows of ``sample_annotation``: a cuboid each, linked along its object."""
        for track_id, placed in self._annotations.items():
            tokens = [token for token, _ in placed]
            for (token, item), (before, after) in zip(placed, neighbours(tokens), strict=True):
                yield self._annotation(token, item, self.instances[track_id], before, after)

    def _annotation(self, token: str, item: SelectedCuboid, instance: str, before: str, after: str) -> JsonObject:
        cuboid = item.cuboid
        frame = self.export.scene.frames[cuboid.frame_index]
        length, width, height = cuboid.size_lwh_m.tolist()
        # A derived cuboid answers what the key that it follows from answers.
        answers = cuboid.attributes if item.is_key else item.key.attributes
        radar = cuboid.attributes.get(COUNTS["num_radar_pts"], 0) if _has_given_counts(item) else 0
        carried = carried_cuboid(replace(cuboid, attributes=other_answers(cuboid.attributes)))
        return (
            {
                "token": token,
                "sample_token": self._samples[cuboid.frame_index],
                "instance_token": instance,
                "visibility_token": visibility_token(answers),
                "attribute_tokens": [make_token("attribute", name) for name in names_of_answers(answers)[:1]],
            }
            | {"size": [width, length, height]}
            | place_fields(self.export.scene.map_from_ego(frame.timestamp_ns) @ cuboid.ego_from_object)
            | {
                "prev": before,
                "next": after,
                "num_lidar_pts": self.counts.get((item.track.id, cuboid.frame_index), 0),
                "num_radar_pts": radar,
            }
            | ({KEY: carried} if carried else {})
        )


def _has_given_counts(item: SelectedCuboid) -> bool:
    """Whether the counts that came with a cuboid are still those of it."""
    cuboid = item.cuboid
    count = cuboid.attributes.get(COUNTS["num_lidar_pts"])
    is_count = isinstance(count, int) and not isinstance(count, bool)
    return is_count and cuboid.attributes.get(GIVEN_FOR) == cuboid_fingerprint(cuboid, item.track.category)
