"""A detector of your own behind Truebox's HTTP contract: clusters of points above the ground become boxes.

Start it, then let it propose::

    python examples/01_external_detector.py --port 8700
    truebox autolabel run ~/kitti/training --detector http://127.0.0.1:8700/detect --out ~/labelled

Put your own network where `find_boxes` is; docs/external-models.md has the contract.
"""

from __future__ import annotations

import argparse
from typing import Annotated, Any, Literal

import numpy as np
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, label, minimum

BYTES_A_POINT = 16
MOST_POINTS = 5_000_000
RANGE_M, CELL_M, GROUND_CELL_M = 60.0, 0.25, 4.0
ABOVE_GROUND_M = (0.3, 3.0)
LEAST_POINTS = 15
KINDS = (("Car", (3.0, 1.3, 1.2), (5.5, 2.3, 2.3)), ("Pedestrian", (0.2, 0.2, 1.2), (1.2, 1.2, 2.1)))
"""Each category with the least and the largest length, width and height of what counts as one."""

Points = NDArray[np.float32]

app = FastAPI(title="A detector by clusters")


@app.post("/detect")
async def detect(
    request: Request,
    truebox_contract: Annotated[Literal["1"], Header()],
    truebox_points: Annotated[int, Header(ge=0, le=MOST_POINTS)],
) -> dict[str, Any]:
    """Points of one frame in, boxes out."""
    body = await request.body()
    if len(body) != truebox_points * BYTES_A_POINT:
        raise HTTPException(400, f"expected {truebox_points} points of {BYTES_A_POINT} bytes, found {len(body)} bytes")
    points = np.frombuffer(body, "<f4").reshape(-1, 4)
    return {"version": int(truebox_contract), "boxes": await run_in_threadpool(find_boxes, points)}


def find_boxes(points: Points) -> list[dict[str, Any]]:
    """Boxes around clusters of (N, 4) points x, y, z, intensity in ego that are as large as something known."""
    near = points[np.abs(points[:, :2]).max(axis=1) < RANGE_M]
    if not len(near):
        return []
    ground = ground_below(near)
    above = near[:, 2] - ground
    is_object = (above > ABOVE_GROUND_M[0]) & (above < ABOVE_GROUND_M[1])
    boxes = []
    for cluster, ground_z in clusters(near[is_object], ground[is_object]):
        box = box_around(cluster, ground_z)
        if box is not None:
            boxes.append(box)
    return boxes


def ground_below(points: Points) -> NDArray[np.float64]:
    """(N,) the height of the lowest point in the neighbourhood of each point."""
    cells = ((points[:, :2] + RANGE_M) // GROUND_CELL_M).astype(int)
    side = int(2 * RANGE_M / GROUND_CELL_M) + 1
    number = cells[:, 0] * side + cells[:, 1]
    lowest = np.asarray(minimum(points[:, 2], number, np.arange(side * side)), float)
    below: NDArray[np.float64] = lowest[number]
    return below


def clusters(points: Points, ground: NDArray[np.float64]) -> list[tuple[Points, float]]:
    """Groups of points whose cells touch, seen from above, each with the height of the ground below it."""
    side = int(2 * RANGE_M / CELL_M) + 1
    cells = ((points[:, :2] + RANGE_M) / CELL_M).astype(int)
    taken = np.zeros((side, side), bool)
    taken[cells[:, 0], cells[:, 1]] = True
    groups, _ = label(binary_dilation(taken), np.ones((3, 3)))
    group = groups[cells[:, 0], cells[:, 1]]
    order = np.argsort(group, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    return [(points[part], float(ground[part].min())) for part in parts if len(part) >= LEAST_POINTS]


def box_around(cluster: Points, ground_z: float) -> dict[str, Any] | None:
    """The smallest upright box around a cluster, from the ground up; None where nothing known has its size."""
    best = min((rectangle(cluster, yaw) for yaw in np.radians(np.arange(0.0, 90.0, 3.0))), key=lambda each: each[0])
    _, (x, y), (length, width), yaw = best
    if width > length:
        length, width, yaw = width, length, yaw + np.pi / 2.0
    height = float(cluster[:, 2].max()) - ground_z
    size = (length, width, height)
    for category, least, most in KINDS:
        if all(low <= side <= high for low, side, high in zip(least, size, most, strict=True)):
            score = min(0.3 + 0.002 * len(cluster), 0.9)
            center = [x, y, ground_z + height / 2.0]
            return {"center": center, "size_lwh": list(size), "yaw": yaw, "category": category, "score": score}
    return None


def rectangle(cluster: Points, yaw: float) -> tuple[float, tuple[float, float], tuple[float, float], float]:
    """How badly a rectangle of that heading fits, its middle, its length and width, its heading."""
    ahead, left = np.array([np.cos(yaw), np.sin(yaw)]), np.array([-np.sin(yaw), np.cos(yaw)])
    along, across = cluster[:, :2] @ ahead, cluster[:, :2] @ left
    sides = np.array([np.ptp(along), np.ptp(across)])
    middle = ahead * (along.max() + along.min()) / 2.0 + left * (across.max() + across.min()) / 2.0
    # Lidars see sides: points lie near the edges of the right rectangle.
    to_edge = np.minimum(
        np.minimum(along - along.min(), along.max() - along), np.minimum(across - across.min(), across.max() - across)
    )
    length, width = map(float, np.maximum(sides, 0.2))
    return float(to_edge.mean()), (float(middle[0]), float(middle[1])), (length, width), float(yaw)


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8700, help="0 takes a free one")
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    main()
