"""How wrong the network's answer is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from autolabel.network.bev_net import COS_2YAW, FRONT, LOG_HEIGHT, LOG_LENGTH, QUALITY, REAR, STRIDE
from autolabel.network.grid import CELL_M

SIZES = slice(LOG_LENGTH, LOG_HEIGHT + 1)
REGRESSED = COS_2YAW + 1
BOX_WEIGHT, OVERLAP_WEIGHT, END_WEIGHT, QUALITY_WEIGHT = 1.0, 1.0, 2.0, 0.3
EACH_WEIGHT = (1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 1.0, 1.0)
LARGEST_LOG = 3.5


@dataclass(frozen=True, eq=False)
class Wanted:
    """The targets of a batch, on the network's device; see ``Targets``.

    Attributes:
        heat: (B, classes, H, W).
        known: (B, 1, H, W).
        squares: (K,) flat numbers over the whole batch.
        values: (K, 10).
        weights: (K,).
        ends: (E,) flat numbers over the whole batch.
        end_signs: (E,) 0 where front and rear are not to be told apart.
    """

    heat: Tensor
    known: Tensor
    squares: Tensor
    values: Tensor
    weights: Tensor
    ends: Tensor
    end_signs: Tensor


def loss_of(heat: Tensor, boxes: Tensor, wanted: Wanted) -> Tensor:
    """One number, from logits of heat (B, classes, H, W) and boxes (B, BOX_CHANNELS, H/2, W/2)."""
    return heat_loss(heat.float(), wanted) + box_loss(boxes.float(), wanted)


def heat_loss(logits: Tensor, wanted: Wanted) -> Tensor:
    """The focal loss of CornerNet (Law and Deng 2018) as in CenterNet (Zhou 2019), where something is known."""
    probability = torch.sigmoid(logits).clamp(1e-4, 1.0 - 1e-4)
    is_center = wanted.heat == 1.0
    found = torch.log(probability) * (1.0 - probability) ** 2 * is_center
    # At a centre the factor (1 - heat) is zero.
    invented = torch.log1p(-probability) * probability**2 * ((1.0 - wanted.heat) ** 4 * wanted.known)
    return -(found + invented).sum() / is_center.sum().clamp(min=1)


def box_loss(boxes: Tensor, wanted: Wanted) -> Tensor:
    """Absolute errors, missing overlap, front or rear, and how well the overlap was foretold; per object."""
    everywhere = boxes.permute(0, 2, 3, 1).reshape(-1, boxes.shape[1])
    said = everywhere[wanted.squares]
    count = wanted.weights.sum().clamp(min=1.0)
    each = torch.tensor(EACH_WEIGHT, device=said.device)
    errors = ((said[:, :REGRESSED] - wanted.values[:, :REGRESSED]).abs() * each).sum(dim=1)
    overlap = overlap_of(said, wanted.values)
    foretold = functional.binary_cross_entropy_with_logits(said[:, QUALITY], overlap.detach(), reduction="none")
    total = BOX_WEIGHT * errors + OVERLAP_WEIGHT * (1.0 - overlap) + QUALITY_WEIGHT * foretold
    at_ends = everywhere[wanted.ends]
    is_front = (at_ends[:, FRONT] - at_ends[:, REAR]) * wanted.end_signs.sign()
    swapped = (functional.softplus(-is_front) * wanted.end_signs.abs()).sum()
    return ((total * wanted.weights).sum() + END_WEIGHT * swapped) / count


def overlap_of(said: Tensor, values: Tensor) -> Tensor:
    """(K,) about how much boxes overlap seen from above, as intersection over union.

    It is exact where both have the same yaw; else it falls off with the cosine of twice the difference.
    """
    side_m = STRIDE * CELL_M
    away = (said[:, :2] - values[:, :2]) * side_m
    cos, sin = values[:, REGRESSED], values[:, REGRESSED + 1]
    along, across = away[:, 0] * cos + away[:, 1] * sin, away[:, 1] * cos - away[:, 0] * sin
    size, true = said[:, SIZES].clamp(-LARGEST_LOG, LARGEST_LOG).exp(), values[:, SIZES].exp()
    shared_length = _shared(along, size[:, 0], true[:, 0])
    shared_width = _shared(across, size[:, 1], true[:, 1])
    both = shared_length * shared_width
    union = size[:, 0] * size[:, 1] + true[:, 0] * true[:, 1] - both
    axis = functional.normalize(said[:, COS_2YAW - 1 : COS_2YAW + 1], dim=1)
    agreement = (axis * values[:, COS_2YAW - 1 : COS_2YAW + 1]).sum(dim=1)
    return both / union * (0.5 + 0.5 * agreement)


def _shared(away: Tensor, side: Tensor, true: Tensor) -> Tensor:
    """The length that two stretches share whose middles are this far apart."""
    longest = torch.minimum(side, true)
    return torch.minimum(longest, (side + true) / 2.0 - away.abs()).clamp(min=0.0)
