"""What the window shows and what its keys do, without a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from viewer.colors import COLOR_MODES, ColorMode

Key = Literal["next", "previous", "first", "last", "color", "sweeps", "boxes", "frustums", "reset", "help", "quit"]

SWEEP_STEPS = (0, 1, 2, 5, 10)

HELP = """\
Right, Page Down   next frame
Left, Page Up      previous frame
Home, End          first, last frame
C                  colour: height, intensity, image
S                  sweeps before and after: 0, 1, 2, 5, 10
B                  cuboids
F                  cameras
R                  reset the view
H                  this help
Q, Esc             quit"""


@dataclass(frozen=True)
class WindowState:
    """What is shown.

    Attributes:
        frame_index: Which frame.
        frame_count: How many there are.
        color: What the colours of the points mean.
        sweeps: How many sweeps before and after the frame's own are shown with it.
        shows_boxes: Whether cuboids are drawn.
        shows_frustums: Whether cameras are drawn.
        shows_help: Whether the keys are listed.
    """

    frame_index: int
    frame_count: int
    color: ColorMode = "height"
    sweeps: int = 0
    shows_boxes: bool = True
    shows_frustums: bool = True
    shows_help: bool = False

    @property
    def read_by(self) -> tuple[int, bool, int]:
        """What of it decides which files are read."""
        return self.frame_index, self.color == "image", self.sweeps

    def after(self, key: Key) -> WindowState:
        """What is shown after a key; stepping stops at the first and the last frame."""
        last = self.frame_count - 1
        match key:
            case "next":
                return replace(self, frame_index=min(self.frame_index + 1, last))
            case "previous":
                return replace(self, frame_index=max(self.frame_index - 1, 0))
            case "first":
                return replace(self, frame_index=0)
            case "last":
                return replace(self, frame_index=last)
            case "color":
                following = (COLOR_MODES.index(self.color) + 1) % len(COLOR_MODES)
                return replace(self, color=COLOR_MODES[following])
            case "sweeps":
                more = [step for step in SWEEP_STEPS if step > self.sweeps]
                return replace(self, sweeps=more[0] if more else 0)
            case "boxes":
                return replace(self, shows_boxes=not self.shows_boxes)
            case "frustums":
                return replace(self, shows_frustums=not self.shows_frustums)
            case "help":
                return replace(self, shows_help=not self.shows_help)
            case "reset" | "quit":
                return self
