"""The Open3D window; imported only in the process that shows it, because Open3D takes a second to load."""

from __future__ import annotations

from typing import Any

import numpy as np
import open3d
from open3d.visualization import gui, rendering

from geometry.arrays import ByteArray, FloatArray
from viewer.colors import GROUND, SURFACE, TEXT, Rgb, color_points
from viewer.frame_parts import Lines, all_cuboid_lines, ego_lines, frustum_lines, grid_lines
from viewer.labeled_scene import FrameContent, LabeledScene
from viewer.window_state import HELP, Key, WindowState

SIZE_PX = (1440, 900)
POINT_PX = 2.5
VIEW_ANGLE_DEG = 50.0
GAMMA = 2.2
EYE_M, TARGET_M = (-18.0, 4.0, 12.0), (12.0, 0.0, 0.0)
"""Where the view begins, above the ground under the vehicle."""

KEYS: dict[Any, Key] = {
    gui.KeyName.RIGHT: "next",
    gui.KeyName.PAGE_DOWN: "next",
    gui.KeyName.LEFT: "previous",
    gui.KeyName.PAGE_UP: "previous",
    gui.KeyName.HOME: "first",
    gui.KeyName.END: "last",
    gui.KeyName.C: "color",
    gui.KeyName.S: "sweeps",
    gui.KeyName.B: "boxes",
    gui.KeyName.F: "frustums",
    gui.KeyName.R: "reset",
    gui.KeyName.H: "help",
    gui.KeyName.Q: "quit",
    gui.KeyName.ESCAPE: "quit",
}


class FrameWindow:
    """One window over one scene."""

    def __init__(self, labeled: LabeledScene, frame_index: int, sweeps: int = 0) -> None:
        """Open the window at a frame; ``gui.Application`` must be initialised."""
        self.state = WindowState(frame_index, len(labeled.scene.frames), sweeps=sweeps)
        self._labeled = labeled
        # Fonts that come after the window are not seen in it.
        monospace = gui.Application.instance.add_font(gui.FontDescription(gui.FontDescription.MONOSPACE))
        self.window = gui.Application.instance.create_window(labeled.scene.name, *SIZE_PX)
        self._view = gui.SceneWidget()
        self._view.scene = rendering.Open3DScene(self.window.renderer)
        # Without post-processing the background, unlike all else, is taken as linear.
        self._view.scene.set_background([*(np.array(GROUND) / 255) ** (1 / GAMMA), 1.0])
        self._view.scene.view.set_post_processing(False)
        margin = round(0.5 * self.window.theme.font_size)
        self._note, note_plate = _label_on_plate(margin)
        self._help, self._help_plate = _label_on_plate(margin)
        self._help.font_id, self._help.text = monospace, HELP
        self._plates = (note_plate, self._help_plate)
        for child in (self._view, *self._plates):
            self.window.add_child(child)
        self.window.set_on_layout(self._lay_out)
        self.window.set_on_key(self._on_key)
        self.content = self._read()
        self.show()
        self._reset_view()

    def press(self, key: Key) -> None:
        """Do what a key says."""
        if key == "quit":
            gui.Application.instance.quit()
            return
        if key == "reset":
            self._reset_view()
        before, self.state = self.state, self.state.after(key)
        if self.state != before:
            if self.state.read_by != before.read_by:
                self.content = self._read()
            self.show()

    def show(self) -> None:
        """Draw the state anew."""
        scene, content, state = self._view.scene, self.content, self.state
        scene.clear_geometry()
        if len(content.cloud):
            rgb = color_points(content.cloud, state.color, content.ground_z_m)
            scene.add_geometry("points", _points(content.cloud.positions_m, rgb), _material("defaultUnlit"))
        for name, lines in self._lines(content).items():
            if len(lines.segments_ego):
                material = _material("unlitLine", lines.width_px * self.window.scaling)
                scene.add_geometry(name, _line_set(lines), material)
        self.window.title = content.title
        self._note.text = "\n".join([f"{content.figures}   colour: {state.color}   H: keys", *content.problems])
        self._help_plate.visible = state.shows_help
        self.window.set_needs_layout()
        self.window.post_redraw()

    def _read(self) -> FrameContent:
        state = self.state
        return self._labeled.content(state.frame_index, with_images=state.color == "image", sweeps=state.sweeps)

    def _lines(self, content: FrameContent) -> dict[str, Lines]:
        lines = {"grid": grid_lines(content.ground_z_m), "ego": ego_lines(content.ground_z_m)}
        if self.state.shows_frustums:
            lines["frustums"] = frustum_lines(content.scene.rig, content.cameras)
        if self.state.shows_boxes:
            lines["keys"], lines["derived"] = all_cuboid_lines(content.cuboids)
        return lines

    def _reset_view(self) -> None:
        bounds = open3d.geometry.AxisAlignedBoundingBox((-100.0, -100.0, -10.0), (100.0, 100.0, 20.0))
        up = np.array([0.0, 0.0, self.content.ground_z_m])
        self._view.setup_camera(VIEW_ANGLE_DEG, bounds, TARGET_M + up)
        self._view.look_at(TARGET_M + up, EYE_M + up, (0.0, 0.0, 1.0))
        self._view.center_of_rotation = up.astype(np.float32)

    def _on_key(self, event: Any) -> bool:
        key = KEYS.get(event.key)
        if key is None or event.type != gui.KeyEvent.Type.DOWN:
            return False
        self.press(key)
        return True

    def _lay_out(self, context: Any) -> None:
        inside, margin = self.window.content_rect, round(0.7 * self.window.theme.font_size)
        self._view.frame = inside
        top = inside.y + margin
        for plate in self._plates:
            wanted = plate.calc_preferred_size(context, gui.Widget.Constraints())
            plate.frame = gui.Rect(inside.x + margin, top, wanted.width, wanted.height)
            top += wanted.height + margin


def _label_on_plate(margin_px: int) -> tuple[Any, Any]:
    """Text, and the dark plate that it stands on."""
    label = gui.Label("")
    label.text_color = _color(TEXT)
    plate = gui.Vert(0, gui.Margins(margin_px, margin_px, margin_px, margin_px))
    plate.background_color = _color(SURFACE, 0.85)
    plate.add_child(label)
    return label, plate


def _color(color: Rgb, opacity: float = 1.0) -> Any:
    red, green, blue = (channel / 255 for channel in color)
    return gui.Color(red, green, blue, opacity)


def _material(shader: str, width_px: float = POINT_PX) -> Any:
    material = rendering.MaterialRecord()
    material.shader = shader
    material.point_size = material.line_width = width_px
    return material


def _points(points_ego: FloatArray, rgb: ByteArray) -> Any:
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points_ego))
    cloud.colors = open3d.utility.Vector3dVector(rgb / 255)
    return cloud


def _line_set(lines: Lines) -> Any:
    count = len(lines.segments_ego)
    line_set = open3d.geometry.LineSet(
        # A copy: Open3D takes no array that is read-only.
        open3d.utility.Vector3dVector(np.array(lines.segments_ego).reshape(-1, 3)),
        open3d.utility.Vector2iVector(np.arange(2 * count, dtype=np.int32).reshape(-1, 2)),
    )
    line_set.colors = open3d.utility.Vector3dVector(lines.rgb / 255)
    return line_set
