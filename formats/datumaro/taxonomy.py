"""Datumaro's and Supervisely's categories are each dataset's own; these are the usual ones of streets."""

from __future__ import annotations

from formats.usual_categories import STREET_CATEGORIES
from labels import Taxonomy

DATUMARO_TAXONOMY = Taxonomy("datumaro", 1, STREET_CATEGORIES)
SUPERVISELY_TAXONOMY = Taxonomy("supervisely", 1, STREET_CATEGORIES)
