"""The files of an export in the form of KITTI's tracking set."""

from __future__ import annotations

from pathlib import Path

from formats.errors import FormatError
from formats.format import SceneExport, WriteReport
from formats.kitti.files import Listing
from formats.kitti.make_rows import RowMaker
from formats.kitti.read_labels import label_path
from formats.kitti.write_calib import calib_text
from fusion import Scene

FORBIDDEN_IN_NAMES = frozenset('/\\:*?"<>|\0')


def write_tracking_labels(export: SceneExport, out: Path) -> WriteReport:
    """Write ``label_02/<scene>.txt`` and ``calib/<scene>.txt`` below a folder.

    A calibration that the scene came with in this form is copied as it is, unless the rig was refined since.

    Raises:
        FormatError: The scene has no camera, a name that is no file name, or its own labels stand in that folder.
    """
    name = export.scene.name
    if name in (".", "..") or set(name) & FORBIDDEN_IN_NAMES:
        raise FormatError(out, f"expected a scene's name that can name a file, found {name!r}")
    target = out / "label_02" / f"{name}.txt"
    if target.exists() and target.resolve() == label_path(export.scene).resolve():
        raise FormatError(target, "expected a folder to export to, found the dataset's own: its labels would be lost")
    rows = RowMaker(export).texts()
    files = {
        f"label_02/{name}.txt": "".join(f"{row}\n" for row in rows),
        f"calib/{name}.txt": _own_calib(export.scene) or calib_text(export.scene.rig),
    }
    for file, text in files.items():
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        (out / file).write_text(text, encoding="utf-8", newline="\n")
    return WriteReport(tuple(files), len(rows))


def _own_calib(scene: Scene) -> str | None:
    path = scene.path / "calib" / f"{scene.name}.txt"
    listing = Listing(root=scene.path, base=scene.path)
    if scene.format != "kitti-tracking" or scene.rig.revision > 1 or not listing.file(path):
        return None
    return path.read_text(encoding="utf-8", errors="replace")
