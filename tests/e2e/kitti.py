"""KITTI's files read with nothing but numpy, so that the browser tests do not judge Truebox by its own code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

NEAR_M = 0.05
EDGES = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))


def read_calib(path: Path) -> dict[str, Matrix]:
    """Every row of numbers of a calibration file by its key without colon."""
    table: dict[str, Matrix] = {}
    for line in path.read_text().splitlines():
        key, *words = line.replace(":", " ").split() or [""]
        try:
            table[key] = np.array([float(word) for word in words])
        except ValueError:  # a date
            continue
    return table


def homogeneous(values: Matrix) -> Matrix:
    """A (4, 4) matrix of 9 or 12 numbers."""
    matrix = np.eye(4)
    if values.size == 9:
        matrix[:3, :3] = values.reshape(3, 3)
    else:
        matrix[:3] = values.reshape(3, 4)
    return matrix


@dataclass(frozen=True)
class Calib:
    """The way from ego (the IMU) to the rectified frame and to the pixels of cameras."""

    rect_from_ego: Matrix
    projections: dict[str, Matrix]

    @classmethod
    def of_raw(cls, folder: Path) -> Calib:
        """From the three files of a day."""
        cams, velo, imu = (
            read_calib(folder / f"calib_{name}.txt") for name in ("cam_to_cam", "velo_to_cam", "imu_to_velo")
        )
        cam_from_velo = homogeneous(np.column_stack([velo["R"].reshape(3, 3), velo["T"]]))
        velo_from_imu = homogeneous(np.column_stack([imu["R"].reshape(3, 3), imu["T"]]))
        projections = {f"image_0{i}": cams[f"P_rect_0{i}"].reshape(3, 4) for i in range(4)}
        return cls(homogeneous(cams["R_rect_00"]) @ cam_from_velo @ velo_from_imu, projections)

    @classmethod
    def of_tracking(cls, path: Path) -> Calib:
        """From a file of the tracking set, in either dialect."""
        table = read_calib(path)

        def find(*keys: str) -> Matrix:
            return homogeneous(next(table[key] for key in keys if key in table))

        rect_from_velo = find("R0_rect", "R_rect") @ find("Tr_velo_to_cam", "Tr_velo_cam")
        rect_from_ego = rect_from_velo @ find("Tr_imu_to_velo", "Tr_imu_velo")
        return cls(rect_from_ego, {f"image_0{i}": table[f"P{i}"].reshape(3, 4) for i in range(4) if f"P{i}" in table})

    def edges_px(self, corners_ego: Matrix, camera: str) -> list[Matrix]:
        """Each edge of a box, given by its corners (8, 3), as pixels (2, 2), cut at the near plane."""
        projection = self.projections[camera] @ self.rect_from_ego
        corners = np.column_stack([corners_ego, np.ones(8)]) @ projection.T
        edges = []
        for start, end in EDGES:
            a, b = corners[start], corners[end]
            if max(a[2], b[2]) < NEAR_M:
                continue
            if a[2] < NEAR_M:
                a = a + (NEAR_M - a[2]) / (b[2] - a[2]) * (b - a)
            if b[2] < NEAR_M:
                b = b + (NEAR_M - b[2]) / (a[2] - b[2]) * (a - b)
            edges.append(np.stack([a[:2] / a[2], b[:2] / b[2]]))
        return edges


@dataclass(frozen=True)
class Row:
    """A row of a tracking label file."""

    frame: int
    track: int
    category: str
    truncated: float
    occluded: int
    alpha: float
    bbox: tuple[float, float, float, float]
    size_hwl: tuple[float, float, float]
    location: tuple[float, float, float]
    rotation_y: float

    @classmethod
    def parse(cls, line: str) -> Row:
        """From 17 words."""
        words = line.split()
        if len(words) != 17:
            raise ValueError(f"a row must have 17 words, got {len(words)}: {line}")
        numbers = [float(word) for word in (*words[3:4], *words[5:])]
        truncated, alpha, left, top, right, bottom, h, w, length, x, y, z, ry = numbers
        return cls(
            int(words[0]), int(words[1]), words[2], truncated, int(float(words[4])), alpha, (left, top, right, bottom),
            (h, w, length), (x, y, z), ry,
        )  # fmt: skip

    @property
    def rect_from_object(self) -> Matrix:
        """Where the geometric centre is and how the box is turned: x along the length, z up, in the rectified frame."""
        cos, sin = np.cos(self.rotation_y), np.sin(self.rotation_y)
        matrix = np.eye(4)
        # Columns: the object's forward, left and up in camera axes (x right, y down, z ahead).
        matrix[:3, 0] = (cos, 0.0, -sin)
        matrix[:3, 1] = (sin, 0.0, cos)
        matrix[:3, 2] = (0.0, -1.0, 0.0)
        matrix[:3, 3] = np.array(self.location) - (0.0, self.size_hwl[0] / 2, 0.0)
        return matrix


def read_rows(text: str) -> list[Row]:
    """All labeled rows, without DontCare."""
    rows = [Row.parse(line) for line in text.splitlines() if line.strip()]
    return [row for row in rows if row.category != "DontCare"]
