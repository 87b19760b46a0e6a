"""Opens the window: in a process of its own, because a missing graphics driver ends the process it is missed in."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import re
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

from viewer.errors import WindowError
from viewer.labeled_scene import LabeledScene

INSTEAD = "`truebox render` makes pictures without one"
DRIVERS = "libegl1 libgl1 libvulkan1 mesa-vulkan-drivers libusb-1.0-0"


def show_window(labeled: LabeledScene, frame_index: int, sweeps: int = 0) -> None:
    """Show a scene's frame in a window, with so many sweeps before and after it, and return when it is closed.

    Raises:
        ValueError: The scene has no such frame.
        WindowError: There is no display, or Open3D cannot draw on it.
    """
    labeled.scene.frame(frame_index)
    check_display()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        process = get_context("spawn").Process(target=_run, args=(labeled, frame_index, sweeps, log))
        process.start()
        process.join()
        if process.exitcode:
            raise _error(process.exitcode, log)


def check_display() -> None:
    """Raise ``WindowError`` where no window can be opened; Open3D itself would wait for ever or end the process."""
    if not sys.platform.startswith("linux"):
        return
    name = os.environ.get("DISPLAY")
    if not name:
        raise WindowError(f"a window needs a display, and DISPLAY is not set; {INSTEAD}")
    if not _x_display_answers(name):
        raise WindowError(f"a window needs a display, and DISPLAY={name} does not answer; {INSTEAD}")


def _x_display_answers(name: str) -> bool:
    library = ctypes.util.find_library("X11")
    if library is None:
        return False
    x11 = ctypes.CDLL(library)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(name.encode())
    if display:
        x11.XCloseDisplay(display)
    return bool(display)


def _run(labeled: LabeledScene, frame_index: int, sweeps: int, log: Path) -> None:
    """In the window's own process: what Open3D and the drivers print goes to a file."""
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    from open3d.visualization import gui

    from viewer.window import FrameWindow

    gui.Application.instance.initialize()
    window = FrameWindow(labeled, frame_index, sweeps)
    gui.Application.instance.run()
    del window


def _error(exit_code: int, log: Path) -> Exception:
    """What ended the window's process: drivers that are not there, or something that should not happen."""
    said = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    last = next((line for line in reversed(said) if "rror" in line), said[-1] if said else f"exit code {exit_code}")
    is_bug = re.match(r"[A-Z]\w*Error: ", last) and not last.startswith(("ImportError", "OSError"))
    if not is_bug:
        return WindowError(f"Open3D cannot draw here ({last}); it needs {DRIVERS} on Debian; {INSTEAD}")
    return RuntimeError(f"the window ended: {last}")
