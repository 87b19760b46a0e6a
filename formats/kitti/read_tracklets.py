"""Tracklets of a raw drive as Truebox records."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from scipy.spatial.transform import Rotation

from formats.format import LabelReading
from formats.given import cuboid_fingerprint
from formats.kitti.calib import LIDAR
from formats.kitti.records_from_rows import CONFIRMED_BY
from formats.kitti.taxonomy import OCCLUDED
from formats.kitti.tracklets import POSE_FLAGS, Tracklet, TrackletPose, read_tracklets
from formats.listing import Listing
from fusion import Problem, Scene
from geometry import SE3
from labels import Cuboid, LabelSet, Track
from labels.label_set import AttributeValue

TRACKLETS = "tracklet_labels.xml"
SOURCE = "imported:kitti-raw"
FLAGS = "kitti.tracklet"
"""The pose's flags as they came, in the order of ``POSE_FLAGS``."""
FLAGS_GIVEN_FOR = "kitti.given_for"
SITTING = ("Person (sitting)", "Person_sitting")
"""The raw data's name and that of the label sets."""


def read_drive_labels(scene: Scene) -> LabelReading:
    """Read ``tracklet_labels.xml`` beside a scene; empty where there is none, bad tracklets become problems."""
    path = scene.path / TRACKLETS
    listing = Listing(root=scene.path.parent, base=scene.path)
    if not listing.file(path):
        return LabelReading(LabelSet(), tuple(listing.problems))
    reading = read_tracklets(path)
    listing.problems += [Problem.of(error, scene.path) for error in reading.errors]
    tracks: dict[str, Track] = {}
    cuboids: dict[str, Cuboid] = {}
    for number, tracklet in enumerate(reading.tracklets):
        if tracklet.first_frame + len(tracklet.poses) > len(scene.frames):
            last = tracklet.first_frame + len(tracklet.poses) - 1
            listing.complain(path, f"tracklet {number}: expected frames below {len(scene.frames)}, found up to {last}")
            continue
        track = _track(scene, number, tracklet)
        tracks[track.id] = track
        made = (_cuboid(scene, track, tracklet, index) for index in range(len(tracklet.poses)))
        cuboids |= {cuboid.id: cuboid for cuboid in made}
    return LabelReading(LabelSet(tracks=tracks, cuboids=cuboids), tuple(listing.problems))


def tracklet_frame_count(path: Path) -> int:
    """One more than the highest frame that tracklets reach."""
    return max((item.first_frame + len(item.poses) for item in read_tracklets(path).tracklets), default=0)


def _track(scene: Scene, number: int, tracklet: Tracklet) -> Track:
    category = SITTING[1] if tracklet.object_type == SITTING[0] else tracklet.object_type
    last_frame = tracklet.first_frame + len(tracklet.poses) - 1
    return Track(_uuid(scene, "track", number), category, tracklet.first_frame, last_frame, external_id=str(number))


def _cuboid(scene: Scene, track: Track, tracklet: Tracklet, index: int) -> Cuboid:
    pose, frame_index = tracklet.poses[index], tracklet.first_frame + index
    height, width, length = tracklet.size_hwl
    ego_from_object = scene.rig.ego_from_sensor[LIDAR] @ _velodyne_from_object(pose, height)
    size_lwh_m = np.array([length, width, height])
    cuboid_id = _uuid(scene, f"cuboid/{track.external_id}", frame_index)
    cuboid = Cuboid(cuboid_id, track.id, frame_index, ego_from_object, size_lwh_m)
    attributes: dict[str, AttributeValue] = {
        FLAGS: " ".join(f"{flag:g}" for flag in pose.flags),
        FLAGS_GIVEN_FOR: cuboid_fingerprint(cuboid, track.category),
    }
    occlusion = pose.flags[POSE_FLAGS.index("occlusion")]
    if occlusion in (0, 1, 2):
        attributes[OCCLUDED] = int(occlusion)
    return Cuboid(
        cuboid_id,
        track.id,
        frame_index,
        ego_from_object,
        size_lwh_m,
        source=SOURCE,
        confirmed_by=CONFIRMED_BY,
        attributes=attributes,
    )


def _velodyne_from_object(pose: TrackletPose, height_m: float) -> SE3:
    rotation = Rotation.from_euler("xyz", pose.angles_rad).as_matrix()
    return SE3(rotation, np.array(pose.bottom_velodyne) + rotation @ (0.0, 0.0, height_m / 2.0))


def _uuid(scene: Scene, kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"truebox:kitti-raw/{scene.name}/{kind}/{number}"))
