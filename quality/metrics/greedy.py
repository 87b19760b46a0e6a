"""Greedy matching as KITTI's benchmark does it, for all frames and many score thresholds at once."""

from __future__ import annotations

import numpy as np

from geometry.arrays import BoolArray, IntArray


def match_in_turn(
    truth: IntArray, prediction: IntArray, frame_of_truth: IntArray, is_free: BoolArray
) -> tuple[IntArray, IntArray]:
    """Let each object of the truth, in its turn, take its most wanted prediction that is still free.

    The turns of different frames do not touch each other, so the first object of every frame goes at once, then the
    second of every frame, and so on; and so do all thresholds.

    Args:
        truth: (E,) candidates: places in the truth, rising.
        prediction: (E,) places in the prediction; of one object of the truth the most wanted stands first.
        frame_of_truth: (N,) frame of every object of the truth, in order.
        is_free: (M, T) for every prediction and threshold whether it may be taken; those taken become False.

    Returns:
        The objects of the truth with candidates (G,), rising, and what each took (G, T): a place in the prediction, or
        -1.
    """
    takers, first, count = np.unique(truth, return_index=True, return_counts=True)
    taken = np.full((len(takers), is_free.shape[1]), -1, dtype=np.int64)
    frames, first_of_frame = np.unique(frame_of_truth[takers], return_index=True)
    turn = np.arange(len(takers)) - first_of_frame[np.searchsorted(frames, frame_of_truth[takers])]
    for now in range(int(turn.max(initial=-1)) + 1):
        group = np.flatnonzero(turn == now)
        rank = np.arange(count[group].max())
        exists = rank < count[group, None]
        wanted = prediction[np.where(exists, first[group, None] + rank, 0)]
        can_take = is_free[wanted] & exists[..., None]  # (group, rank, threshold)
        best = can_take.argmax(axis=1)
        choice = np.where(can_take.any(axis=1), np.take_along_axis(wanted, best, axis=1), -1)
        row, threshold = np.nonzero(choice >= 0)
        is_free[choice[row, threshold], threshold] = False
        taken[group] = choice
    return takers, taken
