"""Datumaro's own JSON and Supervisely's, which Datumaro and CVAT read and write: cuboids of point clouds."""

from formats.datumaro.datumaro import Datumaro
from formats.datumaro.supervisely import Supervisely
from formats.format import Format

FORMATS: tuple[Format, ...] = (Datumaro(), Supervisely())

__all__ = ["FORMATS", "Datumaro", "Supervisely"]
