"""Somebody who knows where everything is and labels it by mouse and keyboard, as plain boxes or with the tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.counting_page import HAND_M, HAND_RAD, CountingPage
from geometry import Box, iou_3d_aligned
from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle

FACE_M, TURN_RAD = 2.0 * HAND_M, 2.0 * HAND_RAD
"""A face, or a heading, that is farther off than this gets dragged: what is nearer, nobody sees."""
ROUNDS = 2
STANDS_M = 0.15
"""What moves less than this in the world is parked."""


@dataclass(frozen=True)
class KnownTrack:
    """What is true of one object, in the frames in which it is to be labeled.

    Attributes:
        name: Its number.
        category: Its category.
        boxes_ego: By frame.
        points: Lidar points on it, by frame.
        way_m: How far it moves in the world, from its first to its last frame at most.
    """

    name: str
    category: str
    boxes_ego: dict[int, Box]
    points: dict[int, int]
    way_m: float

    @property
    def best_frame(self) -> int:
        """Where most points lie on it."""
        return max(self.points, key=lambda frame: self.points[frame])

    @property
    def is_parked(self) -> bool:
        """Whether one box in the world serves all frames."""
        return self.way_m < STANDS_M


def label_plainly(page: CountingPage, tracks: Sequence[KnownTrack], keys: dict[str, str]) -> dict[tuple[str, int], str]:
    """Draw every object's box in every frame; returns the ids of the boxes' tracks by object and frame."""
    made: dict[tuple[str, int], str] = {}
    for frame in sorted({frame for track in tracks for frame in track.boxes_ego}):
        page.jump(frame)
        category = ""
        for track in sorted(tracks, key=lambda each: each.category):
            if frame not in track.boxes_ego:
                continue
            if track.category != category:
                _deselect(page)
                page.press(keys[track.category])
                category = track.category
            draw(page, track.boxes_ego[frame])
            correct(page, track.boxes_ego[frame])
            made[track.name, frame] = page.selected()["track_id"]
    return made


def label_with_tools(
    page: CountingPage, tracks: Sequence[KnownTrack], keys: dict[str, str]
) -> dict[tuple[str, int], str]:
    """Label every object as a track: fit it by a click, then keys only where what is derived is not good enough."""
    made: dict[tuple[str, int], str] = {}
    category = ""
    for track in sorted(tracks, key=lambda each: (each.category, each.best_frame)):
        page.jump(track.best_frame)
        if track.category != category:
            _deselect(page)
            page.press(keys[track.category])
            category = track.category
        truth = track.boxes_ego[track.best_frame]
        page.place_by_click(truth.center)
        correct(page, truth)
        track_id = page.selected()["track_id"]
        made |= {(track.name, frame): track_id for frame in track.boxes_ego}
        if track.is_parked:
            page.label_once()
        follow(page, track, track_id)
    return made


def follow(page: CountingPage, track: KnownTrack, track_id: str) -> None:
    """Keys at both ends, then at the worst frame, until every frame is good enough."""
    frames = sorted(track.boxes_ego)
    for frame in (frames[0], frames[-1]):
        if page.box_in_frame(track_id, frame) is None:
            _key(page, track, frame)
    for _ in frames:
        off = {frame: _off(page.box_in_frame(track_id, frame), track.boxes_ego[frame]) for frame in frames}
        worst = max(off, key=lambda frame: off[frame])
        if off[worst] <= 1.0:
            return
        page.jump(worst)
        correct(page, track.boxes_ego[worst])


def _key(page: CountingPage, track: KnownTrack, frame: int) -> None:
    page.jump(frame)
    page.press("k")
    page.page.wait_for_function("() => window.__truebox.editor.selected?.is_key === true")
    page.next_drawing()
    correct(page, track.boxes_ego[frame])


def _off(box: Box | None, truth: Box) -> float:
    """How far a box is off, in tolerances; infinite where there is none."""
    if box is None:
        return float("inf")
    low, high = _face_errors(box, truth)
    turn = abs(float(wrap_angle(box.yaw_rad - truth.yaw_rad)))
    return float(max(np.abs(low).max() / FACE_M, np.abs(high).max() / FACE_M, turn / TURN_RAD))


def _deselect(page: CountingPage) -> None:
    """A digit is for the next box only while nothing is selected."""
    if page.page.evaluate("() => window.__truebox.editor.selectedTrackId !== null"):
        page.press("Escape")


def draw(page: CountingPage, truth: Box) -> None:
    """Draw a box on the ground, seen from above, the way the object heads; its sides lie along the screen's."""
    forward = truth.frame_from_object.rotation[:, 0]
    is_along = abs(forward[0]) >= abs(forward[1])
    length, width = truth.size_lwh_m[:2]
    half = np.array([length, width, 0.0]) / 2.0 if is_along else np.array([width, length, 0.0]) / 2.0
    # The drag goes the way the object heads.
    half[0 if is_along else 1] *= np.sign(forward[0 if is_along else 1]) or 1.0
    ground = truth.center - [0.0, 0.0, truth.size_lwh_m[2] / 2.0]
    page.draw_box(ground - half, ground + half)


