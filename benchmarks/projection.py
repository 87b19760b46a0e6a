"""Points and cuboids into five cameras, beside OpenCV's projectPoints in the same run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.clouds import resized, simulated_cloud
from benchmarks.timing import interleaved_ms
from calibration import Pinhole
from fusion import project_hulls, project_points
from geometry import SE3, Box
from geometry.arrays import FloatArray

NAME = "projection"
Rig = Sequence[tuple[SE3, Pinhole]]
CAMERA_YAWS_DEG = (0.0, 55.0, -55.0, 110.0, -110.0)
CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
OPTICS = (721.54, 721.54, 609.56, 172.85, 1242, 375)


def run(*, points: int = 120_000, cuboids: int = 10_000, rounds: int = 9) -> dict[str, float | int | str | None]:
    """Ratios above 1 mean that ours is the faster, although only ours minds the near plane and the image's border."""
    points_ego = resized(simulated_cloud(), points).xyz.astype(np.float64)
    corners_ego = np.concatenate([box.corners() for box in _boxes(cuboids)])
    rig = _rig(Pinhole(*OPTICS))
    return {
        "points": points,
        "cuboids": cuboids,
        "cameras": len(rig),
        **_compare_points(points_ego, rig, rounds),
        **_compare_cuboids(corners_ego, rig, rounds),
    }


def _compare_points(points_ego: FloatArray, rig: Rig, rounds: int) -> dict[str, float]:
    times_ms = interleaved_ms(
        {
            "ours": lambda: [project_points(points_ego, cam_from_ego, camera) for cam_from_ego, camera in rig],
            "opencv": lambda: _opencv(points_ego, rig),
        },
        rounds=rounds,
    )
    return _ratio("points", times_ms) | {"points_max_difference_px": _max_difference_px(points_ego, rig)}


def _compare_cuboids(corners_ego: FloatArray, rig: Rig, rounds: int) -> dict[str, float]:
    times_ms = interleaved_ms(
        {
            "ours": lambda: [
                project_hulls(cam_from_ego.apply(corners_ego).reshape(-1, 8, 3), camera) for cam_from_ego, camera in rig
            ],
            "opencv": lambda: [
                _hulls(uv, camera) for uv, (_, camera) in zip(_opencv(corners_ego, rig), rig, strict=True)
            ],
        },
        rounds=rounds,
    )
    return _ratio("cuboids", times_ms)


def _ratio(name: str, times_ms: dict[str, float]) -> dict[str, float]:
    return {
        f"{name}_ms": times_ms["ours"],
        f"{name}_opencv_ms": times_ms["opencv"],
        f"{name}_times_opencv": times_ms["opencv"] / times_ms["ours"],
    }


def _rig(camera: Pinhole) -> list[tuple[SE3, Pinhole]]:
    rig = []
    for yaw_deg in CAMERA_YAWS_DEG:
        looking = SE3.from_yaw(np.deg2rad(yaw_deg), [0.9, 0.0, 0.7]) @ SE3(CAM_FROM_FORWARD.T, np.zeros(3))
        rig.append((looking.inverse(), camera))
    return rig


def _boxes(count: int) -> list[Box]:
    rng = np.random.default_rng(3)
    centers = rng.uniform([-80, -80, -1], [80, 80, 1], (count, 3))
    return [
        Box.from_yaw(center, (4.2, 1.8, 1.6), yaw)
        for center, yaw in zip(centers, rng.uniform(-np.pi, np.pi, count), strict=True)
    ]


def _opencv(points_ego: FloatArray, rig: Rig) -> list[FloatArray]:
    import cv2

    projected = []
    for cam_from_ego, camera in rig:
        intrinsics = np.array([[camera.fx_px, 0, camera.cx_px], [0, camera.fy_px, camera.cy_px], [0, 0, 1.0]])
        turn, _ = cv2.Rodrigues(cam_from_ego.rotation)
        uv, _ = cv2.projectPoints(points_ego, turn, cam_from_ego.translation, intrinsics, None)
        projected.append(np.asarray(uv, dtype=np.float64).reshape(-1, 2))
    return projected


def _hulls(uv: FloatArray, camera: Pinhole) -> tuple[FloatArray, FloatArray]:
    """2D boxes around OpenCV's corners, and clipped to the image; wrong where a corner is behind the camera."""
    corners = uv.reshape(-1, 8, 2)
    ltrb = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    return ltrb, np.clip(ltrb, 0.0, [camera.width_px - 1.0, camera.height_px - 1.0] * 2)


def _max_difference_px(points_ego: FloatArray, rig: Rig) -> float:
    """Over all points that a camera sees."""
    worst = 0.0
    for (cam_from_ego, camera), theirs in zip(rig, _opencv(points_ego, rig), strict=True):
        ours, _, inside = project_points(points_ego, cam_from_ego, camera)
        worst = max(worst, float(np.abs(ours[inside] - theirs[inside]).max(initial=0.0)))
    return worst
