"""The network: convolutions over the picture from above, and for each place what stands there and how."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from autolabel.network.bev import CHANNELS

WIDTHS = (32, 64, 96, 128)
"""Channels at strides 2, 4, 8 and 16; the last one lets it see trucks and buses as a whole."""
HEAD_WIDTH = 48
STRIDE = 2
"""Input cells along the side of an output cell."""
DX, DY, HEIGHT, LOG_LENGTH, LOG_WIDTH, LOG_HEIGHT, SIN_2YAW, COS_2YAW, FRONT, REAR, QUALITY = range(11)
BOX_CHANNELS = 11
RARE_LOGIT = -4.6
"""Before it has learned anything, a place is taken to hold an object with probability 0.01."""


class BevNet(nn.Module):
    """Where objects are, and their boxes.

    The heat is told for every input cell, so that people who walk side by side stay two; boxes for every square of
    2 × 2 of them, as ``BOX_CHANNELS`` numbers: offset of the centre from the square's middle in squares, height of the
    centre above the ground in metres, logarithms of length, width and height in metres, sine and cosine of twice the
    yaw, two numbers whose difference is the logit that this is the front part of an object and not its rear part, and
    the logit of the overlap with the true box. Which part a place is does not turn with the object, so it is learned
    far sooner than a direction would be.
    """

    def __init__(self, class_count: int) -> None:
        """Make one that knows nothing, for a number of classes."""
        super().__init__()
        if class_count < 1:
            raise ValueError(f"class_count must be at least 1, got {class_count}")
        self.class_count = class_count
        stem, second, third, fourth = WIDTHS
        self.stage1 = nn.Sequential(_block(CHANNELS, stem, 2), _block(stem, stem))
        self.stage2 = nn.Sequential(_block(stem, second, 2), _block(second, second), _block(second, second))
        self.stage3 = nn.Sequential(_block(second, third, 2), _block(third, third), _block(third, third))
        self.stage4 = nn.Sequential(_block(third, fourth, 2), _block(fourth, fourth), _block(fourth, fourth))
        self.up3 = _block(fourth + third, third)
        self.up2 = _block(third + second, second)
        self.up1 = _block(second + stem, second)
        self.heat = nn.Sequential(_block(second, HEAD_WIDTH), nn.Conv2d(HEAD_WIDTH, class_count * STRIDE**2, 1))
        self.boxes = nn.Sequential(_block(second, second), nn.Conv2d(second, BOX_CHANNELS, 1))
        for bias in self.heat_rows.parameters():
            if bias.ndim == 1:
                nn.init.constant_(bias, RARE_LOGIT)

    @property
    def heat_rows(self) -> nn.Conv2d:
        """The last layer of the heat: ``STRIDE²`` rows a class, one class after the other."""
        last = self.heat[-1]
        if not isinstance(last, nn.Conv2d):
            raise TypeError(f"the heat must end in a convolution, got {type(last).__name__}")
        return last

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of heat (B, classes, H, W) and boxes (B, BOX_CHANNELS, H/2, W/2) of pictures (B, CHANNELS, H, W).

        Height and width of the pictures are multiples of 16.
        """
        seen = self.seen(picture)
        return self.heat_of(seen), self.boxes(seen)

    def seen(self, picture: Tensor) -> Tensor:
        """(B, channels, H/2, W/2) what pictures show; heat and boxes are told from it."""
        at2 = self.stage1(picture)
        at4 = self.stage2(at2)
        at8 = self.stage3(at4)
        seen = _onto(self.up3, self.stage4(at8), at8)
        seen = _onto(self.up2, seen, at4)
        return _onto(self.up1, seen, at2)

    def heat_of(self, seen: Tensor) -> Tensor:
        """(B, classes, H, W) logits."""
        return functional.pixel_shuffle(self.heat(seen), STRIDE)

    def boxes_at(self, seen: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        """(K, BOX_CHANNELS) what ``boxes`` tells of a few squares (K,) of one picture's ``seen`` (1, channels, H, W).

        All squares would take a sixth of the network's time, and a look needs a twentieth of them.
        """
        near, last = self.boxes
        if not isinstance(near, nn.Sequential) or not isinstance(near[0], nn.Conv2d):
            raise TypeError("the boxes must begin with a convolution")
        told = functional.conv2d(_neighborhoods(seen[0], rows, columns), near[0].weight, near[0].bias)
        return torch.flatten(last(near[1:](told)), start_dim=1)


def _block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def without_norms(net: BevNet) -> BevNet:
    """A network that only looks, with each normalization made part of the convolution before it: a sixth faster.

    What it answers differs by rounding. It is changed in place.
    """
    for block in list(net.modules()):
        if not isinstance(block, nn.Sequential):
            continue
        for place, (conv, norm) in enumerate(pairwise(list(block))):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                block[place], block[place + 1] = fuse_conv_bn_eval(conv, norm), nn.Identity()
    return net


def _neighborhoods(seen: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """(K, channels, 3, 3) of ``seen`` (channels, H, W) around squares (K,), zero beyond the border."""
    _, height, width = seen.shape
    down, right = torch.meshgrid(*[torch.arange(-1, 2, device=seen.device)] * 2, indexing="ij")
    row, column = rows[:, None, None] + down, columns[:, None, None] + right
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    around = seen.permute(1, 2, 0)[row.clamp(0, height - 1), column.clamp(0, width - 1)] * inside[..., None]
    return around.permute(0, 3, 1, 2)


def _onto(merge: nn.Module, coarse: Tensor, fine: Tensor) -> Tensor:
    """What was seen at half the resolution, merged with what was seen at this one."""
    larger = functional.interpolate(coarse, scale_factor=2.0, mode="bilinear", align_corners=False)
    merged = merge(torch.cat([larger, fine], dim=1))
    if not isinstance(merged, Tensor):
        raise TypeError(f"a layer must give a tensor, got {type(merged).__name__}")
    return merged
