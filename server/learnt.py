"""What a scene's labels taught: how large its objects are, and how its people draw boxes around points."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from server.store import labels
from server.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from labels import Cuboid, LabelSet
    from pointcloud import FitHabits, FitScene

KEPT_SCENES = 8
FEWEST_TRACKS = 3
MOST_EXAMPLES = 20
Size = tuple[float, float, float]


@dataclass(frozen=True)
class Lesson:
    """What one revision of a scene's labels teaches.

    Attributes:
        revision: The labels.
        label_set: Themselves.
        sizes: By category, the usual size and the number of tracks it is taken from.
        habits: How boxes lie around their points; None where nobody's boxes tell.
    """

    revision: int
    label_set: LabelSet
    sizes: Mapping[str, tuple[Size, int]] = field(default_factory=dict)
    habits: FitHabits | None = None


class Learnt:
    """Lessons of the scenes used last.

    A fit takes the newest lesson there is and starts the next in the background, so that it never waits: each edit
    makes a new revision.
    """

    def __init__(self, database: Database) -> None:
        """Nothing is known before it is asked for."""
        self._database = database
        self._lessons: OrderedDict[str, Lesson] = OrderedDict()
        self._pending: set[str] = set()
        self._lock = threading.Lock()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="learning")

    def newest(self, scene_id: str, revision: int, known_cloud: Callable[[int], FitScene | None]) -> Lesson | None:
        """What is known by now; of an older revision, or nothing, where the newest is still being looked at.

        Args:
            scene_id: The scene.
            revision: Its labels as they are now.
            known_cloud: A frame's cloud where it is at hand.
        """
        with self._lock:
            lesson = self._lessons.get(scene_id)
            is_due = (lesson is None or lesson.revision < revision) and scene_id not in self._pending
            if is_due:
                self._pending.add(scene_id)
        if is_due:
            try:
                self._executor.submit(self._learn, scene_id, known_cloud)
            except RuntimeError:  # the executor was shut down: the server ends
                return lesson
        return lesson

    def labels_now(self, scene_id: str, revision: int) -> LabelSet:
        """The labels as they are now."""
        with self._lock:
            lesson = self._lessons.get(scene_id)
        if lesson is not None and lesson.revision >= revision:
            return lesson.label_set
        with self._database.read() as session:
            return labels.load_label_set(session, scene_id)

    def close(self) -> None:
        """End the background work."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _learn(self, scene_id: str, known_cloud: Callable[[int], FitScene | None]) -> None:
        try:
            with self._database.read() as session:
                label_set = labels.load_label_set(session, scene_id)
            agreed = [cuboid for cuboid in label_set.cuboids.values() if is_agreed(cuboid)]
            sizes = usual_sizes(label_set, agreed)
            habits = _habits(label_set, agreed, known_cloud)
            lesson = Lesson(label_set.revision, label_set, sizes, habits)
        finally:
            with self._lock:
                self._pending.discard(scene_id)
        with self._lock:
            self._lessons[scene_id] = lesson
            self._lessons.move_to_end(scene_id)
            while len(self._lessons) > KEPT_SCENES:
                self._lessons.popitem(last=False)


def is_agreed(cuboid: Cuboid) -> bool:
    """Whether a person made a cuboid here, or agreed with it."""
    return cuboid.confirmed_by is not None or cuboid.source == "human"


def usual_sizes(label_set: LabelSet, agreed: list[Cuboid]) -> dict[str, tuple[Size, int]]:
    """By category, the median size over tracks, where there are enough of them."""
    by_track: defaultdict[str, list[Cuboid]] = defaultdict(list)
    for cuboid in agreed:
        by_track[cuboid.track_id].append(cuboid)
    by_category: defaultdict[str, list[np.ndarray[tuple[int], np.dtype[np.float64]]]] = defaultdict(list)
    for track_id, cuboids in by_track.items():
        track = label_set.tracks.get(track_id)
        if track is not None:
            by_category[track.category].append(np.median([cuboid.size_lwh_m for cuboid in cuboids], axis=0))
    found: dict[str, tuple[Size, int]] = {}
    for category, sizes in by_category.items():
        if len(sizes) >= FEWEST_TRACKS:
            length, width, height = (float(side) for side in np.median(sizes, axis=0))
            found[category] = ((length, width, height), len(sizes))
    return found


def _habits(
    label_set: LabelSet, agreed: list[Cuboid], known_cloud: Callable[[int], FitScene | None]
) -> FitHabits | None:
    """From the newest boxes of rigid things in frames whose clouds are at hand."""
    from pointcloud import learn_habits

    examples = []
    for cuboid in reversed(agreed):
        track = label_set.tracks.get(cuboid.track_id)
        # What a fit made says how the fit draws, not how a person does; confirming it says little more.
        if track is None or not track.is_rigid or cuboid.source != "human":
            continue
        scene = known_cloud(cuboid.frame_index)
        if scene is not None:
            examples.append((scene, cuboid.box_ego))
        if len(examples) >= MOST_EXAMPLES:
            break
    return learn_habits(examples) if examples else None
