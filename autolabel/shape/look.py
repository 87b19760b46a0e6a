"""An object as one sweep shows it, in the coordinates of its own box."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geometry.arrays import Float32Array, FloatArray

AROUND = 0.15
"""What is this near to a box, as a share of its sides, is looked at too: ends and sides are rarely quite right."""
FEWEST_POINTS = 5
"""With fewer points there is nothing to be seen."""
MOST_POINTS = 2048
"""Of more points, so many of all parts of the sweep tell as much."""
HALF_TURN = np.array([-1.0, -1.0, 1.0], np.float32)


@dataclass(frozen=True, eq=False)
class Look:
    """The points in and just around a box.

    Attributes:
        points: (N, 3) along, across and up, as shares of the box's sides from its centre: -0.5 … 0.5 is inside.
        size_lwh_m: (3,) the box's sides.
        sensor_m: (2,) where it is seen from, along and across the box from its centre.
    """

    points: Float32Array
    size_lwh_m: FloatArray
    sensor_m: FloatArray

    def turned(self) -> Look:
        """The same object in a box whose front and rear are swapped."""
        return replace(self, points=self.points * HALF_TURN, sensor_m=-self.sensor_m)

    @property
    def is_seen(self) -> bool:
        """Whether there are points enough to look at."""
        return len(self.points) >= FEWEST_POINTS


def look_at(points: Float32Array, box: FloatArray, sensor_xy: FloatArray) -> Look:
    """What a sweep shows of a box.

    Args:
        points: (N, 3+) x, y, z in metres.
        box: (7,) upright, in the same frame.
        sensor_xy: (2,) where the points are seen from, there too.
    """
    reach_m = (0.5 + AROUND) * float(np.hypot(box[3], box[4]))
    near = points[(np.abs(points[:, 0] - box[0]) <= reach_m) & (np.abs(points[:, 1] - box[1]) <= reach_m)]
    cos, sin = np.cos(box[6]), np.sin(box[6])
    box_from_ego = np.array([[cos, sin], [-sin, cos]])
    shares = np.column_stack([(near[:, :2] - box[:2]) @ box_from_ego.T, near[:, 2] - box[2]]) / box[3:6]
    inside = np.flatnonzero((np.abs(shares) <= 0.5 + AROUND).all(axis=1))
    if len(inside) > MOST_POINTS:
        inside = inside[np.linspace(0, len(inside) - 1, MOST_POINTS).astype(np.int64)]
    return Look(shares[inside].astype(np.float32), box[3:6], box_from_ego @ (sensor_xy - box[:2]))
