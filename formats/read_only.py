"""What formats share that are read and never written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from formats.errors import FormatError
from formats.format import SceneExport


class ReadOnly:
    """The writing half of a format that has none."""

    name: str
    can_write_labels: bool = False

    def write_labels(self, export: SceneExport, out: Path) -> NoReturn:  # noqa: ARG002 - the same for all
        """Refused."""
        raise self._refusal(out)

    def sensor_files(self, export: SceneExport) -> NoReturn:
        """Refused."""
        raise self._refusal(export.scene.path)

    def losses(self, exports: Sequence[SceneExport]) -> NoReturn:
        """Refused."""
        raise self._refusal(exports[0].scene.path if exports else Path())

    def _refusal(self, path: Path) -> FormatError:
        return FormatError(path, f"expected a format that can be written, found {self.name}: it is read alone")
