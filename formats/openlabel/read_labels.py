"""The objects of an OpenLABEL file as label records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

from formats.box_records import FileBox, labels_from_boxes
from formats.carried import KEY, restore_frame_states, restore_image_boxes
from formats.checked_values import as_list, as_object, finite_number, usable_text
from formats.format import Guess, LabelReading
from formats.given import cuboid_fingerprint
from formats.listing import Listing
from formats.openlabel.cuboid_values import Angles, Axes, decode_cuboid, turn_axes, with_exact_rotation
from formats.openlabel.document import intervals
from formats.openlabel.guess_cuboids import ANGLES, AXES, settle_angles, settle_axes
from formats.openlabel.object_attributes import read_attributes
from formats.openlabel.read_image_boxes import read_image_boxes
from formats.openlabel.read_scene import OpenedFile
from geometry import SE3
from geometry.arrays import FloatArray
from labels import Cuboid, LabelSet
from labels.label_set import AttributeValue

SCORE_NAMES = ("score", "confidence", "confidence_score")
LOOKED_AT = 2000
MAX_CUBOIDS = 2_000_000
"""A file may say of every object that it is in every frame; more than this nobody labelled."""


@dataclass(frozen=True)
class FileCuboid:
    """A cuboid as it stands in the file.

    Attributes:
        frame: The place of its frame in the document.
        key: Its object's.
        value: The cuboid itself.
        system: The coordinate system that it names, or "".
        beside: What else is said of the object in that frame.
        where: For complaints.
    """

    frame: int
    key: str
    value: Mapping[str, Any]
    system: str
    beside: Mapping[str, Any]
    where: str


@dataclass
class LabelReader:
    """Reads the labels of one opened file."""

    opened: OpenedFile
    listing: Listing = field(init=False)
    _places: dict[tuple[int, str], SE3 | None] = field(default_factory=dict)
    _left_out: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Problems are named relative to the scene's folder."""
        self.listing = Listing(root=self.opened.scene.path, base=self.opened.scene.path)

    def read(self) -> LabelReading:
        """All labels; what cannot be used becomes a problem."""
        scene, own = self.opened.scene, self.opened.document.own
        complaints: list[str] = []
        boxes = list(self._boxes())
        labels = labels_from_boxes(scene.format, scene.name, len(scene.frames), boxes, self.listing)
        track_ids = {box.key: track_id for box, track_id in _tracks_of(boxes, labels)}
        labels = _without_derived(labels, boxes, track_ids)
        if "image_boxes" in own:
            found = restore_image_boxes(own["image_boxes"], scene.name, len(scene.frames), track_ids, complaints)
        else:
            found = read_image_boxes(self.opened, track_ids, complaints)
        states = restore_frame_states(own.get("frame_states"), len(scene.frames), complaints)
        for complaint in [*complaints, *(f"{count} {what}" for what, count in self._left_out.items())]:
            self.listing.complain(self.opened.document.path, complaint)
        return LabelReading(replace(labels, image_boxes=found, frame_states=states), tuple(self.listing.problems))

    @cached_property
    def guesses(self) -> tuple[Guess, ...]:
        """The unit of angles, then the axes of the cuboids of every coordinate system."""
        assume, is_own = self.opened.scene.assume, bool(self.opened.document.own)
        values = [cuboid for cuboid, _ in zip(self._cuboids(), range(LOOKED_AT), strict=False)]
        angles = settle_angles([cuboid.value.get("val") for cuboid in values], assume, is_own=is_own)
        of_system: defaultdict[str, list[tuple[SE3, FloatArray]]] = defaultdict(list)
        for cuboid in () if is_own else values:
            if not isinstance(placed := self._placed(cuboid, cast(Angles, angles.answer)), str):
                of_system[cuboid.system or self.opened.coordinates.ego].append(placed)
        named = [name.removeprefix(f"{AXES}.") for name in assume if name.startswith(f"{AXES}.")]
        systems = dict.fromkeys([self.opened.coordinates.ego, *named, *of_system])
        axes = [settle_axes(name, of_system[name], assume, is_own=is_own) for name in systems]
        return angles, *(guess for guess in axes if of_system[guess.question.removeprefix(f"{AXES}.")] or is_own)

    def _boxes(self) -> Iterator[FileBox]:
        answers = {guess.question: guess.answer for guess in self.guesses}
        angles = cast(Angles, answers[ANGLES])
        objects = self.opened.document.part("objects")
        seen: set[tuple[int, str]] = set()
        for count, cuboid in enumerate(self._cuboids()):
            if count >= MAX_CUBOIDS:
                self.listing.complain(self.opened.document.path, f"expected at most {MAX_CUBOIDS} cuboids, found more")
                return
            if (cuboid.frame, cuboid.key) in seen:
                self._left_out["further cuboids of an object in the same frame: its first is taken"] += 1
                continue
            category = usable_text(as_object(objects.get(cuboid.key)).get("type"))
            placed = self._placed(cuboid, angles)
            if category is None:
                self._left_out["cuboids of objects without a type: left out"] += 1
            elif isinstance(placed, str):
                self._complain_of(cuboid, placed)
            else:
                seen.add((cuboid.frame, cuboid.key))
                axes = answers.get(f"{AXES}.{cuboid.system or self.opened.coordinates.ego}", "iso8855")
                yield self._box(cuboid, category, *turn_axes(*placed, cast(Axes, axes)))

    def _complain_of(self, cuboid: FileCuboid, fault: str) -> None:
        if "above zero" in fault:
            # KITTI's DontCare comes with sizes of -1000 in hundreds of frames.
            self._left_out[f"cuboids of {cuboid.key[:40]} without a size above zero: left out"] += 1
        else:
            self.listing.complain(self.opened.document.path, f"{cuboid.where}: {fault}")

    def _box(self, cuboid: FileCuboid, category: str, ego_from_object: SE3, size_lwh_m: FloatArray) -> FileBox:
        objects = self.opened.document.part("objects")
        attributes = read_attributes(cuboid.beside) | read_attributes(as_object(cuboid.value.get("attributes")))
        score = _score(cuboid.value, attributes, is_own=bool(self.opened.document.own))
        length, width, height = size_lwh_m.tolist()
        carried = cuboid.value.get(KEY)
        tracks = as_object(self.opened.document.own.get("tracks"))
        static = as_object(as_object(objects.get(cuboid.key)).get("object_data"))
        return FileBox(
            self.opened.document.path,
            cuboid.where,
            cuboid.frame,
            cuboid.key,
            category,
            ego_from_object,
            (length, width, height),
            external_id=cuboid.key,
            score=score,
            attributes=attributes,
            track_attributes=read_attributes(static),
            carried_cuboid=carried if isinstance(carried, dict) else None,
            carried_track=tracks.get(cuboid.key),
        )

    def _placed(self, cuboid: FileCuboid, angles: Angles) -> tuple[SE3, FloatArray] | str:
        """A cuboid in ``ego`` with its file's axes, or what is wrong with it."""
        try:
            frame_from_object, size_m = decode_cuboid(cuboid.value.get("val"), angles)
        except ValueError as error:
            return str(error)
        frame_from_object = with_exact_rotation(frame_from_object, as_object(cuboid.value.get(KEY)).get("rotation"))
        ego_from_frame = self._place(cuboid.frame, cuboid.system)
        if ego_from_frame is None:
            return f"expected a coordinate system with a place, found {cuboid.system[:60]!r}"
        return ego_from_frame @ frame_from_object, size_m

    def _place(self, frame: int, system: str) -> SE3 | None:
        tree = self.opened.coordinates
        if not tree.systems or system in ("", tree.ego):
            return SE3.identity()
        if (frame, system) not in self._places:
            self._places[frame, system] = tree.dst_from_src(tree.ego, system, frame)
        return self._places[frame, system]

    def _cuboids(self) -> Iterator[FileCuboid]:
        """The cuboids of all frames, then those that hold for whole intervals."""
        objects = self.opened.document.part("objects")
        for index, frame in enumerate(self.opened.document.frames):
            for key, value in as_object(frame.value.get("objects")).items():
                data = as_object(as_object(value).get("object_data"))
                where = f"frame {frame.number}, object {key[:60]}"
                yield from self._of_data(data, index, key, as_object(objects.get(key)), where)
        numbers = {frame.number: index for index, frame in enumerate(self.opened.document.frames)}
        for key, value in objects.items():
            static = as_object(as_object(value).get("object_data"))
            if "cuboid" in static:
                for index in _frames_of(as_object(value), numbers):
                    yield from self._of_data(static, index, key, as_object(value), f"object {key[:60]}", beside={})

    def _of_data(
        self,
        data: Mapping[str, Any],
        frame: int,
        key: str,
        thing: Mapping[str, Any],
        where: str,
        beside: Mapping[str, Any] | None = None,
    ) -> Iterator[FileCuboid]:
        for entry in as_list(data.get("cuboid")):
            value = as_object(entry)
            system = _system(value, thing, self.opened)
            yield FileCuboid(frame, key, value, system, data if beside is None else beside, where)


