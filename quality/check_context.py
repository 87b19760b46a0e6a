"""What every check looks at: the cuboids of all frames, their projections and point counts, each computed once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from fusion import Scene, cam_from_ego_at, project_hulls, visible_shares
from geometry import CORNER_SIGNS, SE3
from geometry.arrays import FloatArray, IntArray
from labels import Cuboid, ImageBox, LabelSet, Resolver, Taxonomy, Track
from quality.point_counts import PointCounts


@dataclass(frozen=True, eq=False)
class Placed:
    """A cuboid in one frame, stored or derived.

    Attributes:
        row: Its row in the arrays of the context.
        cuboid: Stored, or derived between two keys.
        track: Its track.
        is_key: Whether it is stored.
    """

    row: int
    cuboid: Cuboid
    track: Track
    is_key: bool

    @property
    def frame_index(self) -> int:
        """The frame."""
        return self.cuboid.frame_index

    @property
    def name(self) -> str:
        """How people know the object: ``Car 3``."""
        return track_name(self.track)

    @property
    def label_ids(self) -> tuple[str, ...]:
        """The records behind it: its track, and its cuboid where that is stored."""
        return (self.track.id, self.cuboid.id) if self.is_key else (self.track.id,)


@dataclass(frozen=True, eq=False)
class View:
    """All cuboids as one camera sees them, row by row as in ``CheckContext.placed``; NaN in frames it did not take.

    Attributes:
        proj_ltrb_px: (B, 4) around all that is in front of the camera; NaN where nothing is.
        trunc_ltrb_px: (B, 4) the same clipped to the image; NaN where nothing is in it.
        truncation: (B,) the share of the area outside the image.
        center_cam: (B, 3) the centre in the camera's frame.
        ahead_cam: (B, 3) the heading in the camera's frame, of length 1.
        nearest_m: (B,) depth of the nearest corner.
    """

    proj_ltrb_px: FloatArray
    trunc_ltrb_px: FloatArray
    truncation: FloatArray
    center_cam: FloatArray
    ahead_cam: FloatArray
    nearest_m: FloatArray


@dataclass(frozen=True, eq=False)
class BoxPairs:
    """2D boxes of one camera, each with its cuboid.

    Attributes:
        camera: The camera.
        boxes: The 2D boxes, by frame.
        placed: The cuboid of each.
        rows: (N,) the cuboids' rows in the arrays of the context.
        ltrb_px: (N, 4) the 2D boxes.
    """

    camera: str
    boxes: Sequence[ImageBox]
    placed: Sequence[Placed]
    rows: IntArray
    ltrb_px: FloatArray


class CheckContext:
    """A scene and its labels, made ready for checks.

    Attributes:
        scene: The scene.
        labels: Its labels.
        taxonomy: What the project labels; None where nobody said.
        placed: Every cuboid of every frame, by frame, then by track.
    """

    def __init__(
        self,
        scene: Scene,
        labels: LabelSet,
        taxonomy: Taxonomy | None = None,
        point_counts: PointCounts | None = None,
        fingerprint: Callable[[Cuboid, str], str] | None = None,
    ) -> None:
        """Derive the cuboids of all frames; everything else is computed when a check asks for it."""
        self.scene = scene
        self.labels = labels
        self.taxonomy = taxonomy
        self.placed = _place_all(scene, labels)
        self._point_counts = point_counts
        self._fingerprint = fingerprint
        self._views: dict[str, View] = {}
        self._visible: dict[str, FloatArray] = {}

    @cached_property
    def frames(self) -> Mapping[int, Sequence[Placed]]:
        """The cuboids of each frame that has some."""
        frames: defaultdict[int, list[Placed]] = defaultdict(list)
        for placed in self.placed:
            frames[placed.frame_index].append(placed)
        return frames

    @cached_property
    def tracks(self) -> Mapping[str, Mapping[int, Placed]]:
        """The cuboids of each track, by frame."""
        tracks: defaultdict[str, dict[int, Placed]] = defaultdict(dict)
        for placed in self.placed:
            tracks[placed.track.id][placed.frame_index] = placed
        return tracks

    @cached_property
    def image_boxes(self) -> Sequence[ImageBox]:
        """The 2D boxes of tracks in cameras and frames of the scene, by frame; ignore regions are none."""
        boxes = [
            box
            for box in self.labels.image_boxes.values()
            if box.kind != "ignore"
            and box.track_id in self.labels.tracks
            and box.frame_index < len(self.scene.frames)
            and box.camera in self.scene.cameras_of(box.frame_index)
        ]
        return sorted(boxes, key=lambda box: (box.frame_index, box.id))

    @cached_property
    def label_cameras(self) -> Sequence[str | None]:
        """The camera that each frame's labels were made with: the one with most 2D boxes there, else the first.

        None where a frame has no camera.
        """
        counted = Counter((box.frame_index, box.camera) for box in self.image_boxes)
        return [
            max(self.scene.cameras_of(index), key=lambda name: counted[index, name], default=None)
            for index in range(len(self.scene.frames))
        ]

    def placed_of(self, box: ImageBox) -> Placed | None:
        """The cuboid that a 2D box belongs to, or None where its track has none in that frame."""
        return self.tracks.get(box.track_id or "", {}).get(box.frame_index)

    def box_pairs(self, *kinds: str) -> Iterator[BoxPairs]:
        """The 2D boxes of these kinds that have a cuboid, camera by camera."""
        by_camera: defaultdict[str, list[tuple[ImageBox, Placed]]] = defaultdict(list)
        for box in self.image_boxes:
            placed = self.placed_of(box)
            if placed is not None and box.kind in kinds:
                by_camera[box.camera].append((box, placed))
        for camera, pairs in sorted(by_camera.items()):
            boxes, placed_list = zip(*pairs, strict=True)
            rows = np.array([placed.row for placed in placed_list])
            yield BoxPairs(camera, boxes, placed_list, rows, np.array([box.ltrb_px for box in boxes]))

    def stands(self, box: ImageBox, placed: Placed) -> bool:
        """Whether what came with an import still is a statement about the cuboid: nobody has changed it since."""
        given_for = box.attributes.get("given_for")
        if self._fingerprint is None or given_for is None:
            return True
        return given_for == self._fingerprint(placed.cuboid, placed.track.category)

    def is_deformable(self, track: Track) -> bool:
        """Whether the object's outline moves (a walking person), so that its cuboid says little about its width."""
        category = None if self.taxonomy is None else self.taxonomy.category(track.category)
        if category is not None:
            return not category.is_rigid
        return any(word in track.category.lower() for word in ("pedestrian", "person"))

    def view(self, camera: str) -> View:
        """All cuboids as a camera of the rig sees them, at the time of each image."""
        if camera not in self._views:
            self._views[camera] = _project(self, camera)
        return self._views[camera]

    def visible_share(self, camera: str) -> FloatArray:
        """(B,) how much of each cuboid in the image no nearer cuboid covers, 0 … 1; NaN where it is not in it."""
        if camera not in self._visible:
            view = self.view(camera)
            shares = np.full(len(self.placed), np.nan)
            for frame_index, members in self.frames.items():
                if camera not in self.scene.cameras_of(frame_index):
                    continue
                rows = [placed.row for placed in members]
                shares[rows] = visible_shares(view.trunc_ltrb_px[rows], view.center_cam[rows, 2])
            self._visible[camera] = shares
        return self._visible[camera]

    @cached_property
    def point_counts(self) -> IntArray:
        """(B,) lidar points inside each cuboid; -1 where the frame's cloud is missing or cannot be read.

        Raises:
            ValueError: The context was made without point counts.
        """
        if self._point_counts is None:
            raise ValueError("point_counts needs a context that was made with PointCounts")
        counts = np.full(len(self.placed), -1, dtype=np.int64)
        for frame_index, members in self.frames.items():
            boxes = [placed.cuboid.box_ego for placed in members]
            found = self._point_counts.count(self.scene, frame_index, boxes)
            if found is not None:
                counts[[placed.row for placed in members]] = found
        return counts

    def cam_from_ego(self, camera: str, frame_index: int) -> SE3:
        """From ``ego`` at the frame's time into the camera at its image's time."""
        return cam_from_ego_at(self.scene, frame_index, camera)


