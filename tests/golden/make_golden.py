"""The numbers that the Python geometry and its TypeScript twin must agree on, written to ``tests/data/golden``.

Run ``python tests/golden/make_golden.py`` after a wanted change; both test suites read the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from calibration import BrownConrady, CameraModel, KannalaBrandt, Pinhole, SensorRig
from formats.given import cuboid_fingerprint
from fusion import CameraImage, Frame, Scene
from fusion.project import ProjectedBox, best_camera, project_box
from geometry import SE3, Box, Trajectory, interpolate_se3
from labels.label_set import Cuboid, ImageBox, LabelSet, Track
from labels.records import encode_cuboid, encode_se3, encode_track
from labels.resolve import Resolver
from quality import run_checks
from quality.check_context import CheckContext
from tests.golden.track_edit_cases import track_edit_cases
from tests.golden.wire_cases import wire_cases

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "golden"
Json = dict[str, Any]


def se3_cases() -> Json:
    """Compositions, inverses, points and interpolations of random transforms."""
    rng = np.random.default_rng(1)
    return {"cases": [_se3_case(_random_se3(rng), _random_se3(rng), rng) for _ in range(12)] + [_near_identity(rng)]}


def _se3_case(first: SE3, second: SE3, rng: np.random.Generator) -> Json:
    point = rng.uniform(-50, 50, 3)
    fraction = float(rng.uniform())
    return {
        "a": encode_se3(first),
        "b": encode_se3(second),
        "point": point.tolist(),
        "a_b": encode_se3(first @ second),
        "a_inverse": encode_se3(first.inverse()),
        "a_point": first.apply(point).tolist(),
        "a_yaw_rad": first.yaw_rad,
        "a_rotation": first.rotation.ravel().tolist(),
        "fraction": fraction,
        "a_to_b": encode_se3(interpolate_se3(first, second, fraction)),
    }


def _near_identity(rng: np.random.Generator) -> Json:
    return _se3_case(SE3.from_yaw(1e-9, [0.0, 0.0, 0.0]), SE3.from_yaw(-1e-9, [1e-9, 0.0, 0.0]), rng)


def _random_se3(rng: np.random.Generator) -> SE3:
    quat = rng.normal(size=4)
    return SE3.from_quat_wxyz(quat / np.linalg.norm(quat), rng.uniform(-50, 50, 3))


def box_cases() -> Json:
    """Corners, headings and which points lie inside."""
    rng = np.random.default_rng(2)
    return {"cases": [_box_case(_random_box(rng), rng) for _ in range(8)]}


def _box_case(box: Box, rng: np.random.Generator) -> Json:
    points = box.frame_from_object.apply(rng.uniform(-0.8, 0.8, (20, 3)) * box.size_lwh_m)
    return {
        "box": _box_json(box),
        "corners": box.corners().tolist(),
        "yaw_rad": box.yaw_rad,
        "tilt_rad": box.tilt_rad,
        "points": points.tolist(),
        "inside": box.contains(points).tolist(),
        "inside_with_margin": box.contains(points, margin_m=0.2).tolist(),
    }


def _random_box(rng: np.random.Generator) -> Box:
    return Box(_random_se3(rng), rng.uniform(0.3, 12.0, 3))


def projection_cases() -> Json:
    """Cuboids before, beside, half behind and behind a camera."""
    rig = _rig_around()
    as_json = [_camera_json(name, camera, rig.cam_from_ego(name)) for name, camera in rig.cameras.items()]
    return {"cameras": as_json, "cases": [_projection_case(box, rig) for box in _boxes_around()]}


def _rig_around() -> SensorRig:
    """Every camera model, looking ahead and to the sides."""
    barrel, prism = (
        (-0.3, 0.08, 0.001, -0.002, 0.01),
        (0.9, 0.2, -6e-4, 2e-4, 0.01, 1.25, 0.4, 0.03, 1e-3, 0.0, 2e-3, 0.0),
    )
    cameras: dict[str, CameraModel] = {
        "front": Pinhole(721.5, 721.5, 609.6, 172.9, 1242, 375),
        "left": Pinhole(500.0, 510.0, 400.0, 300.0, 800, 600),
        "barrel": BrownConrady(500.0, 510.0, 400.0, 300.0, 800, 600, coefficients=barrel),
        "prism": BrownConrady(500.0, 510.0, 400.0, 300.0, 800, 600, coefficients=prism),
        "fisheye": KannalaBrandt(260.0, 261.0, 400.0, 300.0, 800, 600, coefficients=(-0.15, 0.0, 0.0, 0.0)),
        "wide": KannalaBrandt(200.0, 201.0, 400.0, 300.0, 800, 600, coefficients=(0.01, 0.002, -1e-4, 0.0)),
    }
    # Camera axes (right, down, forward) in ego axes (forward, left, up).
    cam_axes = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
    cam_from_ego = {
        "front": SE3(cam_axes, np.array([0.06, 1.6, -0.3])),
        "left": SE3(cam_axes, np.array([0.0, 1.2, 0.1])) @ SE3.from_yaw(-1.4, [0.0, 0.0, 0.0]),
        "barrel": SE3(cam_axes, np.array([0.0, 1.2, 0.1])) @ SE3.from_yaw(-1.2, [0.0, 0.0, 0.0]),
        "prism": SE3(cam_axes, np.array([0.2, 1.1, 0.1])) @ SE3.from_yaw(0.9, [0.0, 0.0, 0.0]),
        "fisheye": SE3(cam_axes, np.array([0.2, 1.1, 0.1])) @ SE3.from_yaw(0.3, [0.0, 0.0, 0.0]),
        "wide": SE3(cam_axes, np.array([0.0, 0.9, 0.2])) @ SE3.from_yaw(2.8, [0.0, 0.0, 0.0]),
    }
    return SensorRig(
        ego_from_sensor={name: transform.inverse() for name, transform in cam_from_ego.items()},
        cameras=cameras,
        lidars=(),
        clock_offset_ns={},
        images_are="raw",
    )


def _boxes_around() -> list[Box]:
    car = (4.2, 1.8, 1.6)
    placed = [
        (20.0, 3.0, 0.1),
        (8.0, -5.0, -0.5),
        (4.0, 3.5, 0.0),
        (1.0, 2.2, 0.0),
        (0.5, -1.5, 0.0),
        (-12.0, 0.0, 0.0),
    ]
    placed += [(60.0, -40.0, 1.0), (0.0, 9.0, 0.0), (-1.0, 4.0, 0.5), (2.0, 0.0, -1.0)]
    upright = [Box.from_yaw(center, car, 0.4 * index - 1.5) for index, center in enumerate(placed)]
    tilted = Box(
        SE3.from_quat_wxyz(np.array([0.9, 0.1, -0.2, 0.374165738677]), np.array([12.0, -1.0, 0.4])),
        np.array([3.0, 1.0, 2.0]),
    )
    return [*upright, tilted]


def _projection_case(box: Box, rig: SensorRig) -> Json:
    seen = {
        name: _projected_json(project_box(box.transform(rig.cam_from_ego(name)), camera))
        for name, camera in rig.cameras.items()
    }
    return {"box": _box_json(box), "projected": seen, "best_camera": best_camera(box, rig)}


def _projected_json(projected: ProjectedBox | None) -> Json | None:
    if projected is None:
        return None
    return {
        "edges": [uv.tolist() for uv in projected.edges_uv],
        "edge_indices": list(projected.edge_indices),
        "proj_ltrb_px": list(projected.proj_ltrb_px),
        "trunc_ltrb_px": None if projected.trunc_ltrb_px is None else list(projected.trunc_ltrb_px),
        "truncation": projected.truncation,
    }


def difference_cases() -> Json:
    """2D boxes off their cuboids' outlines by nothing, a little and much, and what the checks say of them."""
    rng = np.random.default_rng(4)
    rig = _rig_around()
    frames = tuple(
        Frame(
            index,
            index * 100_000_000,
            (),
            tuple(CameraImage(name, index * 100_000_000, Path("x")) for name in rig.cameras),
        )
        for index in range(DIFFERENCE_FRAMES)
    )
    scene = Scene("golden", Path("golden"), "native", rig, frames)
    tracks = {name: Track(name, name, 0, DIFFERENCE_FRAMES - 1) for name in ("Car", "Van", "Pedestrian")}
    cuboids = [
        replace(_key(name, index, float(rng.uniform(-3, 3)), _place(rng), SIZES[name]), id=f"{name}-{index}")
        for name in tracks
        for index in range(DIFFERENCE_FRAMES)
    ]
    labels = LabelSet(tracks=tracks, cuboids={cuboid.id: cuboid for cuboid in cuboids})
    boxes = {box.id: box for box in _boxes_off(CheckContext(scene, labels), rng)}
    found = run_checks(
        scene, replace(labels, image_boxes=boxes), ("edge_difference", "tight_outside"), with_points=False
    )
    worst = {(finding.label_ids[-1], finding.rule): finding.details for finding in found}
    return {
        "cameras": [_camera_json(name, camera, rig.cam_from_ego(name)) for name, camera in rig.cameras.items()],
        "cuboids": [encode_cuboid(cuboid) for cuboid in cuboids],
        "cases": [
            {
                "frame_index": box.frame_index,
                "camera": box.camera,
                "kind": box.kind,
                "track_id": box.track_id,
                "ltrb_px": list(box.ltrb_px),
                "worst": {rule: _difference_json(worst.get((box.id, rule))) for rule in DIFFERENCE_RULES},
            }
            for box in boxes.values()
        ],
    }


