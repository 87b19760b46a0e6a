"""What people look at: the web app in ``viewer/web``, and the Open3D window and headless pictures of this package."""

from viewer.colors import COLOR_MODES, ColorMode
from viewer.desktop import show_window
from viewer.errors import WindowError
from viewer.labeled_scene import FrameContent, LabeledScene, ShownCuboid, choose_scene, read_labeled_scene
from viewer.render import frame_layout, render_frame

__all__ = [
    "COLOR_MODES",
    "ColorMode",
    "FrameContent",
    "LabeledScene",
    "ShownCuboid",
    "WindowError",
    "choose_scene",
    "frame_layout",
    "read_labeled_scene",
    "render_frame",
    "show_window",
]