def _system(value: Mapping[str, Any], thing: Mapping[str, Any], opened: OpenedFile) -> str:
    """The coordinate system of a cuboid: its own, its object's, or that of the stream it was drawn in."""
    for fields in (value, thing):
        name = fields.get("coordinate_system")
        if isinstance(name, str) and name:
            return name
    stream = read_attributes(as_object(value.get("attributes"))).get("stream")
    return stream if isinstance(stream, str) and stream in opened.coordinates.systems else ""


def _frames_of(thing: Mapping[str, Any], numbers: Mapping[int, int]) -> Iterator[int]:
    """The places of the frames that an object is in; all of them where it does not say."""
    spans = list(intervals(thing.get("frame_intervals")))
    for number, index in numbers.items():
        if not spans or any(first <= number <= last for first, last in spans):
            yield index


def _score(value: Mapping[str, Any], attributes: dict[str, AttributeValue], *, is_own: bool) -> float | None:
    """A confidence 0 … 1 under one of its usual names; beside the cuboid, or taken out of its attributes."""
    for name in SCORE_NAMES:
        number = finite_number(value.get(name, None if is_own else attributes.get(name)))
        if number is not None and 0.0 <= number <= 1.0:
            if name not in value:
                attributes.pop(name)
            return number
    return None


def _tracks_of(boxes: list[FileBox], labels: LabelSet) -> Iterator[tuple[FileBox, str]]:
    """Every box with its track: boxes and tracks are in the same order of first mention."""
    firsts = {box.key: box for box in boxes}
    yield from zip(firsts.values(), labels.tracks, strict=True)


def _without_derived(labels: LabelSet, boxes: list[FileBox], track_ids: Mapping[str, str]) -> LabelSet:
    """The labels without the cuboids that Truebox wrote between two keys and that nobody changed since."""
    marks = {
        (track_ids[box.key], box.frame_index): box.carried_cuboid["derived"]
        for box in boxes
        if isinstance(box.carried_cuboid, dict) and "derived" in box.carried_cuboid
    }

    def is_derived(cuboid: Cuboid) -> bool:
        mark = marks.get((cuboid.track_id, cuboid.frame_index))
        return mark is not None and mark == cuboid_fingerprint(cuboid, labels.tracks[cuboid.track_id].category)

    kept = {key: cuboid for key, cuboid in labels.cuboids.items() if not is_derived(cuboid)}
    with_keys = {cuboid.track_id for cuboid in kept.values()}
    # A track whose keys were all taken out by others keeps what was derived from them.
    return replace(
        labels, cuboids={k: c for k, c in labels.cuboids.items() if k in kept or c.track_id not in with_keys}
    )