DIFFERENCE_FRAMES = 10
DIFFERENCE_RULES = ("edge_difference", "tight_outside")
SIZES = {"Car": (4.2, 1.8, 1.6), "Van": (5.2, 2.0, 2.2), "Pedestrian": (0.8, 0.6, 1.8)}


def _place(rng: np.random.Generator) -> tuple[float, float, float]:
    angle, away = rng.uniform(-np.pi, np.pi), rng.uniform(4.0, 25.0)
    return (float(away * np.cos(angle)), float(away * np.sin(angle)), float(rng.uniform(-0.8, 0.4)))


def _boxes_off(context: CheckContext, rng: np.random.Generator) -> list[ImageBox]:
    boxes: list[ImageBox] = []
    for camera in context.scene.rig.cameras:
        trunc = context.view(camera).trunc_ltrb_px
        for placed in context.placed:
            if np.isnan(trunc[placed.row, 0]):
                continue
            kind = ("tight", "given")[int(rng.integers(2))]
            off = rng.choice([0.0, 0.0, 0.0, 1.0, -2.5, 4.0, -12.0], 4)
            left, top, right, bottom = trunc[placed.row] + off
            if left < right and top < bottom:
                ltrb_px = (float(left), float(top), float(right), float(bottom))
                frame, track = placed.frame_index, placed.track.id
                boxes.append(ImageBox(f"{camera}-{track}-{frame}", frame, camera, ltrb_px, kind, track))  # type: ignore[arg-type]
    return boxes


