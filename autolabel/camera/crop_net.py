"""The small network that looks at crops."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from autolabel.camera.crops import SIDE_PX, Crop

SEEN_PX = 48
"""The network looks at the middle of a crop; learning, at about the middle."""
CHANNELS = (16, 32, 48, 64, 96)
GROUPS = 8
KEPT = 0.7
CONTRAST_FLOOR = 0.04


class CropNet(nn.Module):
    """What a crop shows, and which way it heads; about a hundred thousand parameters.

    Attributes:
        trust: (2,) how far its log odds of objects and of headings have proved true, 0 … 1.5; 0 where nothing is known.
    """

    trust: Tensor

    def __init__(self, class_count: int) -> None:
        """Lay it out for so many classes, beside which there is always ``nothing``, the last."""
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in zip((4, *CHANNELS), CHANNELS, strict=False):
            layers += [
                nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False),
                nn.GroupNorm(GROUPS, after),
                nn.ReLU(inplace=True),
            ]
        self.body = nn.Sequential(*layers)
        self.drop = nn.Dropout(1.0 - KEPT)
        self.kind = nn.Linear(2 * CHANNELS[-1], class_count + 1)
        self.way = nn.Linear(2 * CHANNELS[-1], 2)
        self.register_buffer("trust", torch.zeros(2))

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Look at crops.

        Args:
            seen: (N, 4, SEEN_PX, SEEN_PX) as ``inputs_of`` gives them.

        Returns:
            (N, classes + 1) scores of each class and of nothing, and (N, 2) a direction w: twice w · (cos α, sin α) is
            the log odds that it is seen at the angle α and not half a turn off.
        """
        found = self.body(seen)
        pooled = self.drop(torch.cat([found.mean(dim=(2, 3)), found.amax(dim=(2, 3))], dim=1))
        return self.kind(pooled), self.way(pooled)


def stacked(crops: Sequence[Crop]) -> Tensor:
    """(N, 4, SIDE_PX, SIDE_PX) bytes of crops."""
    pixels = np.zeros((len(crops), SIDE_PX, SIDE_PX, 4), np.uint8)
    for number, crop in enumerate(crops):
        pixels[number] = crop.pixels
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()


def inputs_of(pixels: Tensor, affine: Tensor | None = None) -> Tensor:
    """What the network looks at: colours about 0 with a contrast of 1, whatever the light, and the rectangle, 0 … 1.

    Args:
        pixels: (N, 4, SIDE_PX, SIDE_PX) bytes.
        affine: (N, 2, 3) from places in what is looked at, -1 … 1, to those of the crop; its middle where None.
    """
    if affine is None:
        affine = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]) * (SEEN_PX / SIDE_PX)
        affine = affine.expand(len(pixels), 2, 3)
    grid = functional.affine_grid(affine, [len(pixels), 4, SEEN_PX, SEEN_PX], align_corners=False)
    seen = functional.grid_sample(pixels.float() / 255.0, grid, align_corners=False, padding_mode="border")
    colours = seen[:, :3]
    mean, spread = colours.mean(dim=(1, 2, 3), keepdim=True), colours.std(dim=(1, 2, 3), keepdim=True)
    return torch.cat([(colours - mean) / (spread + CONTRAST_FLOOR), seen[:, 3:]], dim=1)


def object_odds(scores: Tensor, classes: Tensor) -> Tensor:
    """(N,) log odds that crops show an object of the classes (N,), by scores (N, classes + 1)."""
    own = scores.gather(1, classes[:, None])
    others = scores.scatter(1, classes[:, None], -torch.inf)
    return own[:, 0] - torch.logsumexp(others, dim=1)


def heading_odds(ways: Tensor, alphas_rad: Tensor) -> Tensor:
    """(N,) log odds that objects are seen at angles (N,) and not half a turn off, by directions (N, 2)."""
    return 2.0 * (ways[:, 0] * torch.cos(alphas_rad) + ways[:, 1] * torch.sin(alphas_rad))