def track_name(track: Track) -> str:
    """How people know a track: its category and number, ``Car 3``."""
    return f"{track.category} {track.external_id or track.id[:8]}"


def _place_all(scene: Scene, labels: LabelSet) -> tuple[Placed, ...]:
    """Every cuboid of every frame of the scene; only the frames of a track's life are looked at."""
    resolver = Resolver(labels, scene.frame_times_ns, scene.trajectory)
    lives = {track.id: (track.first_frame, track.last_frame) for track in labels.tracks.values()}
    for cuboid in labels.cuboids.values():
        first, last = lives[cuboid.track_id]
        lives[cuboid.track_id] = (min(first, cuboid.frame_index), max(last, cuboid.frame_index))
    found: list[Placed] = []
    for track in sorted(labels.tracks.values(), key=_track_order):
        first, last = lives[track.id]
        for frame_index in range(first, min(last, len(scene.frames) - 1) + 1):
            resolved = resolver.track_in_frame(track.id, frame_index)
            if resolved is not None:
                found.append(Placed(0, resolved.cuboid, track, resolved.is_key))
    found.sort(key=lambda placed: placed.frame_index)
    return tuple(replace(placed, row=row) for row, placed in enumerate(found))


def _track_order(track: Track) -> tuple[int, str, str]:
    name = track.external_id or ""
    return (int(name) if name.isascii() and name.isdigit() else 1 << 40, name, track.id)


def _project(context: CheckContext, camera: str) -> View:
    corners_cam = np.full((len(context.placed), 8, 3), np.nan)
    center_cam, ahead_cam = np.full((2, len(context.placed), 3), np.nan)
    for frame_index, members in context.frames.items():
        if camera not in context.scene.cameras_of(frame_index):
            continue
        cam_from_ego = context.cam_from_ego(camera, frame_index)
        rows = [placed.row for placed in members]
        rotations = np.stack([placed.cuboid.ego_from_object.rotation for placed in members])
        centers_ego = np.stack([placed.cuboid.ego_from_object.translation for placed in members])
        half_lwh = np.stack([placed.cuboid.size_lwh_m for placed in members]) / 2.0
        corners_ego = np.einsum("bij,bkj->bki", rotations, CORNER_SIGNS * half_lwh[:, None]) + centers_ego[:, None]
        corners_cam[rows] = cam_from_ego.apply(corners_ego.reshape(-1, 3)).reshape(-1, 8, 3)
        center_cam[rows] = cam_from_ego.apply(centers_ego)
        ahead_cam[rows] = rotations[:, :, 0] @ cam_from_ego.rotation.T
    proj, trunc, truncation = project_hulls(corners_cam, context.scene.rig.cameras[camera])
    return View(proj, trunc, truncation, center_cam, ahead_cam, corners_cam[:, :, 2].min(axis=1))
