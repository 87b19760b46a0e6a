"""The machine proposes: tracks carried on, boxes from rectangles; later detection, refinement, what to label next."""

from autolabel.better import better
from autolabel.drive import Drive
from autolabel.extend import Extension, Followed, OthersIn, Subject, extend
from autolabel.image_fit import ImageFit, fit_in_image
from autolabel.reason import Reason
from autolabel.still import Snap, as_it_is, extend_still, snap

__all__ = [
    "Drive",
    "Extension",
    "Followed",
    "ImageFit",
    "OthersIn",
    "Reason",
    "Snap",
    "Subject",
    "as_it_is",
    "better",
    "extend",
    "extend_still",
    "fit_in_image",
    "snap",
]
