"""Proposals for whole tracks: carried on, thinned, snapped, judged; of the records as the client has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from server.errors import InvalidError
from server.frame_clouds import FrameClouds
from server.learnt import Learnt
from server.proposal_views import box_view, cuboid_view, reason_view
from server.schemas import proposals as wire

if TYPE_CHECKING:
    from autolabel.follow import Drive, Extension, OthersIn, Subject
    from geometry import Box
    from labels import Cuboid, LabelSet, Track
    from labels.motion import MotionVerdict
    from server.opened_scene import Opened

MOST_COUNTED = 200
"""Of a longer track so many frames are looked at, evenly spread."""


class TrackAnswers:
    """Answers about tracks; see ``server.api.proposals`` for each."""

    def __init__(self, clouds: FrameClouds, learnt: Learnt) -> None:
        """As the services of the app."""
        self._clouds, self._learnt = clouds, learnt

    def extend(
        self, opened: Opened, subject: Subject, prior: wire.SizePrior, body: wire.ExtendRequest
    ) -> wire.ExtendAnswer:
        """A track carried on beyond its first or last key."""
        from autolabel.follow import extend, extend_still

        track, keys = _records(opened, body)
        drive = self._drive(opened)
        boxes = {key.frame_index: key.box_ego for key in keys}
        edge = max(boxes) if body.direction == "forward" else min(boxes)
        if track.is_static and drive.in_world:
            done = extend_still(drive, edge, boxes[edge], subject, body.direction, most_frames=body.most_frames)
        else:
            others = self._others(opened, track.id)
            done = extend(
                drive, sorted(boxes.items()), subject, body.direction, most_frames=body.most_frames, others=others
            )
        cuboids, revised = self._bettered(drive, subject, boxes, done, body)
        return wire.ExtendAnswer(
            cuboids=cuboids,
            revised_keys=revised,
            stopped_at=done.stopped_at,
            reason=reason_view(done.reason),
            predicted_in="world" if drive.in_world else "ego",
            prior=prior,
        )

    def thin(self, opened: Opened, body: wire.ThinRequest) -> wire.ThinAnswer:
        """The fewest keys of a track."""
        from labels import Tolerance, thin

        track, keys = _records(opened, body)
        tolerance = Tolerance(body.tolerance_m, float(np.deg2rad(body.tolerance_deg)))
        times, trajectory = opened.scene.frame_times_ns, opened.scene.trajectory
        plan = thin(_label_set(track, keys), times, trajectory, tolerance, keep_answers=body.keep_answers)
        gone = {record.id for record in plan.edit.removed.get("cuboids", ())}
        done = plan.tracks.get(track.id)
        return wire.ThinAnswer(
            keep=[key.frame_index for key in keys if key.id not in gone],
            remove=[key.frame_index for key in keys if key.id in gone],
            made_static=done is not None and done.made_static,
            answers_lost=0 if done is None else done.answers_lost,
        )

    def snap(self, opened: Opened, subject: Subject, body: wire.SnapRequest) -> wire.SnapAnswer:
        """A static track that follows its points."""
        from autolabel.follow import snap

        track, keys = _records(opened, body)
        boxes = _boxes(opened, track, keys)
        if body.frame_index not in boxes:
            raise InvalidError(f"the track has no cuboid in frame {body.frame_index}")
        found = snap(
            self._drive(opened), body.frame_index, boxes[body.frame_index], sorted(boxes), subject, body.most_m
        )
        return wire.SnapAnswer(
            keys=[
                wire.SnappedKey(frame_index=frame, box=box_view(box), offset_m=found.offsets_m[frame])
                for frame, box in sorted(found.keys.items())
            ],
            frames_looked_at=found.looked_at,
            frames_bounded=list(found.bounded),
            reason=reason_view(found.reason),
        )

    def motion(self, opened: Opened, body: wire.TrackRequest | None) -> wire.SceneMotion:
        """Whether one track, or each of the stored ones, stands or moves; drift is what all stored ones show."""
        from labels import judge_motion, scene_drift_ms, track_paths

        times, trajectory = opened.scene.frame_times_ns, opened.scene.trajectory
        stored = self._learnt.labels_now(opened.scene_id, opened.revision)
        paths = track_paths(stored, times, trajectory)
        drift_ms = scene_drift_ms(paths.values())
        if body is not None:
            paths = track_paths(_label_set(*_records(opened, body)), times, trajectory)
        tracks = [_motion_view(track_id, judge_motion(path, drift_ms)) for track_id, path in paths.items()]
        return wire.SceneMotion(revision=None if body is not None else stored.revision, tracks=tracks)

    def points_per_frame(self, opened: Opened, body: wire.TrackRequest) -> wire.PointsPerFrame:
        """How many points are in a track's box, frame by frame."""
        from fusion import lidar_center_ego

        boxes = _boxes(opened, *_records(opened, body))
        frames = sorted(boxes)
        looked_at = [
            frames[i] for i in np.unique(np.linspace(0, len(frames) - 1, min(len(frames), MOST_COUNTED), dtype=int))
        ]
        center = lidar_center_ego(opened.scene)
        rows = [
            wire.FramePoints(
                frame_index=frame,
                point_count=self._count(opened, frame, boxes[frame]),
                distance_m=float(np.hypot(*(boxes[frame].center - center)[:2])),
            )
            for frame in looked_at
        ]
        best = max(rows, key=lambda row: (row.point_count, -row.distance_m), default=None)
        return wire.PointsPerFrame(
            frames=rows,
            best_frame=best.frame_index if best is not None and best.point_count else None,
            is_complete=len(looked_at) == len(frames),
        )

    def _count(self, opened: Opened, frame: int, box: Box) -> int:
        scene = self._clouds.find(opened.scene, frame)
        if scene is None:
            return 0
        reach = float(np.hypot(*box.size_lwh_m[:2])) / 2.0 + 0.1
        return int(box.contains(scene.near(box.center[:2], reach)).sum())

    def _bettered(
        self, drive: Drive, subject: Subject, boxes: dict[int, Box], done: Extension, body: wire.ExtendRequest
    ) -> tuple[list[wire.ProposedCuboid], list[wire.ProposedCuboid]]:
        """All frames taken together; the keys stay unless they may be revised too."""
        from autolabel.follow import as_it_is, better

        found = {followed.frame_index: followed.fitted for followed in done.found}
        if not body.track.is_static and found:
            together = boxes | {frame: fitted.box for frame, fitted in found.items()}
            together = better(drive, together, subject, held=() if body.revise else tuple(boxes))
        else:
            together = {frame: fitted.box for frame, fitted in found.items()}
        cuboids = []
        for frame in sorted(found):
            scene = drive.cloud(frame)
            fitted = found[frame] if scene is None else as_it_is(scene, together[frame], subject)
            cuboids.append(cuboid_view(frame, fitted))
        revised = []
        for frame in sorted(boxes):
            scene = drive.cloud(frame)
            if frame in together and together[frame] != boxes[frame] and scene is not None:
                revised.append(cuboid_view(frame, as_it_is(scene, together[frame], subject)))
        return cuboids, revised

    def _drive(self, opened: Opened) -> Drive:
        from autolabel.follow import Drive

        scene = opened.scene
        return Drive(scene.frame_times_ns, scene.trajectory, lambda frame: self._clouds.find(scene, frame))

    def _others(self, opened: Opened, track_id: str) -> OthersIn:
        """The cuboids of all other stored tracks, by frame, with the number or category that people know them by."""
        from labels import Resolver

        stored = self._learnt.labels_now(opened.scene_id, opened.revision)
        resolver = Resolver(stored, opened.scene.frame_times_ns, opened.scene.trajectory)

        def others(frame: int) -> Sequence[tuple[str, Box]]:
            found = [item.cuboid for item in resolver.frame(frame) if item.cuboid.track_id != track_id]
            return [(_name(stored.tracks[cuboid.track_id]), cuboid.box_ego) for cuboid in found]

        return others


