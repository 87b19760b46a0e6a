"""``truebox view``."""

from __future__ import annotations

from server.cli.choices import AssumeOption, LocationArgument
from server.cli.options import FormatOption
from server.cli.shown_scene import FrameOption, SceneOption, SweepsOption, open_labeled_scene

EXAMPLE = "Example: [bold]truebox view ~/kitti/training --scene 0003 --frame 30[/bold]"


def view(
    path: LocationArgument,
    frame: FrameOption = 0,
    scene: SceneOption = None,
    sweeps: SweepsOption = 0,
    format: FormatOption = None,  # noqa: A002
    assume: AssumeOption = None,
) -> None:
    """Look at a frame in a window: cloud, cuboids, cameras. Its keys: H lists them.

    Right and Left (or Page Down, Page Up) step through the frames, C changes the colours (height, intensity, image), S
    the number of sweeps, B and F show cuboids and cameras, R resets the view, Q or Esc ends. Without a display, use
    truebox render.
    """
    from viewer import show_window

    show_window(open_labeled_scene(path, scene, format, frame, assume), frame, sweeps)
