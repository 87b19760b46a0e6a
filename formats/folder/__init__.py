"""Any folder of clouds and images, with or without a calibration file of ours."""

from formats.folder.folder import Folder
from formats.format import Format

FORMATS: tuple[Format, ...] = (Folder(),)

__all__ = ["FORMATS", "Folder"]