def _difference_json(details: Mapping[str, Any] | None) -> Json | None:
    return None if details is None else {key: details[key] for key in ("side", "difference_px", "tolerance_px")}


def _camera_json(name: str, camera: CameraModel, cam_from_ego: SE3) -> Json:
    models = {Pinhole: "pinhole", BrownConrady: "brown_conrady", KannalaBrandt: "kannala_brandt"}
    numbers = ("width_px", "height_px", "fx_px", "fy_px", "cx_px", "cy_px")
    return {
        "name": name,
        "model": models[type(camera)],
        **{number: getattr(camera, number) for number in numbers},
        "distortion": list(getattr(camera, "coefficients", ())),
        "max_angle_rad": camera.max_angle_rad,
        "cam_from_ego": encode_se3(cam_from_ego),
        "images_are": "raw",
    }


def fingerprint_cases() -> Json:
    """What a 2D box of an import keeps of the cuboid that it was given for."""
    rng = np.random.default_rng(5)
    places = [SE3.identity(), SE3.from_yaw(-np.pi / 2, [1.0, -2.0, 0.0]), *(_random_se3(rng) for _ in range(6))]
    names = ("Car", "Pedestrian", "보행자", "Person_sitting")
    cuboids = [
        Cuboid(str(index), "t", 0, place, np.array([4.2, 1.8, 1.6]) if index < 2 else rng.uniform(0.1, 9, 3))
        for index, place in enumerate(places)
    ]
    return {
        "cases": [
            {
                "box": {key: encode_cuboid(cuboid)[key] for key in ("ego_from_object", "size_lwh_m")},
                "category": names[index % len(names)],
                "fingerprint": cuboid_fingerprint(cuboid, names[index % len(names)]),
            }
            for index, cuboid in enumerate(cuboids)
        ]
    }