def correct(page: CountingPage, truth: Box) -> None:
    """Drag what is not where it belongs: heading, place or corners from above, then top and bottom from the side."""
    for _ in range(ROUNDS):
        before = page.gestures
        _turn(page, truth)
        _place(page, truth)
        _raise(page, truth)
        if page.gestures == before:
            return


def _turn(page: CountingPage, truth: Box) -> None:
    box = page.selected_box()
    if abs(float(wrap_angle(box.yaw_rad - truth.yaw_rad))) > TURN_RAD:
        forward = truth.frame_from_object.rotation[:, 0]
        page.drag_handle("top", "rotate", box.center + forward * (box.size_lwh_m[0] / 2.0 + 1.0))


def _place(page: CountingPage, truth: Box) -> None:
    for _ in range(2):
        low, high = _face_errors(page.selected_box(), truth)
        if max(np.abs(low[:2]).max(), np.abs(high[:2]).max()) <= FACE_M:
            return
        if np.abs(high[:2] - low[:2]).max() <= FACE_M:
            page.drag_handle("top", "move", truth.center)
            return
        side, handle = max(_corners(low, high), key=lambda each: each[0])[1:]
        page.drag_handle("top", handle, truth.frame_from_object.apply(side * truth.size_lwh_m / 2.0))


def _corners(low: FloatArray, high: FloatArray) -> list[tuple[float, FloatArray, str]]:
    """How far each corner or edge seen from above is off, where it is, and its handle; edges where a side is right."""
    found: list[tuple[float, FloatArray, str]] = []
    for x, (front, vertical) in ((1.0, (high[0], "up")), (-1.0, (low[0], "down"))):
        for y, (left, horizontal) in ((1.0, (high[1], "left")), (-1.0, (low[1], "right"))):
            is_off = (abs(front) > FACE_M, abs(left) > FACE_M)
            if all(is_off):
                found.append((abs(front) + abs(left), np.array([x, y, 0.0]), f"{horizontal}-{vertical}"))
            elif is_off[0]:
                found.append((abs(front), np.array([x, 0.0, 0.0]), vertical))
            elif is_off[1]:
                found.append((abs(left), np.array([0.0, y, 0.0]), horizontal))
    return found


def _raise(page: CountingPage, truth: Box) -> None:
    low, high = _face_errors(page.selected_box(), truth)
    is_low, is_high = abs(low[2]) > FACE_M, abs(high[2]) > FACE_M
    if is_low and is_high and abs(high[2] - low[2]) <= FACE_M:
        box = page.selected_box()
        page.drag_handle("side", "move", [*box.center[:2], truth.center[2]])
        return
    for is_off, handle, sign in ((is_high, "up", 1.0), (is_low, "down", -1.0)):
        if is_off:
            face = truth.frame_from_object.apply(np.array([0.0, 0.0, sign * truth.size_lwh_m[2] / 2.0]))
            page.drag_handle("side", handle, face)


def _face_errors(box: Box, truth: Box) -> tuple[FloatArray, FloatArray]:
    """(3,) each how far the faces behind, right, below and before, left, above are from the true ones."""
    center = truth.frame_from_object.inverse().apply(box.center)
    half, true_half = box.size_lwh_m / 2.0, truth.size_lwh_m / 2.0
    return center - half + true_half, center + half - true_half


def overlap(box: Box, truth: Box) -> float:
    """IoU in space."""
    return float(iou_3d_aligned([box], [truth])[0])
