"""Following what a person labelled: tracks carried on and snapped to their points, boxes from rectangles in images."""

from autolabel.follow.better import better
from autolabel.follow.drive import Drive
from autolabel.follow.extend import Extension, Followed, OthersIn, Subject, extend
from autolabel.follow.image_fit import ImageFit, fit_in_image
from autolabel.follow.reason import Reason
from autolabel.follow.rectangle import RectangleWitness
from autolabel.follow.still import Snap, as_it_is, extend_still, snap

__all__ = [
    "Drive",
    "Extension",
    "Followed",
    "ImageFit",
    "OthersIn",
    "Reason",
    "RectangleWitness",
    "Snap",
    "Subject",
    "as_it_is",
    "better",
    "extend",
    "extend_still",
    "fit_in_image",
    "snap",
]