def interpolation_cases() -> Json:
    """Tracks whose cuboids are derived in world, in ego, across the ±π heading, held, and ended."""
    # Frames that are not evenly spaced in time, along a turn.
    times_ns = [0, 100_000_000, 210_000_000, 300_000_000, 420_000_000, 500_000_000, 600_000_000, 730_000_000]
    poses = [SE3.from_yaw(0.12 * index, [1.3 * index, 0.04 * index**2, 0.01 * index]) for index in range(len(times_ns))]
    poses[4] = poses[4] @ SE3.from_quat_wxyz([0.9995, 0.02, -0.02, 0.0141456], [0.0, 0.0, 0.0])
    labels = _tracks()
    with_world = Trajectory.from_poses(times_ns, poses)
    return {
        "tracks": [encode_track(track) for track in labels.tracks.values()],
        "cuboids": [encode_cuboid(cuboid) for cuboid in labels.cuboids.values()],
        "times_ns": times_ns,
        "world_from_ego": [encode_se3(pose) for pose in poses],
        "with_poses": _resolved(Resolver(labels, times_ns, with_world), len(times_ns)),
        "without_poses": _resolved(Resolver(labels, times_ns), len(times_ns)),
    }


def _resolved(resolver: Resolver, frame_count: int) -> list[list[Json]]:
    return [
        [
            {
                "cuboid": encode_cuboid(found.cuboid),
                "is_key": found.is_key,
                "interpolated_in": found.interpolated_in,
            }
            for found in resolver.frame(frame_index)
        ]
        for frame_index in range(frame_count)
    ]


def _tracks() -> LabelSet:
    moving = Track("moving", "Car", 0, 7)
    in_ego = replace(moving, id="in_ego", interpolate_in="ego")
    static = Track("static", "Car", 1, 6, is_static=True)
    static_two = replace(static, id="static_two")
    ended = Track("ended", "Pedestrian", 0, 7, is_rigid=False)
    lone = Track("lone", "Car", 2, 2)
    tracks = (moving, in_ego, static, static_two, ended, lone)
    cuboids = [
        # The heading passes ±π: the shortest arc goes through it.
        _key("moving", 0, 3.0, (10.0, 2.0, 0.5)),
        _key("moving", 7, -2.9, (18.0, -1.0, 0.4)),
        _key("in_ego", 0, -1.0, (10.0, 2.0, 0.5)),
        _key("in_ego", 5, 1.0, (11.0, 2.5, 0.5)),
        _key("static", 3, 0.7, (25.0, -6.0, 0.2)),
        _key("static_two", 2, 0.7, (25.0, -6.0, 0.2)),
        replace(_key("static_two", 4, 0.69, (22.0, -6.2, 0.2)), ends_segment=True),
        _key("ended", 1, 0.0, (5.0, 4.0, 0.9), (0.6, 0.6, 1.7)),
        replace(_key("ended", 3, 0.2, (5.5, 4.0, 0.9), (0.8, 0.7, 1.7)), ends_segment=True),
        _key("ended", 6, 0.4, (6.5, 4.0, 0.9), (0.9, 0.7, 1.6)),
        _key("lone", 2, 1.0, (-4.0, 4.0, 0.9)),
    ]
    return LabelSet(tracks={track.id: track for track in tracks}, cuboids={cuboid.id: cuboid for cuboid in cuboids})


def _key(
    track_id: str,
    frame_index: int,
    yaw_rad: float,
    center: tuple[float, float, float],
    size_lwh_m: tuple[float, float, float] = (4.2, 1.8, 1.6),
) -> Cuboid:
    return Cuboid(
        id=f"{track_id}-{frame_index}",
        track_id=track_id,
        frame_index=frame_index,
        ego_from_object=SE3.from_yaw(yaw_rad, center),
        size_lwh_m=np.array(size_lwh_m),
        attributes={"occluded": 1},
        confirmed_by="human:local",
    )


def _box_json(box: Box) -> Json:
    return {"ego_from_object": encode_se3(box.frame_from_object), "size_lwh_m": box.size_lwh_m.tolist()}


MAKERS: Mapping[str, Callable[[], Json]] = {
    "se3": se3_cases,
    "box": box_cases,
    "projection": projection_cases,
    "interpolation": interpolation_cases,
    "edge_difference": difference_cases,
    "fingerprint": fingerprint_cases,
    "track_edits": track_edit_cases,
    "wire": wire_cases,
}


def write_golden(folder: Path = GOLDEN) -> None:
    """Write one file a subject."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MAKERS.items():
        text = json.dumps(make(), indent=1)
        # A point or a row of numbers stands on one line.
        text = re.sub(r"\[[^\[\]{}\"]*\]", lambda row: " ".join(row[0].split()), text)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_golden()