def _name(track: Track) -> str:
    return f"{track.category} {track.external_id}" if track.external_id else track.category


def _records(opened: Opened, body: wire.TrackRequest) -> tuple[Track, list[Cuboid]]:
    """The track and its keys, by frame; raises ``InvalidError`` or ``RecordError`` where they contradict themselves."""
    from labels.records import decode_cuboid, decode_track

    track = decode_track(body.track.model_dump())
    keys = [decode_cuboid(key.model_dump(), f"keys[{place}]") for place, key in enumerate(body.keys)]
    keys.sort(key=lambda key: key.frame_index)
    frames = [key.frame_index for key in keys]
    if frames[-1] >= len(opened.scene.frames):
        raise InvalidError(f"the scene has no frame {frames[-1]}; its last is {len(opened.scene.frames) - 1}")
    if len(set(frames)) != len(frames):
        raise InvalidError("keys: a track has at most one key a frame")
    if any(key.track_id != track.id for key in keys):
        raise InvalidError(f"keys: all must belong to track {track.id}")
    return track, keys


def _label_set(track: Track, keys: Sequence[Cuboid]) -> LabelSet:
    from labels import LabelSet

    return LabelSet(tracks={track.id: track}, cuboids={key.id: key for key in keys})


def _boxes(opened: Opened, track: Track, keys: Sequence[Cuboid]) -> dict[int, Box]:
    """The track's box in every frame of its life."""
    from labels import Timeline

    timeline = Timeline(_label_set(track, keys), opened.scene.frame_times_ns, opened.scene.trajectory)
    found = ((frame, timeline.at(track.id, frame)) for frame in timeline.life(track.id))
    return {frame: resolved.cuboid.box_ego for frame, resolved in found if resolved is not None}


def _motion_view(track_id: str, verdict: MotionVerdict) -> wire.TrackMotion:
    """A verdict with a code for its sentence."""
    measured = {
        "moved_m": round(verdict.moved_m, 2),
        "spread_m": round(verdict.spread_m, 2),
        "allowed_m": round(verdict.allowed_m, 2),
        "duration_s": round(verdict.duration_s, 1),
    }
    return wire.TrackMotion(
        track_id=track_id,
        motion=verdict.motion,
        reason=wire.Reason(code=verdict.code, values=dict(measured), sentence=verdict.reason),
        moved_m=verdict.moved_m,
    )
