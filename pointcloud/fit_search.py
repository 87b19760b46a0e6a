"""The box that explains the evidence best: a coarse look at all headings, then small moves of the best few."""

from __future__ import annotations

import numpy as np

from geometry.arrays import FloatArray, IntArray
from pointcloud.fit_cost import LENGTH, WIDTH, YAW, FitEvidence

OFFSETS = 6
FREE_M = 0.1
KEPT, LOOKED_AT = 6, 60
APART_M, APART_RAD = 0.4, 0.1
FIRST_STEP_M, LAST_STEP_M = 0.2, 0.012
MAX_ROUNDS = 40

ALONG, ACROSS = (1.0, 0.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0, 0.0)
TURN = (0.0, 0.0, 1.0, 0.0, 0.0)
FRONT, REAR = (0.5, 0.0, 0.0, 1.0, 0.0), (-0.5, 0.0, 0.0, 1.0, 0.0)
LEFT, RIGHT = (0.0, 0.5, 0.0, 0.0, 1.0), (0.0, -0.5, 0.0, 0.0, 1.0)
"""Moves: what a step of one metre changes along, across, in turning at the ends, in length and in width."""
ALL_MOVES = (ALONG, ACROSS, TURN, FRONT, REAR, LEFT, RIGHT)


def coarse_candidates(evidence: FitEvidence, headings_rad: FloatArray) -> FloatArray:
    """(C, 5) boxes of the expected size at all headings, from flush with the near points to flush with the far."""
    length, width = evidence.prior.size_lw_m
    points = evidence.points_xy
    cos, sin = np.cos(headings_rad), np.sin(headings_rad)
    along = np.outer(points[:, 0], cos) + np.outer(points[:, 1], sin)
    across = np.outer(points[:, 1], cos) - np.outer(points[:, 0], sin)
    u = np.repeat(_offsets(along, length), OFFSETS, axis=0)
    v = np.tile(_offsets(across, width), (OFFSETS, 1))
    yaw, one = np.broadcast_to(headings_rad, u.shape), np.ones_like(u)
    boxes = [cos * u - sin * v, sin * u + cos * v, yaw, length * one, width * one]
    return np.stack(boxes, axis=-1).reshape(-1, 5)


def _offsets(along: FloatArray, side_m: float) -> FloatArray:
    """(OFFSETS, H) middles of a box along one axis."""
    ordered = np.sort(along, axis=0)
    trimmed = int(0.03 * len(ordered))
    first, last = ordered[trimmed] + side_m / 2.0, ordered[-1 - trimmed] - side_m / 2.0
    low, high = np.minimum(first, last) - FREE_M, np.maximum(first, last) + FREE_M
    return np.asarray(low + np.linspace(0.0, 1.0, OFFSETS)[:, None] * (high - low))


def best_apart(boxes: FloatArray, costs: FloatArray) -> IntArray:
    """The cheapest few that are not nearly the same."""
    kept: list[int] = []
    for index in np.argsort(costs)[:LOOKED_AT].tolist():
        turned = np.abs(np.sin(boxes[kept, YAW] - boxes[index, YAW])) > APART_RAD
        moved = np.abs(boxes[kept, :2] - boxes[index, :2]).max(axis=1, initial=0.0) > APART_M
        if (turned | moved).all():
            kept.append(index)
            if len(kept) == KEPT:
                break
    return np.array(kept, dtype=np.int64)


def refine(
    evidence: FitEvidence, starts: FloatArray, moves: tuple[tuple[float, ...], ...] = ALL_MOVES
) -> tuple[FloatArray, float]:
    """The best of the starts (K, 5) after moving all downhill in ever smaller steps, and its cost."""
    both_ways = np.concatenate([np.array(moves), -np.array(moves)])
    boxes, costs = starts.copy(), evidence.cost(starts)
    steps = np.full(len(boxes), FIRST_STEP_M)
    for _ in range(MAX_ROUNDS):
        tried = _moved(boxes, both_ways, steps)
        tried_costs = evidence.cost(tried.reshape(-1, 5)).reshape(len(boxes), -1)
        rows, best = np.arange(len(boxes)), tried_costs.argmin(axis=1)
        is_better = tried_costs[rows, best] < costs
        boxes = np.where(is_better[:, None], tried[rows, best], boxes)
        costs = np.where(is_better, tried_costs[rows, best], costs)
        steps = np.where(is_better, steps, steps / 2.0)
        # Those far behind are let go once none gains from large steps.
        order = np.argsort(costs)
        if len(order) > 2 and steps.max() < FIRST_STEP_M:
            order = order[:2]
        boxes, costs, steps = boxes[order], costs[order], steps[order]
        if steps.max() < LAST_STEP_M:
            break
    return boxes[0], float(costs[0])


def _moved(boxes: FloatArray, moves: FloatArray, steps_m: FloatArray) -> FloatArray:
    """(K, M, 5) every box after every move."""
    change = moves * steps_m[:, None, None]
    cos, sin = np.cos(boxes[:, None, YAW]), np.sin(boxes[:, None, YAW])
    along, across = change[..., 0], change[..., 1]
    # A turn moves the ends by the step.
    change[..., 2] /= boxes[:, None, LENGTH] / 2.0
    change[..., 0], change[..., 1] = cos * along - sin * across, sin * along + cos * across
    tried = boxes[:, None, :] + change
    tried[..., [LENGTH, WIDTH]] = np.maximum(tried[..., [LENGTH, WIDTH]], 0.05)
    return np.asarray(tried)
